import { addDays } from '#lib/days.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { toWall } from '#lib/scheduling/calendar/wall-time.ts';

// Kept, because making a formatter is slow and a list has thousands of rows.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${name}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  formats.set(key, format);
  return format;
}

/**
 * A moment as short as a list can take it, on the clinic's clock: "14:05" today, "Tue" within a week, "12 Nov" within
 * the year, else "12 Nov 2025".
 */
export function listTime(instant: string, today: string, timeZone: string, locale = getLocale()): string {
  const wall = toWall(instant, timeZone);
  const day = wall.slice(0, 10);
  if (day === today) return wall.slice(11, 16);
  const shown = Date.parse(`${wall}Z`);
  if (day < today && day > addDays(today, -7))
    return formatOf(locale, 'weekday', { weekday: 'short' }).format(shown);
  const isThisYear = day.slice(0, 4) === today.slice(0, 4);
  return formatOf(locale, isThisYear ? 'day' : 'date', {
    day: 'numeric',
    month: 'short',
    ...(isThisYear ? {} : { year: 'numeric' }),
  }).format(shown);
}

/** A moment in full, on the clinic's clock: "Tue, 24 Nov 2026, 14:05". */
export function fullTime(instant: string, timeZone: string, locale = getLocale()): string {
  return formatOf(locale, 'full', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(Date.parse(`${toWall(instant, timeZone)}Z`));
}
