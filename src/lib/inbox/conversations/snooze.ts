import { addDays } from '#lib/days.ts';
import { fromWall, toWall } from '#lib/scheduling/calendar/wall-time.ts';

export const SNOOZE_PRESETS = ['later', 'tomorrow', 'next_week'] as const;
export type SnoozePreset = (typeof SNOOZE_PRESETS)[number];

/** When a working day begins, on the clinic's clock. */
const MORNING = '08:00';
/** Whoever puts something off in the evening does not want it back the same night. */
const LATEST_HOUR = 21;

/**
 * The moments that are offered for putting something off, on the clinic's clock: in three hours at the next full hour
 * (unless that is late at night), tomorrow and on Monday in the morning.
 */
export function snoozeMoments(now: Date, timeZone: string): { preset: SnoozePreset; until: string }[] {
  const wall = toWall(now.toISOString(), timeZone);
  const today = wall.slice(0, 10);
  const hour = Number(wall.slice(11, 13)) + 3 + (wall.slice(14, 16) === '00' ? 0 : 1);
  // Sunday is 0; a week begins on Monday, and "next week" is never today.
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay();
  const monday = addDays(today, (8 - weekday) % 7 || 7);
  const at = (day: string, time: string) => fromWall(`${day}T${time}:00`, timeZone);
  return [
    ...(hour <= LATEST_HOUR
      ? [{ preset: 'later' as const, until: at(today, `${String(hour).padStart(2, '0')}:00`) }]
      : []),
    { preset: 'tomorrow', until: at(addDays(today, 1), MORNING) },
    // On a Sunday both would be the same morning.
    ...(monday === addDays(today, 1) ? [] : [{ preset: 'next_week' as const, until: at(monday, MORNING) }]),
  ];
}

/** The moment a field of date and time means on the clinic's clock; null for none, or one that is over. */
export function ownMoment(typed: string, now: Date, timeZone: string): string | null {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(typed)) return null;
  const until = fromWall(typed, timeZone);
  return Date.parse(until) > now.getTime() ? until : null;
}
