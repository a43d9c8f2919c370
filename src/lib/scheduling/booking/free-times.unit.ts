import { expect, it } from 'vitest';
import type { FreeSlot } from '../free-slots/schemas.ts';
import { spreadOverDays } from './free-times.ts';

const time = (day: number, hour: number, provider_id = 'p'): FreeSlot => ({
  starts_at: `2026-11-${day}T${String(hour).padStart(2, '0')}:00:00Z`,
  ends_at: '',
  provider_id,
  resource_ids: [],
});
const spread = (times: FreeSlot[], perDay: number, days: number) =>
  spreadOverDays(times, ({ starts_at }) => starts_at.slice(0, 10), perDay, days).map(([day, own]) => [
    day,
    own.map(({ starts_at, provider_id }) => `${starts_at.slice(11, 13)} ${provider_id}`),
  ]);

it('offers some times of each of the next days', () => {
  const morning = [8, 9, 10, 11, 12, 13].map((hour) => time(24, hour));
  expect(spread([...morning, time(25, 9), time(26, 9)], 3, 2)).toEqual([
    ['2026-11-24', ['08 p', '10 p', '12 p']],
    ['2026-11-25', ['09 p']],
  ]);
});

it('offers a time once, with the first who is free', () => {
  expect(spread([time(24, 8, 'a'), time(24, 8, 'b'), time(24, 9, 'b')], 6, 1)).toEqual([
    ['2026-11-24', ['08 a', '09 b']],
  ]);
});
