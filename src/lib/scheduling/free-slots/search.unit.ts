import { describe, expect, it } from 'vitest';
import { addDays } from '#lib/days.ts';
import { fromWall, toWall, wallDay } from '../calendar/wall-time.ts';
import type { FreeSlot } from './schemas.ts';
import { searchFreeSlots, type FreeSlotSource } from './search.ts';

const timeZone = 'Europe/Bucharest';
const TODAY = '2027-01-04';

/** A clinic where so many providers are free at these hours, of which an answer holds `most` times. */
function clinic(providers: number, hours: (day: string) => number[], most = 2000, horizon = 90) {
  const all: FreeSlot[] = Array.from({ length: horizon }, (_, after) => addDays(TODAY, after)).flatMap(
    (day) =>
      hours(day).flatMap((hour) =>
        Array.from({ length: providers }, (_unused, n) => ({
          starts_at: fromWall(`${day}T${String(hour).padStart(2, '0')}:00`, timeZone),
          ends_at: '',
          provider_id: `provider ${n}`,
          resource_ids: [],
        })),
      ),
  );
  const asked: string[] = [];
  const source: FreeSlotSource = {
    find: async (firstDay, days) => {
      asked.push(`${firstDay} +${days}`);
      const inDays = all.filter(({ starts_at }) => {
        const day = wallDay(starts_at, timeZone);
        return day >= firstDay && day < addDays(firstDay, days);
      });
      return { slots: inDays.slice(0, most), is_capped: inDays.length > most };
    },
    next: async (after, howMany) => {
      const later = all.filter(({ starts_at }) => Date.parse(starts_at) > Date.parse(after));
      const once = [...Map.groupBy(later, ({ starts_at }) => starts_at).values()].flatMap(([first]) =>
        first ? [first] : [],
      );
      return once.slice(0, howMany);
    },
  };
  return { source, asked };
}
const isWeekend = (day: string) => [0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay());
const all = (from: number, until: number) => Array.from({ length: until - from }, (_, at) => from + at);
const shown = (slots: FreeSlot[]) => slots.map(({ starts_at }) => toWall(starts_at, timeZone).slice(5, 13));
const daysOf = (slots: FreeSlot[]) => [
  ...new Set(slots.map(({ starts_at }) => wallDay(starts_at, timeZone))),
];

describe('the search for free times', () => {
  it('finds whole days with many providers, whose times are more than one answer holds', async () => {
    // 20 providers and 10 hours are 200 times a day; an answer ends within the second day.
    const { source } = clinic(20, (day) => (isWeekend(day) ? [] : all(8, 18)), 300);
    const first = await searchFreeSlots(source, TODAY, { timeZone, daysWanted: 5 });
    expect(daysOf(first.slots)).toEqual(all(4, 9).map((day) => `2027-01-0${day}`));
    expect(first.slots).toHaveLength(5 * 200);
    const second = await searchFreeSlots(source, first.next ?? '', { timeZone, daysWanted: 5 });
    expect(daysOf(second.slots)).toEqual(all(11, 16).map((day) => `2027-01-${day}`));
  });

  it('goes on within a day that is too much for one answer', async () => {
    const { source } = clinic(20, (day) => (day === TODAY ? all(0, 24) : [9]), 25);
    const { slots, next } = await searchFreeSlots(source, TODAY, { timeZone, daysWanted: 1 });
    expect([...new Set(shown(slots))]).toEqual(
      all(0, 24).map((hour) => `01-04T${String(hour).padStart(2, '0')}`),
    );
    expect(next).toBe('2027-01-05');
  });

  it('passes over days without anything at once', async () => {
    const { source, asked } = clinic(1, (day) => (day === '2027-03-20' ? [9] : []));
    const { slots } = await searchFreeSlots(source, TODAY, { timeZone, daysWanted: 5 });
    expect(shown(slots)).toEqual(['03-20T09']);
    expect(asked).toEqual(['2027-03-20 +14']);
  });

  it('finds a time at midnight', async () => {
    const { source } = clinic(1, (day) => (day === TODAY ? [0] : []));
    expect((await searchFreeSlots(source, TODAY, { timeZone, daysWanted: 1 })).slots).toHaveLength(1);
  });

  it('finds the only time that suits behind thousands that do not', async () => {
    const { source } = clinic(20, () => all(8, 18), 500);
    const suits = ({ starts_at }: FreeSlot) => shown([{ starts_at } as FreeSlot])[0] === '01-25T17';
    const found: FreeSlot[] = [];
    let next: string | null = TODAY;
    let searches = 0;
    while (next) {
      const page = await searchFreeSlots(source, next, { timeZone, daysWanted: 1, suits });
      found.push(...page.slots);
      next = found.length > 0 ? null : page.next;
      searches++;
    }
    expect([...new Set(shown(found))]).toEqual(['01-25T17']);
    // Where it has looked long enough it says from where to look further, never that there is nothing.
    expect(searches).toBeGreaterThan(1);
  });

  it('ends with the last day that is wanted', async () => {
    const { source } = clinic(1, () => [9]);
    const search = { timeZone, daysWanted: 5, lastDay: '2027-01-06' };
    const { slots, next } = await searchFreeSlots(source, '2027-01-05', search);
    expect(shown(slots)).toEqual(['01-05T09', '01-06T09']);
    expect(next).toBeNull();
    const past = clinic(1, () => [9]);
    expect(await searchFreeSlots(past.source, '2027-01-07', search)).toEqual({ slots: [], next: null });
    expect(past.asked).toEqual([]);
  });

  it('says that there is nothing where nothing is free', async () => {
    const { source } = clinic(3, () => []);
    expect(await searchFreeSlots(source, TODAY, { timeZone, daysWanted: 5 })).toEqual({
      slots: [],
      next: null,
    });
  });
});
