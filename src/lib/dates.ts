import { getLocale } from '#lib/paraglide/runtime.js';

/** A day as people read it, e.g. "3 Mar 2026", in the given IANA zone; in UTC where the browser does not know it. */
export function formatDay(timestamp: string, timeZone?: string, locale: string = getLocale()): string {
  return dayFormat(locale, timeZone).format(new Date(timestamp));
}

/** A calendar day (YYYY-MM-DD), which is the same everywhere, as people read it: "3 Mar 2026". */
export function formatCalendarDay(day: string, locale: string = getLocale()): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    Date.parse(`${day}T00:00:00Z`),
  );
}

// The database knows zones that an older browser does not.
function dayFormat(locale: string, timeZone?: string): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone });
  } catch {
    return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  }
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** How long ago or ahead a moment is, in its largest whole unit: "3 days ago", "in 2 hours", "now". */
export function formatRelative(timestamp: string, now = Date.now(), locale: string = getLocale()): string {
  const seconds = Math.round((new Date(timestamp).getTime() - now) / 1000);
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  for (const [unit, size] of STEPS) {
    if (Math.abs(seconds) >= size) return format.format(Math.trunc(seconds / size), unit);
  }
  return format.format(0, 'second');
}
