import * as z from 'zod/mini';

/** One thing that happened to a client. */
export const activitySchema = z.object({
  id: z.string(),
  client_id: z.string(),
  occurred_at: z.string(),
  /** What happened, such as note_added; later domains add kinds of their own. */
  kind: z.string(),
  /** The member who did it; null when a program or the platform did. */
  actor_id: z.nullable(z.string()),
  subject_type: z.string(),
  subject_id: z.nullable(z.string()),
  /** A few words that tell which: a file's name, a task's title, the beginning of a note. */
  summary: z.string(),
  details: z.nullable(z.record(z.string(), z.unknown())),
});
export type Activity = z.output<typeof activitySchema>;
