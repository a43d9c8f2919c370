import * as z from 'zod/mini';

/** Shapes of messages as get_conversation answers them. Timestamps are ISO strings. */

/** What has no name in a mail has an empty one. */
const nameSchema = z.pipe(
  z.unknown(),
  z.transform((given) => (typeof given === 'string' ? given : '')),
);
export const mailAddressSchema = z.object({ name: nameSchema, address: z.string() });
export type MailAddress = z.output<typeof mailAddressSchema>;

export const attachmentSchema = z.object({
  id: z.string(),
  name: z.string(),
  content_type: z.string(),
  /** Bytes: as announced until it is stored. */
  size: z.number(),
  content_id: z.nullable(z.string()),
  is_inline: z.boolean(),
  state: z.enum(['waiting', 'stored', 'too_large', 'failed']),
  /** When somebody asked for it before its turn. */
  wanted_at: z.optional(z.nullable(z.string())),
});
/** Something attached to a message, or shown inside it. */
export type MessageAttachment = z.output<typeof attachmentSchema>;

const person = z.object({ user_id: z.string(), first_name: z.string(), last_name: z.string() });

export const messageSchema = z.object({
  id: z.string(),
  conversation_id: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  message_key: z.optional(z.string()),
  in_reply_to: z.optional(z.nullable(z.string())),
  from_address: z.string(),
  from_name: z.string(),
  to_addresses: z.array(mailAddressSchema),
  cc_addresses: z.array(mailAddressSchema),
  bcc_addresses: z.array(mailAddressSchema),
  reply_to: z.array(mailAddressSchema),
  /** How many there were in To and Cc; the lists above hold the first of them. */
  recipient_count: z.number(),
  subject: z.string(),
  sent_at: z.string(),
  snippet: z.string(),
  text_body: z.string(),
  html_body: z.nullable(z.string()),
  body_state: z.enum(['whole', 'cut', 'unreadable']),
  size: z.number(),
  kind: z.enum(['mail', 'auto_reply', 'bounce', 'list']),
  authentication: z.string(),
  is_read: z.boolean(),
  removed_at: z.optional(z.nullable(z.string())),
  /** Who wrote it here; null for what came from the mail server. */
  author: z.optional(z.nullable(person)),
  delivery: z.nullable(
    z.enum(['queued', 'sending', 'handing_over', 'sent', 'checking', 'unknown', 'failed', 'cancelled']),
  ),
  delivery_error: z.nullable(z.string()),
  send_at: z.nullable(z.string()),
  attachments: z.array(attachmentSchema),
});
/** A message of a conversation, with its bodies as they came: never to be shown but through message-card. */
export type Message = z.output<typeof messageSchema>;

/** How an answer to a message is meant. */
export type ReplyKind = 'reply' | 'reply_all' | 'forward';
