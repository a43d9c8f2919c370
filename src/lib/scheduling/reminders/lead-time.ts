import { getLocale } from '#lib/paraglide/runtime.js';

export const UNITS = ['minutes', 'hours', 'days'] as const;
export type Unit = (typeof UNITS)[number];

const MINUTES: Record<Unit, number> = { minutes: 1, hours: 60, days: 1440 };

/** How long before a visit, in the largest unit that leaves no rest; up to 48 hours in hours, as people say it. */
export function toLeadTime(minutes: number): { amount: number; unit: Unit } {
  if (minutes % 1440 === 0 && minutes > 1440) return { amount: minutes / 1440, unit: 'days' };
  if (minutes % 60 === 0) return { amount: minutes / 60, unit: 'hours' };
  return { amount: minutes, unit: 'minutes' };
}

/** In minutes. */
export function fromLeadTime(amount: number, unit: Unit): number {
  return Math.round(amount * MINUTES[unit]);
}

/** "2 days", "90 minutes", in the page's language. */
export function formatLeadTime(minutes: number, locale: string = getLocale()): string {
  const { amount, unit } = toLeadTime(minutes);
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: unit.slice(0, -1),
    unitDisplay: 'long',
  }).format(amount);
}
