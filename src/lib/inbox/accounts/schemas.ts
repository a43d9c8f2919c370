import * as z from 'zod/mini';

export const mailAccountSchema = z.object({
  id: z.string(),
  address: z.string(),
  display_name: z.string(),
  preset: z.enum(['yahoo', 'gmail', 'icloud', 'generic', 'webhook']),
  username: z.string(),
  imap_host: z.string(),
  imap_port: z.number(),
  smtp_host: z.string(),
  smtp_port: z.number(),
  send_via: z.enum(['smtp', 'resend']),
  history_days: z.number(),
  interval_minutes: z.number(),
  quiet_from: z.string(),
  quiet_to: z.string(),
  status: z.enum(['active', 'paused', 'auth_error', 'suspended', 'removed']),
  next_sync_at: z.string(),
  lease_until: z.nullable(z.string()),
  last_synced_at: z.nullable(z.string()),
  fail_count: z.number(),
  last_error_code: z.nullable(z.string()),
  backlog: z.number(),
});
/** A mailbox as owners see it. Timestamps are ISO strings. */
export type MailAccount = z.output<typeof mailAccountSchema>;

const count = z.optional(z.number());
export const mailRunSchema = z.object({
  id: z.string(),
  cause: z.enum(['schedule', 'member']),
  started_at: z.string(),
  ended_at: z.nullable(z.string()),
  outcome: z.nullable(z.enum(['done', 'more', 'failed', 'abandoned'])),
  counts: z.object({ stored: count, flagged: count, moved: count, deleted: count, poisoned: count }),
  error_code: z.nullable(z.string()),
});
/** One time that mail was fetched; `outcome` is null while it is under way. */
export type MailRun = z.output<typeof mailRunSchema>;

const trial = z.object({ ok: z.boolean(), code: z.string() });
/** What came of trying the servers of a mailbox out; `account` when it was saved. */
export const trialAnswerSchema = z.object({
  ok: z.boolean(),
  imap: trial,
  smtp: trial,
  account: z.optional(z.object({ id: z.string() })),
});
export type TrialAnswer = z.output<typeof trialAnswerSchema>;
