import { getLocale } from '#lib/paraglide/runtime.js';

/** "Monday" for 1, in the language of the page. */
export function weekdayName(weekday: number, form: 'long' | 'short' = 'long'): string {
  // The first of January 2024 was a Monday.
  return new Intl.DateTimeFormat(getLocale(), { weekday: form, timeZone: 'UTC' }).format(
    Date.UTC(2024, 0, weekday),
  );
}
