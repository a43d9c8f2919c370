import { getLocale } from '#lib/paraglide/runtime.js';

/** A calendar day (YYYY-MM-DD), which is the same everywhere, as people read it: "3 Mar 2026". */
export function formatCalendarDay(day: string, locale: string = getLocale()): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(
    Date.parse(`${day}T00:00:00Z`),
  );
}
