import * as z from 'zod/mini';
import { mailAddressSchema } from '../message-view/schemas.ts';

/** Shapes of what the functions for writing mail answer. Timestamps are ISO strings, sizes bytes. */

export const draftAttachmentSchema = z.object({
  id: z.string(),
  name: z.string(),
  content_type: z.string(),
  size: z.number(),
  /** waiting, too_large and failed: what is forwarded and not here yet, or never will be. */
  state: z.enum(['uploading', 'stored', 'waiting', 'too_large', 'failed']),
  is_inline: z.boolean(),
  source_attachment_id: z.nullable(z.string()),
});
export type DraftAttachment = z.output<typeof draftAttachmentSchema>;

export const draftSchema = z.object({
  id: z.string(),
  kind: z.enum(['new', 'reply', 'reply_all', 'forward']),
  account_id: z.string(),
  conversation_id: z.nullable(z.string()),
  message_id: z.nullable(z.string()),
  client_id: z.nullable(z.string()),
  to: z.array(mailAddressSchema),
  cc: z.array(mailAddressSchema),
  bcc: z.array(mailAddressSchema),
  subject: z.string(),
  text_body: z.string(),
  /** As the editor gave it; null: the text alone. */
  html_body: z.nullable(z.string()),
  /** What stands below the text; empty when the author took it out. */
  quoted_text: z.string(),
  quoted_html: z.nullable(z.string()),
  revision: z.number(),
  updated_at: z.string(),
  author: z.object({ user_id: z.string(), first_name: z.string(), last_name: z.string() }),
  is_mine: z.boolean(),
  attachments: z.array(draftAttachmentSchema),
});
/** Mail that is being written. */
export type Draft = z.output<typeof draftSchema>;

export const savedDraftSchema = z.object({ id: z.string(), revision: z.number(), updated_at: z.string() });
export type SavedDraft = z.output<typeof savedDraftSchema>;

export const announcedSchema = z.object({ id: z.string(), object_name: z.string(), bucket: z.string() });
export type Announced = z.output<typeof announcedSchema>;

export const queuedSchema = z.object({
  id: z.string(),
  conversation_id: z.string(),
  /** Until then it can be taken back. */
  send_at: z.nullable(z.string()),
});
export type Queued = z.output<typeof queuedSchema>;

/** What of a draft is typed. */
export type DraftValues = Pick<
  Draft,
  'to' | 'cc' | 'bcc' | 'subject' | 'text_body' | 'html_body' | 'account_id' | 'quoted_text' | 'quoted_html'
>;

export const valuesOf = (draft: Draft): DraftValues => ({
  to: draft.to,
  cc: draft.cc,
  bcc: draft.bcc,
  subject: draft.subject,
  text_body: draft.text_body,
  html_body: draft.html_body,
  account_id: draft.account_id,
  quoted_text: draft.quoted_text,
  quoted_html: draft.quoted_html,
});
