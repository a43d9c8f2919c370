import { z } from 'zod';
import { MailNotSent } from '../jobs/job-mail.ts';
import { FinalError, type Job, type JobContext, RetryLater } from '../jobs/job.ts';
import { linkToken, tokenHash } from './link-token.ts';
import { renderReminderMail, renderReminderSms } from './reminder-mail.ts';
import { smsProvider } from './sms.ts';

const payloadSchema = z.object({ delivery_id: z.uuid() });

/** What `begin_reminder` returns. */
const begunReminder = z.discriminatedUnion('action', [
  z.object({ action: z.literal('stop'), state: z.string().nullable(), reason: z.string() }),
  z.object({
    action: z.literal('send'),
    channel: z.enum(['email', 'sms']),
    /** This one included. */
    attempt: z.number(),
    to: z.string(),
    first_name: z.string(),
    language: z.enum(['en', 'ro']),
    clinic_name: z.string(),
    clinic_phone: z.string(),
    clinic_address: z.string(),
    time_zone: z.string(),
    starts_at: z.string(),
    service: z.string().nullable(),
    provider: z.string().nullable(),
    is_confirmed: z.boolean(),
    extra_text: z.string(),
  }),
]);
type Reminder = Extract<z.infer<typeof begunReminder>, { action: 'send' }>;

/** After so many attempts, over about six hours, the list says that it did not work. */
const MOST_ATTEMPTS = 6;

interface Recorder {
  sent(providerId: string | null): Promise<void>;
  ended(
    reason: 'refused' | 'unavailable' | 'mail_not_configured' | 'sms_not_configured',
    error: string,
  ): Promise<void>;
  /** Will be tried again. */
  failed(error: string): Promise<void>;
}

/**
 * Sends one reminder, by e-mail or text message, if it is still to be sent.
 *
 * A worker can die between sending and recording. The next one then sends the very same message once more, and the provider
 * knows it by its key: so everything in it is the same at each attempt. The database keeps what it says from the first attempt
 * on, and the token of the link is not made at random but derived from the delivery's id and a secret of the functions; stored is
 * its hash alone. Text messages know no keys: from the second attempt on the provider is asked whether it has sent that link.
 */
export async function sendReminder({ payload }: Job, context: JobContext): Promise<void> {
  const { delivery_id } = payloadSchema.parse(payload);
  const secret = context.setting('CRON_SECRET');
  if (!secret || !context.appUrl)
    throw new FinalError('CRON_SECRET or APP_URL is not set, so no link can be made.');
  const token = await linkToken(secret, 'visit', delivery_id);
  const token_hash = await tokenHash(token);
  const reminder = begunReminder.parse(await context.rpc('begin_reminder', { delivery_id, token_hash }));
  if (reminder.action === 'stop') {
    context.log.info('reminder_not_sent', { delivery_id, reason: reminder.reason });
    return;
  }
  const record: Recorder = {
    sent: async (provider_id) => {
      await context.rpc('record_reminder', { delivery_id, outcome: 'sent', provider_id });
    },
    ended: async (reason, error) => {
      await context.rpc('record_reminder', { delivery_id, outcome: 'ended', reason, error });
    },
    failed: async (error) => {
      await context.rpc('record_reminder', { delivery_id, outcome: 'failed', error });
    },
  };
  const link = `${context.appUrl}/visit/${token}`;
  if (reminder.channel === 'email')
    await sendMail(reminder, link, `reminder/${delivery_id}`, record, context);
  else await sendSms(reminder, link, record, context);
}

async function sendMail(
  reminder: Reminder,
  link: string,
  key: string,
  record: Recorder,
  context: JobContext,
): Promise<void> {
  let providerId: string | null = null;
  try {
    ({ providerId } = await context.sendMail(
      { to: reminder.to, ...renderReminderMail(reminder, link) },
      key,
    ));
  } catch (error) {
    if (!(error instanceof MailNotSent)) throw error;
    if (error.trouble === 'not_configured') return record.ended('mail_not_configured', error.message);
    if (error.trouble === 'refused') return record.ended('refused', error.message);
    if (error.trouble === 'unavailable') {
      if (reminder.attempt >= MOST_ATTEMPTS) return record.ended('unavailable', error.message);
      await record.failed(error.message);
      throw error;
    }
    // Of this key a mail has gone out already, in other words: a new release, or another secret.
  }
  await record.sent(providerId);
}

async function sendSms(
  reminder: Reminder,
  link: string,
  record: Recorder,
  context: JobContext,
): Promise<void> {
  const provider = smsProvider(context);
  if (!provider) return record.ended('sms_not_configured', 'Text messages are not set up.');
  const known = reminder.attempt > 1 ? await provider.find(reminder.to, link) : null;
  if (known !== null) return record.sent(known);
  const result = await provider.send({ to: reminder.to, body: renderReminderSms(reminder, link) });
  if (result.outcome === 'sent') return record.sent(result.providerId);
  if (result.outcome === 'refused') return record.ended('refused', result.reason);
  if (reminder.attempt >= MOST_ATTEMPTS) return record.ended('unavailable', result.reason);
  await record.failed(result.reason);
  if (result.retryAfterSeconds !== null) throw new RetryLater(result.reason, result.retryAfterSeconds);
  throw new Error(result.reason);
}
