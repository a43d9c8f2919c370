import { dayOf } from '#lib/days.ts';
import { formatCalendarDay } from '#lib/dates.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { weekdayName } from '#lib/scheduling/weekdays.ts';

/**
 * The rules of repetition that the form knows, as RRULEs of RFC 5545 and in words. The database knows more of them;
 * those have no form and no words here, and `readRule` answers null.
 */

export const FREQUENCIES = ['daily', 'weekly', 'monthly', 'yearly'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** On which day of a month: "day" the 15th, "weekday" the 2nd Tuesday, and the last ones. */
export type MonthDay = 'day' | 'weekday' | 'last_day' | 'last_weekday';

export type Ending = { kind: 'never' } | { kind: 'count'; count: number } | { kind: 'until'; day: string };

export type Repeat = {
  frequency: Frequency;
  interval: number;
  /** ISO 8601, 1 is Monday; of weeks only. The day of the first visit is always one of them. */
  weekdays: number[];
  /** Of months only. */
  monthDay: MonthDay;
  ending: Ending;
};

export const MOST_VISITS = 366;

const CODES = ['MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU'];
const DAY = 86_400_000;

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);
/** 1 for a Monday. */
export const weekdayOf = (day: string): number => ((utc(day).getUTCDay() + 6) % 7) + 1;
const dayNumber = (day: string): number => Number(day.slice(8, 10));
const isInNextMonth = (day: string, days: number): boolean =>
  new Date(utc(day).getTime() + days * DAY).getUTCMonth() !== utc(day).getUTCMonth();

/** Which days of the month a first day can stand for, the most likely first. */
export function monthDaysOf(day: string): MonthDay[] {
  return [
    'day',
    ...(dayNumber(day) <= 28 ? (['weekday'] as const) : []),
    ...(isInNextMonth(day, 7) ? (['last_weekday'] as const) : []),
    ...(isInNextMonth(day, 1) ? (['last_day'] as const) : []),
  ];
}

function monthPart(monthDay: MonthDay, day: string): string {
  const code = CODES[weekdayOf(day) - 1] ?? 'MO';
  if (!monthDaysOf(day).includes(monthDay)) return `BYMONTHDAY=${dayNumber(day)}`;
  if (monthDay === 'weekday') return `BYDAY=${Math.ceil(dayNumber(day) / 7)}${code}`;
  if (monthDay === 'last_weekday') return `BYDAY=-1${code}`;
  return `BYMONTHDAY=${monthDay === 'last_day' ? -1 : dayNumber(day)}`;
}

/** The RRULE for visits from this day on. */
export function buildRule(repeat: Repeat, firstDay: string): string {
  const { frequency, interval, weekdays, monthDay, ending } = repeat;
  const days = [...new Set([weekdayOf(firstDay), ...weekdays])].toSorted((a, b) => a - b);
  return [
    `FREQ=${frequency.toUpperCase()}`,
    interval > 1 ? `INTERVAL=${interval}` : '',
    frequency === 'weekly' ? `BYDAY=${days.map((day) => CODES[day - 1]).join(',')}` : '',
    frequency === 'monthly' ? monthPart(monthDay, firstDay) : '',
    ending.kind === 'count' ? `COUNT=${ending.count}` : '',
    ending.kind === 'until' ? `UNTIL=${ending.day.replaceAll('-', '')}` : '',
  ]
    .filter((part) => part !== '')
    .join(';');
}

type Parts = Partial<Record<string, string>>;

const partsOf = (rule: string): Parts =>
  Object.fromEntries(
    rule
      .toUpperCase()
      .split(';')
      .map((part) => part.split('=', 2) as [string, string]),
  );

function readEnding({ COUNT: count, UNTIL: until }: Parts, timeZone: string): Ending | null {
  if (count) return { kind: 'count', count: Number(count) };
  if (!until) return { kind: 'never' };
  const [, year, month, day, time] = /^(\d{4})(\d\d)(\d\d)(T\d{6}Z)?$/.exec(until) ?? [];
  if (!year || !month || !day) return null;
  if (!time) return { kind: 'until', day: `${year}-${month}-${day}` };
  const moment = `${year}-${month}-${day}T${time.slice(1, 3)}:${time.slice(3, 5)}:${time.slice(5, 7)}Z`;
  return { kind: 'until', day: dayOf(new Date(moment), timeZone) };
}

