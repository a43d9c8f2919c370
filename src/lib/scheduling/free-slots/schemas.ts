import * as z from 'zod/mini';

/** Shapes of what the search for free times answers. Timestamps are ISO strings. */

export const freeSlotSchema = z.object({
  starts_at: z.string(),
  ends_at: z.string(),
  provider_id: z.string(),
  /** The chairs, rooms and equipment that are free then and would be taken. */
  resource_ids: z.array(z.string()),
});
/** A time at which a visit can be booked, with whom and where. */
export type FreeSlot = z.output<typeof freeSlotSchema>;

export const freeSlotsSchema = z.object({
  /** In order of time; one for each provider who is free. */
  slots: z.array(freeSlotSchema),
  /** Whether there are more than were asked for. */
  is_capped: z.boolean(),
});
export type FreeSlots = z.output<typeof freeSlotsSchema>;

export const nextFreeSlotsSchema = z.object({
  /** In order of time; each time once, with the first who is free then. */
  slots: z.array(freeSlotSchema),
});
