import { z } from 'zod';

const address = z.object({ name: z.string().nullish(), address: z.string() });

/** A written message as `begin_send` and `sends_to_append` describe it. */
export const outgoingMail = z.object({
  message_id: z.string(),
  tenant_id: z.string(),
  account_id: z.string(),
  /** Message-ID without angle brackets, fixed since the mail was queued. */
  message_key: z.string(),
  in_reply_to: z.string().nullable(),
  /** In the order in which they were written. */
  references: z.array(z.string()),
  /** ISO; stays the same when the mail is sent again. */
  date: z.string(),
  from: address,
  to: z.array(address),
  cc: z.array(address),
  bcc: z.array(address),
  subject: z.string(),
  text: z.string(),
  /** As the editor gave it; null when there is text alone. */
  html: z.string().nullable(),
  attachments: z.array(
    z.object({
      id: z.string(),
      name: z.string(),
      content_type: z.string(),
      size: z.number(),
      object_name: z.string(),
      content_id: z.string().nullable(),
      is_inline: z.boolean(),
    }),
  ),
});
export type OutgoingMessage = z.infer<typeof outgoingMail>;

/** What `begin_send` returns: the message to send, or why there is nothing to do. */
export const begunSend = z.discriminatedUnion('state', [
  outgoingMail.extend({
    state: z.literal('sending'),
    /** Names this attempt in everything that follows. */
    attempt: z.string(),
    attempts: z.number(),
    account: z.object({
      id: z.string(),
      tenant_id: z.string(),
      address: z.string(),
      username: z.string(),
      smtp_host: z.string(),
      smtp_port: z.number(),
      send_via: z.enum(['smtp', 'resend']),
    }),
    credential: z.object({ kid: z.string(), iv: z.string(), ciphertext: z.string() }).nullable(),
  }),
  z.object({ state: z.literal('early'), seconds: z.number() }),
  z.object({ state: z.enum(['gone', 'checking', 'sent', 'unknown', 'failed', 'cancelled']) }),
]);
export type BegunSend = Extract<z.infer<typeof begunSend>, { state: 'sending' }>;

/** What `settle_send` returns. */
export const settledSend = z.object({ delivery: z.string(), send_at: z.string().nullable() });

/**
 * What became of an attempt, as `settle_send` takes it. The code is for people to be told by; recipients that were refused
 * stand behind a colon.
 */
export interface SendOutcome {
  outcome: 'sent' | 'failed' | 'retry' | 'unknown';
  code: string | null;
  retryAfterSeconds?: number;
}
