import * as z from 'zod/mini';

const weekPartSchema = z.object({
  /** 1 is Monday. */
  weekday: z.number(),
  /** HH:MM; 24:00 is the end of the day. */
  opens: z.string(),
  closes: z.string(),
  is_break: z.boolean(),
});
/** A stretch of an ordinary week. */
export type WeekPart = z.output<typeof weekPartSchema>;

const exceptionSchema = z.object({
  id: z.string(),
  provider_id: z.nullable(z.string()),
  resource_id: z.nullable(z.string()),
  /** Days as YYYY-MM-DD. */
  first_day: z.string(),
  last_day: z.string(),
  /** HH:MM; null with `closes` when nobody is there. */
  opens: z.nullable(z.string()),
  closes: z.nullable(z.string()),
  note: z.string(),
});
/** Days with other hours than in an ordinary week: the clinic's when they are neither a provider's nor a chair's. */
export type HoursException = z.output<typeof exceptionSchema>;

export const SLOT_MINUTES = [5, 10, 15, 20, 30, 60] as const;

const rulesSchema = z.object({
  slot_minutes: z.number(),
  minimum_notice_minutes: z.number(),
  horizon_days: z.number(),
  hold_minutes: z.number(),
  late_cancel_hours: z.number(),
});
/** A clinic's rules of booking. */
export type BookingRules = z.output<typeof rulesSchema>;

const weekSchema = z.array(weekPartSchema);

/** All hours of a clinic. Providers and chairs without a week of their own are not named. */
export const hoursSchema = z.object({
  time_zone: z.string(),
  settings: rulesSchema,
  clinic: weekSchema,
  providers: z.record(z.string(), weekSchema),
  resources: z.record(z.string(), weekSchema),
  exceptions: z.array(exceptionSchema),
});
export type Hours = z.output<typeof hoursSchema>;

/** How many upcoming appointments a change has put outside the hours. */
export const outsideSchema = z.object({ outside: z.number() });

/** Whose hours: a provider's, a chair's, or the clinic's when both are null. */
export type HoursOwner = { provider_id: string | null; resource_id: string | null };
export const CLINIC: HoursOwner = { provider_id: null, resource_id: null };