const PLAIN_DAYS = /^(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*$/;
const NUMBERED_DAY = /^(-1|[1-4])(MO|TU|WE|TH|FR|SA|SU)$/;

/** A rule as the form shows it; null for one that it cannot show. */
export function readRule(rule: string, timeZone = 'UTC'): Repeat | null {
  const parts = partsOf(rule);
  const { FREQ, INTERVAL, COUNT: _count, UNTIL: _until, WKST: _week, BYDAY, BYMONTHDAY, ...others } = parts;
  const frequency = FREQUENCIES.find((each) => each.toUpperCase() === FREQ);
  const ending = readEnding(parts, timeZone);
  if (!frequency || !ending || Object.keys(others).length > 0) return null;
  const repeat = { frequency, interval: Number(INTERVAL ?? 1), weekdays: [], ending };
  if (frequency === 'weekly' && !BYMONTHDAY && (!BYDAY || PLAIN_DAYS.test(BYDAY))) {
    const weekdays = BYDAY ? BYDAY.split(',').map((code) => CODES.indexOf(code) + 1) : [];
    return { ...repeat, weekdays, monthDay: 'day' };
  }
  if (frequency === 'monthly' && BYDAY && !BYMONTHDAY && NUMBERED_DAY.test(BYDAY))
    return { ...repeat, monthDay: BYDAY.startsWith('-') ? 'last_weekday' : 'weekday' };
  if (frequency === 'monthly' && !BYDAY && (!BYMONTHDAY || /^(-1|\d+)$/.test(BYMONTHDAY)))
    return { ...repeat, monthDay: BYMONTHDAY === '-1' ? 'last_day' : 'day' };
  const isPlain = (frequency === 'daily' || frequency === 'yearly') && !BYDAY && !BYMONTHDAY;
  return isPlain ? { ...repeat, monthDay: 'day' } : null;
}

// in words ----------------------------------------------------------------------------------------------------------

const ORDINALS = [m.repeat_first, m.repeat_second, m.repeat_third, m.repeat_fourth];

/** "day 15", "second Tuesday", "last Friday", "last day". */
export function monthDayText(monthDay: MonthDay, day: string): string {
  const weekday = weekdayName(weekdayOf(day));
  if (monthDay === 'last_day') return m.repeat_last_day();
  if (monthDay === 'last_weekday') return m.repeat_ordinal_weekday({ ordinal: m.repeat_last(), weekday });
  const ordinal = ORDINALS[Math.ceil(dayNumber(day) / 7) - 1];
  if (monthDay === 'weekday' && ordinal) return m.repeat_ordinal_weekday({ ordinal: ordinal(), weekday });
  return m.repeat_day_number({ day: dayNumber(day) });
}

function rhythmText({ frequency, interval, weekdays, monthDay }: Repeat, firstDay: string): string {
  const isEvery = interval === 1;
  switch (frequency) {
    case 'daily':
      return isEvery ? m.repeat_every_day() : m.repeat_every_days({ interval });
    case 'weekly': {
      const shown = (weekdays.length > 0 ? weekdays : [weekdayOf(firstDay)]).toSorted((a, b) => a - b);
      const days = new Intl.ListFormat(getLocale(), { type: 'conjunction' }).format(
        shown.map((day) => weekdayName(day)),
      );
      return isEvery ? m.repeat_every_week({ days }) : m.repeat_every_weeks({ interval, days });
    }
    case 'monthly': {
      const day = monthDayText(monthDay, firstDay);
      return isEvery ? m.repeat_every_month({ day }) : m.repeat_every_months({ interval, day });
    }
    case 'yearly': {
      const format = new Intl.DateTimeFormat(getLocale(), { day: 'numeric', month: 'long', timeZone: 'UTC' });
      const day = format.format(utc(firstDay));
      return isEvery ? m.repeat_every_year({ day }) : m.repeat_every_years({ interval, day });
    }
  }
}

/**
 * A rule in words: "Every 2 weeks on Tuesday and Thursday, 10 times".
 * @param firstDay the day of a visit that follows the rule, which names what the rule leaves open
 */
export function describeRule(rule: string, firstDay: string, timeZone = 'UTC'): string {
  const repeat = readRule(rule, timeZone);
  if (!repeat) return m.repeat_by_rule();
  const rhythm = rhythmText(repeat, firstDay);
  const { ending } = repeat;
  if (ending.kind === 'count') return m.repeat_so_often({ rhythm, count: ending.count });
  return ending.kind === 'until'
    ? m.repeat_until_day({ rhythm, day: formatCalendarDay(ending.day) })
    : rhythm;
}
