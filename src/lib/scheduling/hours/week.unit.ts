import { describe, expect, it } from 'vitest';
import type { WeekPart } from './schemas.ts';
import {
  copyToOpenDays,
  isSameWeek,
  nextBreak,
  nextHours,
  problemOf,
  toDays,
  toWeek,
  type Day,
} from './week.ts';

const part = (weekday: number, opens: string, closes: string, is_break = false): WeekPart => ({
  ...{ weekday, opens, closes, is_break },
});
const span = (text: string) => {
  const [opens = '', closes = ''] = text.split('-');
  return { opens, closes };
};
const day = (hours: string[], breaks: string[] = []): Day => ({
  ...{ weekday: 1, hours: hours.map(span), breaks: breaks.map(span) },
});

describe('a week', () => {
  const week = [
    part(1, '09:00', '13:00'),
    part(1, '14:00', '18:00'),
    part(1, '10:00', '10:15', true),
    part(6, '20:00', '24:00'),
  ];

  it('comes back from being edited as it was', () => {
    expect(toDays(week)).toHaveLength(7);
    expect(toDays(week)[5]?.hours).toEqual([span('20:00-00:00')]);
    expect(toWeek(toDays(week))).toEqual(week);
  });

  it('is the same in whatever order it is told', () => {
    expect(isSameWeek(week, week.toReversed())).toBe(true);
    expect(isSameWeek(week, week.slice(1))).toBe(false);
  });

  it('takes the hours of one day for all that are open', () => {
    const days = toDays([
      part(1, '08:00', '12:00'),
      part(2, '09:00', '18:00'),
      part(2, '13:00', '14:00', true),
    ]);
    const copied = copyToOpenDays(days, days[0] ?? day([]));
    expect(toWeek(copied)).toEqual([part(1, '08:00', '12:00'), part(2, '08:00', '12:00')]);
  });
});

describe('a day', () => {
  it.each<[string, Day, string | null]>([
    ['closed', day([]), null],
    ['in two halves', day(['09:00-13:00', '14:00-18:00'], ['10:00-10:15']), null],
    ['until midnight', day(['18:00-00:00'], ['23:00-00:00']), null],
    ['with a break over hours that touch', day(['09:00-12:00', '12:00-15:00'], ['11:30-12:30']), null],
    ['not filled in', day(['09:00-']), 'incomplete'],
    ['in odd minutes', day(['09:01-12:00']), 'steps'],
    ['backwards', day(['12:00-09:00']), 'order'],
    ['of no length', day(['09:00-09:00']), 'order'],
    ['with hours over each other', day(['09:00-13:00', '12:55-18:00']), 'overlap'],
    ['with hours after midnight’s end', day(['18:00-00:00', '23:00-23:30']), 'overlap'],
    ['with breaks over each other', day(['09:00-18:00'], ['10:00-11:00', '10:30-11:30']), 'overlap'],
    ['with a break before it opens', day(['09:00-18:00'], ['08:30-09:30']), 'break_outside'],
    ['with a break in the gap', day(['09:00-12:00', '13:00-18:00'], ['11:30-13:30']), 'break_outside'],
    ['with nothing but a break', day([], ['12:00-13:00']), 'break_outside'],
  ])('%s', (_, given, problem) => {
    expect(problemOf(given)).toBe(problem);
  });

  it('goes on after its last hours', () => {
    expect(nextHours(day([]))).toEqual(span('09:00-18:00'));
    expect(nextHours(day(['09:00-13:00']))).toEqual(span('14:00-16:00'));
    expect(nextHours(day(['09:00-00:00']))).toEqual(span('-'));
  });

  it('has its next break at a usual time, if there is room', () => {
    expect(nextBreak(day(['09:00-18:00']))).toEqual(span('13:00-13:30'));
    expect(nextBreak(day(['09:00-13:00'], ['12:15-12:45']))).toEqual(span('10:30-11:00'));
    expect(nextBreak(day(['18:00-21:00']))).toEqual(span('-'));
  });
});
