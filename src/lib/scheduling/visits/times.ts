import { formatMoment } from '#lib/audit/moments.ts';
import { getLocale } from '#lib/paraglide/runtime.js';

/** Day, hours and zone of a visit as the clinic's clock has it, for a client who may be anywhere. */
export function visitTimes({
  starts_at,
  ends_at,
  time_zone,
}: {
  starts_at: string;
  ends_at: string;
  time_zone: string;
}) {
  return {
    day: formatMoment(starts_at, 'day', time_zone),
    hours: `${formatMoment(starts_at, 'time', time_zone)}–${formatMoment(ends_at, 'time', time_zone)}`,
    zone: zoneName(starts_at, time_zone),
  };
}

function zoneName(moment: string, timeZone: string): string {
  const parts = new Intl.DateTimeFormat(getLocale(), { timeZone, timeZoneName: 'long' }).formatToParts(
    new Date(moment),
  );
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
}
