import * as z from 'zod/mini';

/** Shapes of what the functions of the waiting list answer. Timestamps are ISO strings, days YYYY-MM-DD, times HH:MM:SS. */

export const dayPartSchema = z.enum(['morning', 'afternoon', 'evening']);
export type DayPart = z.output<typeof dayPartSchema>;
export const DAY_PARTS = dayPartSchema.options;

const offerSchema = z.object({
  id: z.string(),
  state: z.enum(['open', 'claimed', 'declined', 'expired', 'withdrawn']),
  starts_at: z.string(),
  ends_at: z.string(),
  expires_at: z.string(),
  /** The name of the provider. */
  provider: z.nullable(z.string()),
  mail_outcome: z.enum(['waiting', 'sent', 'failed', 'refused', 'not_configured']),
  mail_error: z.nullable(z.string()),
});
/** A time kept for somebody who waits. */
export type Offer = z.output<typeof offerSchema>;

export const entrySchema = z.object({
  id: z.string(),
  state: z.enum(['waiting', 'offered', 'booked', 'closed']),
  client: z.object({
    id: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    email: z.nullable(z.string()),
    phone: z.nullable(z.string()),
    consent_reminders: z.boolean(),
  }),
  service: z.object({ id: z.string(), name: z.string(), colour: z.string(), duration_minutes: z.number() }),
  /** Whom the client wants to see; anybody when empty. */
  providers: z.array(z.object({ id: z.string(), name: z.string(), title: z.string() })),
  /** 1 is Monday; any when empty. */
  weekdays: z.array(z.number()),
  day_parts: z.array(dayPartSchema),
  from_time: z.nullable(z.string()),
  to_time: z.nullable(z.string()),
  earliest_day: z.nullable(z.string()),
  latest_day: z.nullable(z.string()),
  priority: z.enum(['normal', 'high']),
  note: z.string(),
  want_offers: z.boolean(),
  /** An address that takes no mail, maybe no longer the client's. */
  refused_email: z.nullable(z.string()),
  closed_at: z.nullable(z.string()),
  revision: z.number(),
  created_at: z.string(),
  last_offer: z.nullable(offerSchema),
});
/** A client who waits for a time. */
export type Entry = z.output<typeof entrySchema>;

export const waitlistPageSchema = z.object({
  entries: z.array(entrySchema),
  /** Where the next page begins; its content is the server's own matter. */
  next: z.nullable(z.json()),
});
export type WaitlistPage = z.output<typeof waitlistPageSchema>;

export const slotSchema = z.object({
  starts_at: z.string(),
  ends_at: z.string(),
  provider_id: z.nullable(z.string()),
  resource_ids: z.array(z.string()),
});
/** A time that is free, with whom and where. */
export type Slot = z.output<typeof slotSchema>;

const reasonSchema = z.enum(['urgent', 'provider', 'weekday', 'time', 'days']);
const hindranceSchema = z.enum([
  'offers_unwanted',
  'no_email',
  'email_refused',
  'no_consent',
  'offered_lately',
]);
export type Hindrance = z.output<typeof hindranceSchema>;

export const suggestionsSchema = z.object({
  suggestions: z.array(
    z.object({
      entry: entrySchema,
      slot: slotSchema,
      reasons: z.array(reasonSchema),
      hindrances: z.array(hindranceSchema),
    }),
  ),
});
/** Somebody whom a free time suits, and why. */
export type Suggestion = z.output<typeof suggestionsSchema>['suggestions'][number];

export const offerRulesSchema = z.object({
  automatic_offers: z.boolean(),
  offer_minutes: z.number(),
  offer_notice_minutes: z.number(),
});
/** How a clinic offers times that have become free. */
export type OfferRules = z.output<typeof offerRulesSchema>;
