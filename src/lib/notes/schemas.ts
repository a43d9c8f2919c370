import * as z from 'zod/mini';

/** Characters a note may have; the database counts the same. */
export const NOTE_LENGTH = 20_000;

export const noteSchema = z.object({
  id: z.string(),
  client_id: z.string(),
  /** Plain text, shown exactly as it was written. */
  body: z.string(),
  is_pinned: z.boolean(),
  /** Counts the versions of the text. */
  revision: z.number(),
  created_at: z.string(),
  created_by: z.nullable(z.string()),
  updated_at: z.string(),
  updated_by: z.nullable(z.string()),
});
/** A note about a client. */
export type Note = z.output<typeof noteSchema>;

export const noteRevisionSchema = z.object({
  id: z.string(),
  revision: z.number(),
  body: z.string(),
  edited_at: z.string(),
  edited_by: z.nullable(z.string()),
});
/** What a note said before. */
export type NoteRevision = z.output<typeof noteRevisionSchema>;
