import { obstaclesSchema } from '#lib/scheduling/calendar/schemas.ts';
import * as z from 'zod/mini';

/** Shapes of what the functions about series answer. Timestamps are ISO strings, days YYYY-MM-DD. */

const occurrenceSchema = z.object({
  day: z.optional(z.string()),
  starts_at: z.string(),
  ends_at: z.string(),
  obstacles: obstaclesSchema,
  /** Of a change: the visit it is about; null for one that is booked anew. */
  appointment_id: z.optional(z.nullable(z.string())),
});
/** One visit of a series that is to be, with what is in its way. */
export type Occurrence = z.output<typeof occurrenceSchema>;
export const occurrencesSchema = z.array(occurrenceSchema);

export const seriesPreviewSchema = z.object({
  occurrences: occurrencesSchema,
  conflicts: z.number(),
  is_endless: z.boolean(),
});
export type SeriesPreview = z.output<typeof seriesPreviewSchema>;

export const bookedSeriesSchema = z.object({
  series_id: z.string(),
  booked: z.number(),
  appointments: z.array(z.object({ id: z.string(), starts_at: z.string(), ends_at: z.string() })),
});
export type BookedSeries = z.output<typeof bookedSeriesSchema>;

export const cancelledSeriesSchema = z.object({ cancelled: z.number() });
export const blockedSeriesSchema = z.object({
  series_id: z.string(),
  blocked: z.number(),
  /** The visits it covers, which stay. */
  in_the_way: z.array(z.unknown()),
});
export const unblockedSeriesSchema = z.object({ unblocked: z.number() });

export const seriesSchema = z.object({
  id: z.string(),
  rule: z.string(),
  /** In the wall time of the clinic. */
  first_at: z.string(),
  duration_minutes: z.number(),
  exdates: z.array(z.string()),
});
export type Series = z.output<typeof seriesSchema>;

/** Which visits of a series somebody means. */
export type SeriesScope = 'this' | 'following' | 'all';
