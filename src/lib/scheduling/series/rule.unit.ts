import { overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { RRule } from 'rrule';
import { beforeEach, describe, expect, it } from 'vitest';
import { buildRule, describeRule, monthDaysOf, readRule, weekdayOf, type Repeat } from './rule.ts';

let locale: 'en' | 'ro' = 'en';
beforeEach(() => {
  locale = 'en';
  overwriteGetLocale(() => locale);
});

const weekly: Repeat = {
  ...{ frequency: 'weekly', interval: 1, weekdays: [], monthDay: 'day' },
  ending: { kind: 'never' },
};
// A Tuesday, the second of its month.
const day = '2026-12-08';

describe('a rule', () => {
  it.each<[Partial<Repeat>, string]>([
    [{}, 'FREQ=WEEKLY;BYDAY=TU'],
    [{ weekdays: [4, 1] }, 'FREQ=WEEKLY;BYDAY=MO,TU,TH'],
    [{ interval: 2, ending: { kind: 'count', count: 10 } }, 'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10'],
    [{ frequency: 'daily', ending: { kind: 'until', day: '2027-03-01' } }, 'FREQ=DAILY;UNTIL=20270301'],
    [{ frequency: 'monthly' }, 'FREQ=MONTHLY;BYMONTHDAY=8'],
    [{ frequency: 'monthly', monthDay: 'weekday' }, 'FREQ=MONTHLY;BYDAY=2TU'],
    [{ frequency: 'monthly', monthDay: 'last_weekday' }, 'FREQ=MONTHLY;BYMONTHDAY=8'],
    [{ frequency: 'yearly' }, 'FREQ=YEARLY'],
  ])('of %o is %s', (repeat, rule) => {
    expect(buildRule({ ...weekly, ...repeat }, day)).toBe(rule);
  });

  it('has the first day among its days, whatever is chosen', () => {
    for (const first of ['2026-12-08', '2027-01-31', '2027-02-28', '2028-02-29', '2026-12-25', '2026-11-30'])
      for (const monthDay of monthDaysOf(first))
        for (const frequency of ['daily', 'weekly', 'monthly', 'yearly'] as const) {
          const rule = buildRule({ ...weekly, frequency, monthDay, weekdays: [3] }, first);
          const dtstart = new Date(`${first}T00:00:00Z`);
          const [found] = new RRule({ ...RRule.parseString(rule), dtstart, count: 1 }).all();
          expect([rule, found?.toISOString()]).toEqual([rule, dtstart.toISOString()]);
        }
  });

  it('is read as it was built', () => {
    for (const rule of [
      'FREQ=WEEKLY;BYDAY=MO,TU,TH',
      'FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;COUNT=10',
      'FREQ=DAILY;UNTIL=20270301',
      'FREQ=MONTHLY;BYDAY=2TU',
      'FREQ=YEARLY;COUNT=3',
    ]) {
      const read = readRule(rule);
      expect(read && buildRule(read, day)).toBe(rule);
    }
    const last = readRule('FREQ=MONTHLY;BYDAY=-1TU');
    expect(last && buildRule(last, '2026-12-29')).toBe('FREQ=MONTHLY;BYDAY=-1TU');
  });

  it('that the form cannot show is left alone', () => {
    for (const rule of [
      'FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1',
      'FREQ=DAILY;BYMONTH=1',
      'FREQ=MONTHLY;BYMONTHDAY=1,15',
      'FREQ=WEEKLY;BYDAY=2TU',
      'FREQ=HOURLY',
      'nonsense',
    ])
      expect([rule, readRule(rule)]).toEqual([rule, null]);
  });

  it("ends on a day of the clinic's", () => {
    expect(readRule('FREQ=DAILY;UNTIL=20270301T230000Z', 'Europe/Bucharest')?.ending).toEqual({
      ...{ kind: 'until', day: '2027-03-02' },
    });
  });
});

describe('the days of a month', () => {
  it.each([
    ['2026-12-08', ['day', 'weekday']],
    ['2026-12-28', ['day', 'weekday', 'last_weekday']],
    ['2026-12-30', ['day', 'last_weekday']],
    ['2026-12-31', ['day', 'last_weekday', 'last_day']],
    ['2027-02-28', ['day', 'weekday', 'last_weekday', 'last_day']],
  ])('of %s', (first, expected) => {
    expect(monthDaysOf(first)).toEqual(expected);
  });

  it('begin with Monday', () => {
    expect(['2026-12-07', '2026-12-13'].map(weekdayOf)).toEqual([1, 7]);
  });
});

describe('in words', () => {
  it.each([
    ['FREQ=DAILY', 'Every day', 'În fiecare zi'],
    ['FREQ=DAILY;INTERVAL=3', 'Every 3 days', 'La fiecare 3 zile'],
    [
      'FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10',
      'Every week on Tuesday and Thursday, 10 times',
      'În fiecare săptămână: marți și joi, de 10 ori',
    ],
    ['FREQ=WEEKLY;INTERVAL=2', 'Every 2 weeks on Tuesday', 'La fiecare 2 săptămâni: marți'],
    ['FREQ=MONTHLY;BYDAY=2TU', 'Every month on the second Tuesday', 'În fiecare lună, în a doua zi de marți'],
    ['FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=8', 'Every 6 months on day 8', 'La fiecare 6 luni, în ziua 8'],
    ['FREQ=YEARLY', 'Every year on December 8', 'În fiecare an, pe 8 decembrie'],
    ['FREQ=DAILY;UNTIL=20270301', 'Every day until Mar 1, 2027', 'În fiecare zi, până la 1 mar. 2027'],
    ['FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1', 'By another rule', 'După altă regulă'],
  ])('%s', (rule, english, romanian) => {
    expect(describeRule(rule, day)).toBe(english);
    locale = 'ro';
    expect(describeRule(rule, day)).toBe(romanian);
  });
});
