import { appointmentStatusSchema } from '#lib/scheduling/calendar/schemas.ts';
import * as z from 'zod/mini';

/** A client's visits in numbers. */
export const visitCountsSchema = z.object({
  upcoming: z.number(),
  completed: z.number(),
  no_shows: z.number(),
  late_cancels: z.number(),
  last_visit_at: z.nullable(z.string()),
  next_visit_at: z.nullable(z.string()),
});
export type VisitCounts = z.output<typeof visitCountsSchema>;

export const visitSchema = z.object({
  id: z.string(),
  /** Counts the changes. */
  revision: z.number(),
  starts_at: z.string(),
  ends_at: z.string(),
  status: appointmentStatusSchema,
  status_reason: z.nullable(z.string()),
  is_late_cancel: z.boolean(),
  is_overbooked: z.boolean(),
  note: z.string(),
  service: z.nullable(z.object({ name: z.string() })),
  provider: z.nullable(z.object({ name: z.string() })),
});
/** A visit as a client's page lists it. Timestamps are ISO strings. */
export type Visit = z.output<typeof visitSchema>;
