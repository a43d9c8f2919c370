import { getLocale } from '#lib/paraglide/runtime.js';
import type { CalendarLook } from './view.ts';

const utc = (day: string) => Date.parse(`${day}T00:00:00Z`);

/** What a look shows, as people say it: "Tuesday, 24 November 2026", "23–29 Nov 2026", "November 2026". */
export function periodTitle(look: CalendarLook, days: string[], day: string, locale = getLocale()): string {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  if (look === 'month') return format({ month: 'long', year: 'numeric' }).format(utc(day));
  if (look === 'week')
    return format({ day: 'numeric', month: 'short', year: 'numeric' }).formatRange(
      utc(days[0] ?? day),
      utc(days.at(-1) ?? day),
    );
  return format({ weekday: 'short', day: 'numeric', month: 'long', year: 'numeric' }).format(utc(day));
}
