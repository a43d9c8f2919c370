import { formatMoment } from '#lib/audit/moments.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as z from 'zod/mini';

/** What `preview_offer` answers to whoever holds the link. */
export const offerPageSchema = z.union([
  z.object({
    state: z.enum(['open', 'claimed', 'taken', 'expired', 'declined', 'withdrawn']),
    clinic_name: z.string(),
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

/** Day, hours and zone of the offered time, as the clinic's clock has it. */
export function offerTimes({ starts_at, ends_at, time_zone }: KnownOffer) {
  return {
    day: formatMoment(starts_at, 'day', time_zone),
    hours: `${formatMoment(starts_at, 'time', time_zone)}–${formatMoment(ends_at, 'time', time_zone)}`,
    zone: zoneName(starts_at, time_zone),
  };
}

/** Until when it is kept: the time, with its day unless that is the day of somebody who reads this now. */
export function keptUntil({ expires_at, time_zone }: KnownOffer, now = new Date()): string {
  const isToday =
    formatMoment(expires_at, 'day', time_zone) === formatMoment(now.toISOString(), 'day', time_zone);
  return formatMoment(expires_at, isToday ? 'time' : 'short', time_zone);
}

function zoneName(moment: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(getLocale(), { timeZone, timeZoneName: 'long' }).formatToParts(
    new Date(moment),
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
