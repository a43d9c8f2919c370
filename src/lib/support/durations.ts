import { getLocale } from '#lib/paraglide/runtime.js';

/** A span of minutes as people say it: "15 min", "1 hr", "8 hr". */
export function formatMinutes(minutes: number, locale: string = getLocale()): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours && unit(hours, 'hour', locale), (rest || !hours) && unit(rest, 'minute', locale)]
    .filter(Boolean)
    .join(' ');
}

/** The time from `now` until a moment; the last two minutes in seconds, never below zero. */
export function formatTimeLeft(until: string, now: number, locale: string = getLocale()): string {
  const seconds = Math.max(0, Math.ceil((new Date(until).getTime() - now) / 1000));
  return seconds < 120 ? unit(seconds, 'second', locale) : formatMinutes(Math.floor(seconds / 60), locale);
}

function unit(value: number, name: 'hour' | 'minute' | 'second', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
}
