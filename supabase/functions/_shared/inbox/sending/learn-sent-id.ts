import { z } from 'zod';
import { type JobHandler, RetryLater } from '../../jobs/job.ts';
import { readMailConfiguration } from '../../mail/mail-configuration.ts';

const payload = z.object({ message_id: z.string(), resend_id: z.string() });
/** https://resend.com/docs/api-reference/emails/retrieve-email; there is no Message-ID before the mail has left. */
const shown = z.object({ message_id: z.string().nullish() });
/** Within an hour; from then on the references of answers have to do. */
const mostAttempts = 6;

/**
 * Job learn-sent-id: asks Resend under which Message-ID a mail went out, because that is what answers to it name.
 *
 * A convenience: a key that may only send, or a mail Resend does not show, ends it without a complaint.
 */
export const learnSentId: JobHandler = async ({ payload: given, attempts }, context) => {
  const { message_id, resend_id } = payload.parse(given);
  const configuration = readMailConfiguration((name) => context.setting(name));
  if (!configuration.ready) return;
  const answer = await context.callExternal({
    name: 'resend.retrieve_email',
    method: 'GET',
    url: `${configuration.baseUrl}/emails/${encodeURIComponent(resend_id)}`,
    headers: { authorization: `Bearer ${configuration.apiKey}` },
    idempotent: true,
  });
  const status = answer.kind === 'answered' ? answer.status : 0;
  const sentId =
    answer.kind === 'answered' && status === 200 ? shown.safeParse(answer.body).data?.message_id : null;
  if (sentId) {
    await context.rpc('learn_sent_id', { message_id, sent_id: sentId });
    return;
  }
  const isFinal = status >= 400 && status < 500 && status !== 429;
  if (isFinal || attempts >= mostAttempts) context.log.info('sent_id_unknown', { message_id, status });
  else throw new RetryLater('The Message-ID is not known yet.', 60 * attempts);
};
