import { addDays } from '#lib/days.ts';
import { fromWall, wallDay } from '../calendar/wall-time.ts';
import type { FreeSlot, FreeSlots } from './schemas.ts';

/** Days of one look; two working weeks of one provider are some hundred times. */
const DAYS_AT_ONCE = 14;
/** Looks of one search: where nearly nothing suits, the person decides whether to look further. */
const MOST_LOOKS = 6;
/** Most times that `next_free_slots` answers. */
const NEXT_AT_ONCE = 20;

/** What can be asked for one kind of visit. */
export type FreeSlotSource = {
  /** The free times of so many days, in order, and whether the answer was cut short. */
  find: (firstDay: string, days: number) => Promise<FreeSlots>;
  /** The next times after a moment, each once, however far away. */
  next: (after: string, howMany: number) => Promise<FreeSlot[]>;
};

export type FreeSlotSearch = {
  timeZone: string;
  /** The last day that is of interest (YYYY-MM-DD); without it, as far as the clinic books. */
  lastDay?: string | undefined;
  /** On how many days something is to be found. */
  daysWanted: number;
  /** Which times are wanted; all without it. */
  suits?: ((slot: FreeSlot) => boolean) | undefined;
};

/** What was found, and the day from which there may be more; null when there is none. */
export type FoundSlots = { slots: FreeSlot[]; next: string | null };

/**
 * Free times from a day on, on as many days as are wanted. What it answers is complete for the days before `next`,
 * however many providers are free: an answer that was cut short is gone on from, and days without anything are passed
 * over.
 */
export async function searchFreeSlots(
  source: FreeSlotSource,
  firstDay: string,
  { timeZone, lastDay, daysWanted, suits }: FreeSlotSearch,
): Promise<FoundSlots> {
  const dayOf = ({ starts_at }: FreeSlot): string => wallDay(starts_at, timeZone);
  const isOver = (day: string): boolean => lastDay !== undefined && day > lastDay;
  const found = new Map<string, FreeSlot[]>();
  const answer = (next: string | null): FoundSlots => ({ slots: [...found.values()].flat(), next });
  let day = firstDay;

  for (let look = 0; look < MOST_LOOKS; look++) {
    if (isOver(day)) return answer(null);
    const [first] = await source.next(justBefore(day, timeZone), 1);
    if (!first || isOver(dayOf(first))) return answer(null);
    day = dayOf(first);
    const { slots, until } = await wholeDays(source, day, timeZone);
    for (const [own, times] of Map.groupBy(slots, dayOf)) {
      if (isOver(own)) return answer(null);
      const wanted = suits ? times.filter(suits) : times;
      if (wanted.length > 0) found.set(own, wanted);
      if (found.size === daysWanted) return answer(addDays(own, 1));
    }
    day = until;
  }
  return answer(isOver(day) ? null : day);
}

/** All free times of some days from one on that has any, and the day after them. */
async function wholeDays(source: FreeSlotSource, first: string, timeZone: string) {
  const { slots, is_capped } = await source.find(first, DAYS_AT_ONCE);
  const last = slots.at(-1);
  if (!is_capped || !last) return { slots, until: addDays(first, DAYS_AT_ONCE) };
  const cut = wallDay(last.starts_at, timeZone);
  if (cut > first) {
    const isWhole = ({ starts_at }: FreeSlot) => wallDay(starts_at, timeZone) < cut;
    return { slots: slots.filter(isWhole), until: cut };
  }
  const rest = await restOfDay(source, last, timeZone);
  return { slots: [...slots, ...rest], until: addDays(first, 1) };
}

/** The times of a day after one of it, each once: for the many providers whose times of one day are too many at once. */
async function restOfDay(source: FreeSlotSource, from: FreeSlot, timeZone: string): Promise<FreeSlot[]> {
  const day = wallDay(from.starts_at, timeZone);
  const rest: FreeSlot[] = [];
  for (;;) {
    const after = (rest.at(-1) ?? from).starts_at;
    const more = await source.next(after, NEXT_AT_ONCE);
    const own = more.filter(({ starts_at }) => wallDay(starts_at, timeZone) === day);
    rest.push(...own);
    if (own.length < NEXT_AT_ONCE) return rest;
  }
}

/** The last moment before a day, so that its very first time comes after it. */
const justBefore = (day: string, timeZone: string): string =>
  new Date(Date.parse(fromWall(`${day}T00:00`, timeZone)) - 1).toISOString();
