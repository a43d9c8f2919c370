import { isDay } from '#lib/days.ts';

/** In which order a file writes day, month and year. */
export const DAY_ORDERS = ['dmy', 'mdy', 'ymd'] as const;
export type DayOrder = (typeof DAY_ORDERS)[number];

const PARTS = /^(\d{1,4})[./\- ]\s?(\d{1,2})[./\- ]\s?(\d{1,4})\.?(?:[T ][\d:.Z+]+)?$/;

/** A day as YYYY-MM-DD, read in this order; null when it is none. Two digits of a year mean the past. */
export function toDay(text: string, order: DayOrder, thisYear = new Date().getFullYear()): string | null {
  const parts = PARTS.exec(text.trim());
  if (!parts) return null;
  // A year in front leaves no doubt, whatever the others look like.
  const actual = (parts[1]?.length ?? 0) > 2 ? 'ymd' : order;
  const part = (letter: string) => parts[actual.indexOf(letter) + 1] ?? '';
  const year = part('y').length <= 2 ? fullYear(Number(part('y')), thisYear) : Number(part('y'));
  const day = `${String(year).padStart(4, '0')}-${part('m').padStart(2, '0')}-${part('d').padStart(2, '0')}`;
  return isDay(day) ? day : null;
}

function fullYear(short: number, thisYear: number): number {
  const century = thisYear - (thisYear % 100);
  return century + short > thisYear ? century - 100 + short : century + short;
}

/** The order in which most of these texts are days; day first where two fit equally. */
export function guessDayOrder(texts: string[]): DayOrder {
  const fitting = (order: DayOrder) => texts.filter((text) => toDay(text, order) !== null).length;
  return DAY_ORDERS.reduce(
    (best, order) => (fitting(order) > fitting(best) ? order : best),
    'dmy' as DayOrder,
  );
}

/** Whether this looks like a day in any order. */
export const looksLikeDay = (text: string): boolean =>
  DAY_ORDERS.some((order) => toDay(text, order) !== null);
