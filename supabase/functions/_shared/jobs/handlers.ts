import { rotateCredentials } from '../credentials/rotate-credentials.ts';
import { learnSentId } from '../inbox/sending/learn-sent-id.ts';
import { sendMessage } from '../inbox/sending/send-message.ts';
import { removeMail } from '../inbox/removing/remove-mail.ts';
import { sendReminder } from '../scheduling/send-reminder.ts';
import { mailOffer, offerOpening } from '../scheduling/waitlist-offer.ts';
import type { JobHandler } from './job.ts';

/** What the queue can do, by kind. A kind that is not here makes its jobs dead at once. */
export const handlers: Readonly<Record<string, JobHandler>> = {
  // Does nothing: that it gets done shows that the queue works (docs/operations.md).
  'queue-check': async () => {},
  'learn-sent-id': learnSentId,
  'remove-mail': removeMail,
  'rotate-credentials': rotateCredentials,
  'send-mail': sendMessage,
  'send-reminder': sendReminder,
  'waitlist-offer': offerOpening,
  'waitlist-mail': mailOffer,
};
