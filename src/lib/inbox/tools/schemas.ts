import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

const text = (max: number) => z.string().check(z.maxLength(max, { error: () => m.field_too_long({ max }) }));

/** Shapes of the clinic's canned replies and signatures. */

export const cannedReplySchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Plain text with placeholders such as {{client.first_name}}. */
  body: z.string(),
  /** What is typed to insert it. */
  shortcut: z.nullable(z.string()),
});
/** An answer that the clinic gives often. */
export type CannedReply = z.output<typeof cannedReplySchema>;

/** What can stand in a canned reply for what is only known when it is used. */
export const PLACEHOLDERS = [
  'client.first_name',
  'client.last_name',
  'clinic.name',
  'me.first_name',
  'me.last_name',
  'appointment.next',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

export const replyFormSchema = z.object({
  title: text(100).check(z.trim(), z.minLength(1, { error: () => m.reply_title_required() })),
  shortcut: z
    .string()
    .check(z.trim(), z.regex(/^[a-z0-9_-]{0,30}$/, { error: () => m.reply_shortcut_invalid() })),
  body: text(10_000).check(z.regex(/\S/, { error: () => m.reply_body_required() })),
});
export type ReplyForm = z.output<typeof replyFormSchema>;

export const signatureSchema = z.object({
  id: z.string(),
  account_id: z.nullable(z.string()),
  /** Whose it is; null: the mailbox's. */
  user_id: z.nullable(z.string()),
  body: z.string(),
});
export type Signature = z.output<typeof signatureSchema>;

/** Placeholders of a text that nothing will be put in for: most likely mistyped. */
export function unknownPlaceholders(body: string): string[] {
  const known: readonly string[] = PLACEHOLDERS;
  const found = [...body.matchAll(/\{\{([^{}]*)\}\}/g)].map(([, name = '']) => name);
  return [...new Set(found.filter((name) => !known.includes(name)))];
}
