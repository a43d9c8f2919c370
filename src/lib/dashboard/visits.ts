import type { Dashboard } from './schemas.ts';

/** How many visits today has, those given up left out, and how many of them are still expected. */
export function countToday(statuses: Dashboard['today']['statuses']): { all: number; left: number } {
  const { booked = 0, confirmed = 0, arrived = 0, in_chair = 0, completed = 0 } = statuses;
  const left = booked + confirmed;
  return { all: left + arrived + in_chair + completed, left };
}

/** The share of due visits that came to nothing; null where none was due. */
export function missedShare(visits: { due: number; no_shows: number; late_cancels: number }): number | null {
  return visits.due === 0 ? null : (visits.no_shows + visits.late_cancels) / visits.due;
}
