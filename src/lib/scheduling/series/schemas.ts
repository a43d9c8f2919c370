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

const changeCountsSchema = {
  moved: z.number(),
  booked: z.number(),
  cancelled: z.number(),
  /** To come, and changed on their own before or left out now. */
  left_alone: z.number(),
};
export const changedSeriesSchema = z.object(changeCountsSchema);
export type ChangedSeries = z.output<typeof changedSeriesSchema>;

export const seriesChangeSchema = z.object({
  ...changeCountsSchema,
  /** By which the visits would repeat, counted from the first one that changes. */
  rule: z.string(),
  /** When the first one would be. */
  begins_at: z.string(),
  is_new_rule: z.boolean(),
  /** The visits cannot go to another day by their old rule: nothing is planned until there is a new one. */
  needs_rule: z.boolean(),
  occurrences: occurrencesSchema,
});
/** What a change would do to the visits of a series. */
export type SeriesChange = z.output<typeof seriesChangeSchema>;

export const cancelledSeriesSchema = z.object({ cancelled: z.number() });
export const blockedSeriesSchema = z.object({
  series_id: z.string(),
  blocked: z.number(),
  /** How many visits they cover, which stay. */
  in_the_way_count: z.number(),
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
