import { toWall, wallDay } from '../calendar/wall-time.ts';
import type { FreeSlot } from './schemas.ts';

export type FreeDay = { day: string; times: FreeSlot[] };

/** Free times by the clinic's day, each time once: with the first of those who are free then. */
export function freeDays(slots: FreeSlot[], timeZone: string): FreeDay[] {
  const once = new Map<number, FreeSlot>();
  for (const slot of slots) {
    const moment = Date.parse(slot.starts_at);
    if (!once.has(moment)) once.set(moment, slot);
  }
  const byDay = Map.groupBy(once.values(), ({ starts_at }) => wallDay(starts_at, timeZone));
  return [...byDay].map(([day, times]) => ({ day, times }));
}

/** The first time of each hour of a day, so that the afternoon is not beyond a list full of mornings. */
export function firstOfEachHour(times: FreeSlot[], timeZone: string): FreeSlot[] {
  const byHour = Map.groupBy(times, ({ starts_at }) => toWall(starts_at, timeZone).slice(0, 13));
  return [...byHour.values()].flatMap(([first]) => (first ? [first] : []));
}
