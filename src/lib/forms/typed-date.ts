import { isDay } from '#lib/days.ts';
import { getLocale } from '#lib/paraglide/runtime.js';

type Part = 'day' | 'month' | 'year';

/** The language of the app as this browser's owner writes it: "en" of somebody in London is "en-GB". */
export function writingLocale(
  locale: string = getLocale(),
  preferred: readonly string[] = globalThis.navigator?.languages ?? [],
): string {
  return preferred.find((each) => each.split('-')[0] === locale) ?? locale;
}

const numeric = (locale: string) =>
  new Intl.DateTimeFormat(locale, {
    calendar: 'gregory',
    numberingSystem: 'latn',
    timeZone: 'UTC',
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
  });

/** The order in which a language writes day, month and year in digits. */
function partsOrder(locale: string): Part[] {
  return numeric(locale)
    .formatToParts(0)
    .map(({ type }) => type)
    .filter((type): type is Part => type === 'day' || type === 'month' || type === 'year');
}

/** How a date is typed, for the hint of its field: "31/12/1990" in the order and with the signs of the language. */
export function dateExample(locale: string = writingLocale()): string {
  return numeric(locale).format(Date.UTC(1990, 11, 31));
}

/** A day (YYYY-MM-DD) as somebody would type it; the empty text for none. */
export function typeDate(day: string | null, locale: string = writingLocale()): string {
  return day ? numeric(locale).format(Date.parse(`${day}T00:00:00Z`)) : '';
}

/**
 * The day that was typed, as YYYY-MM-DD, or null for what is no date: three numbers in the order of the language
 * with anything between them, eight digits without, or the ISO form. Years of two digits are those of people alive.
 */
export function readTypedDate(
  text: string,
  locale: string = writingLocale(),
  thisYear: number = new Date().getFullYear(),
): string | null {
  const typed = text.trim();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(typed);
  if (iso) return toDay(iso[1], iso[2], iso[3]);
  const order = partsOrder(locale);
  const sizes = order.map((part) => (part === 'year' ? '(\\d{4})' : '(\\d{2})')).join('');
  const numbers =
    new RegExp(`^${sizes}$`).exec(typed) ?? /^(\d{1,4})[^\d]+(\d{1,4})[^\d]+(\d{1,4})[^\d]*$/.exec(typed);
  if (!numbers) return null;
  const part = (name: Part) => numbers[order.indexOf(name) + 1] ?? '';
  return toDay(fullYear(part('year'), thisYear), part('month'), part('day'));
}

function fullYear(year: string, thisYear: number): string {
  if (year.length !== 2) return year;
  const century = Math.floor(thisYear / 100) * 100;
  return String(Number(year) + (Number(year) > thisYear - century ? century - 100 : century));
}

function toDay(year = '', month = '', day = ''): string | null {
  const iso = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
  return isDay(iso) ? iso : null;
}
