import { formatCalendarDay } from '#lib/dates.ts';
import { m } from '#lib/paraglide/messages.js';
import type { HoursException, WeekPart } from './schemas.ts';
import type { DayProblem } from './week.ts';

const PROBLEMS: Record<DayProblem, () => string> = {
  incomplete: m.hours_problem_incomplete,
  steps: m.hours_problem_steps,
  order: m.hours_problem_order,
  overlap: m.error_hours_overlap,
  break_outside: m.hours_problem_break,
};
export const problemLabel = (problem: DayProblem): string => PROBLEMS[problem]();

/** The hours of one weekday in one line: "09:00–13:00, 14:00–18:00", breaks behind them. */
export function dayLabel(week: readonly WeekPart[], weekday: number): string {
  const list = (isBreak: boolean) =>
    week
      .filter((part) => part.weekday === weekday && part.is_break === isBreak)
      .map(({ opens, closes }) => `${opens}–${closes}`)
      .join(', ');
  const [hours, breaks] = [list(false), list(true)];
  if (!hours) return m.hours_closed();
  return breaks ? m.hours_with_breaks({ hours, breaks }) : hours;
}

/** Which days: "24 Dec 2026 – 2 Jan 2027". */
export function daysLabel({ first_day, last_day }: Pick<HoursException, 'first_day' | 'last_day'>): string {
  const [first, last] = [formatCalendarDay(first_day), formatCalendarDay(last_day)];
  return first_day === last_day ? first : `${first} – ${last}`;
}
