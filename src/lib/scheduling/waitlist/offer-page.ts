import { formatMoment } from '#lib/audit/moments.ts';
import * as z from 'zod/mini';

/** What `preview_offer` answers to whoever holds the link. */
export const offerPageSchema = z.union([
  z.object({
    state: z.enum([
      'open',
      ...['claimed', 'moved', 'cancelled', 'over'],
      ...['taken', 'expired', 'declined', 'withdrawn'],
    ] as const),
    clinic: z.object({ name: z.string(), phone: z.string(), address: z.string() }),
    time_zone: z.string(),
    service: z.string(),
    provider: z.nullable(z.string()),
    starts_at: z.string(),
    ends_at: z.string(),
    expires_at: z.string(),
  }),
  z.object({ state: z.literal('unknown') }),
]);
export type OfferPage = z.output<typeof offerPageSchema>;
export type KnownOffer = Exclude<OfferPage, { state: 'unknown' }>;

/** Until when it is kept: the time, with its day unless that is the day of somebody who reads this now. */
export function keptUntil(
  { expires_at, time_zone }: Pick<KnownOffer, 'expires_at' | 'time_zone'>,
  now = new Date(),
): string {
  const isToday =
    formatMoment(expires_at, 'day', time_zone) === formatMoment(now.toISOString(), 'day', time_zone);
  return formatMoment(expires_at, isToday ? 'time' : 'short', time_zone);
}
