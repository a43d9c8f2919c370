import { formatMoment } from '#lib/audit/moments.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import * as z from 'zod/mini';

const clinic = z.object({ name: z.string(), phone: z.string(), address: z.string() });

/** What `preview_visit` answers to whoever holds the link. */
export const visitPageSchema = z.union([
  z.object({
    state: z.enum(['valid', 'confirmed', 'cancelled']),
    clinic,
    starts_at: z.string(),
    ends_at: z.string(),
    time_zone: z.string(),
    service: z.nullable(z.string()),
    provider: z.nullable(z.string()),
    can_cancel: z.boolean(),
  }),
  z.object({ state: z.enum(['expired', 'moved']), clinic }),
  z.object({ state: z.literal('unknown') }),
]);
export type VisitPage = z.output<typeof visitPageSchema>;
export type KnownVisit = Extract<VisitPage, { starts_at: string }>;

/** What `answer_visit` says beside that: why an answer was not taken. */
export const visitAnswerSchema = z.object({ refused: z.optional(z.enum(['too_late', 'busy'])) });

/** Day, hours and zone of a visit, as the clinic's clock has it. */
export function visitTimes({ starts_at, ends_at, time_zone }: KnownVisit) {
  const parts = new Intl.DateTimeFormat(getLocale(), {
    timeZone: time_zone,
    timeZoneName: 'long',
  }).formatToParts(new Date(starts_at));
  return {
    day: formatMoment(starts_at, 'day', time_zone),
    hours: `${formatMoment(starts_at, 'time', time_zone)}–${formatMoment(ends_at, 'time', time_zone)}`,
    zone: parts.find(({ type }) => type === 'timeZoneName')?.value ?? time_zone,
  };
}
