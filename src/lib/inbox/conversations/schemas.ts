import { tagSchema } from '#lib/clients/schemas.ts';
import { mailAddressSchema, messageSchema } from '#lib/inbox/message-view/schemas.ts';
import * as z from 'zod/mini';

/** Shapes of what the functions of the inbox answer. Timestamps are ISO strings. */

const name = { first_name: z.string(), last_name: z.string() };
const personSchema = z.object({ user_id: z.string(), ...name });
export type Person = z.output<typeof personSchema>;

export const conversationSchema = z.object({
  id: z.string(),
  account_id: z.string(),
  subject: z.string(),
  /** Whom it is with. */
  counterpart_address: z.string(),
  counterpart_name: z.string(),
  snippet: z.string(),
  client_id: z.nullable(z.string()),
  /** auto: the client follows whose address it is; manual: somebody said whom it is about. */
  client_link: z.enum(['auto', 'manual']),
  status: z.enum(['open', 'snoozed', 'closed']),
  snoozed_until: z.nullable(z.string()),
  assignee_id: z.nullable(z.string()),
  unread_count: z.number(),
  message_count: z.number(),
  attachment_count: z.number(),
  last_message_at: z.string(),
  /** Counts the changes: of two versions of a row the higher one is the newer. */
  revision: z.number(),
  client: z.nullable(z.object({ id: z.string(), ...name })),
  assignee: z.nullable(personSchema),
  tags: z.array(tagSchema),
  draft_count: z.number(),
  failed_count: z.number(),
  last_direction: z.nullable(z.enum(['inbound', 'outbound'])),
});
/** An exchange of mail with somebody, as the list shows it. */
export type Conversation = z.output<typeof conversationSchema>;

export const conversationPageSchema = z.object({
  conversations: z.array(conversationSchema),
  /** Where the next page begins; its content is the server's own matter. */
  next: z.nullable(z.json()),
});
export type ConversationPage = z.output<typeof conversationPageSchema>;

export const inboxCountsSchema = z.object({
  open: z.number(),
  open_unread: z.number(),
  mine: z.number(),
  mine_unread: z.number(),
  unassigned: z.number(),
  snoozed: z.number(),
  drafts: z.number(),
  failed: z.number(),
});
export type InboxCounts = z.output<typeof inboxCountsSchema>;

const authorSchema = z.nullable(personSchema);

export const noteSchema = z.object({
  id: z.string(),
  body: z.string(),
  created_at: z.string(),
  created_by: z.nullable(z.string()),
  updated_at: z.string(),
  author: authorSchema,
});
/** A remark about a conversation that never goes out. */
export type ConversationNote = z.output<typeof noteSchema>;

export const eventSchema = z.object({
  id: z.union([z.string(), z.number()]),
  kind: z.string(),
  details: z.record(z.string(), z.json()),
  actor: authorSchema,
  occurred_at: z.string(),
});
/** What somebody did with a conversation. */
export type ConversationEvent = z.output<typeof eventSchema>;

/** An answer that somebody has begun. */
const draftMarkSchema = z.object({
  id: z.string(),
  kind: z.string(),
  author: authorSchema,
  updated_at: z.string(),
});

export const threadSchema = z.object({
  conversation: conversationSchema,
  account: z.object({
    id: z.string(),
    address: z.string(),
    display_name: z.string(),
    status: z.string(),
    send_via: z.string(),
  }),
  /** Oldest first. */
  messages: z.array(z.extend(messageSchema, { created_at: z.string() })),
  /** There are messages before these. */
  has_earlier: z.boolean(),
  notes: z.array(noteSchema),
  events: z.array(eventSchema),
  drafts: z.array(draftMarkSchema),
});
/** A conversation with its newest messages, or with those before a given one. */
export type Thread = z.output<typeof threadSchema>;

export const draftRowSchema = z.object({
  id: z.string(),
  kind: z.enum(['new', 'reply', 'reply_all', 'forward']),
  conversation_id: z.nullable(z.string()),
  to: z.array(mailAddressSchema),
  subject: z.string(),
  snippet: z.string(),
  updated_at: z.string(),
  is_mine: z.boolean(),
  author: personSchema,
  attachment_count: z.number(),
});
/** Something that is being written, as a list shows it. */
export type DraftRow = z.output<typeof draftRowSchema>;

export const changedSchema = z.object({ changed: z.number(), conversations: z.array(conversationSchema) });

export const viewersSchema = z.array(
  z.object({ user_id: z.string(), ...name, is_writing: z.boolean(), seen_at: z.string() }),
);
/** Somebody else who has the conversation open. */
export type Viewer = z.output<typeof viewersSchema>[number];

export const mailboxSchema = z.object({
  id: z.string(),
  address: z.string(),
  display_name: z.string(),
  preset: z.string(),
  status: z.enum(['active', 'paused', 'auth_error', 'suspended', 'removed']),
  is_syncing: z.boolean(),
  last_synced_at: z.nullable(z.string()),
  /** Messages that are still to be fetched. */
  backlog: z.number(),
});
/** A mailbox of the clinic as everybody may see it. */
export type Mailbox = z.output<typeof mailboxSchema>;

/** What "sync now" answers: what the run brought, or why there was none. */
export const syncAnswerSchema = z.object({
  skipped: z.optional(z.string()),
  outcome: z.optional(z.string()),
  /** Why it failed. */
  error_code: z.optional(z.string()),
  run: z.optional(z.nullable(z.record(z.string(), z.json()))),
});
export type SyncAnswer = z.output<typeof syncAnswerSchema>;
