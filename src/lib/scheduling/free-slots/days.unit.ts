import { expect, it } from 'vitest';
import { firstOfEachHour, freeDays } from './days.ts';
import type { FreeSlot } from './schemas.ts';

const time = (day: number, hour: number, provider_id = 'p'): FreeSlot => ({
  starts_at: `2026-11-${day}T${String(hour).padStart(2, '0')}:00:00Z`,
  ends_at: '',
  provider_id,
  resource_ids: [],
});

it('offers a time once, with the first who is free', () => {
  const [day] = freeDays([time(24, 8, 'a'), time(24, 8, 'b'), time(24, 9, 'b')], 'UTC');
  expect(day?.times).toEqual([time(24, 8, 'a'), time(24, 9, 'b')]);
});

it("has a time on the clinic's day", () => {
  expect(freeDays([time(24, 23)], 'Europe/Bucharest').map(({ day }) => day)).toEqual(['2026-11-25']);
});

it("offers the first time of each hour on the clinic's clock", () => {
  const quarters = ['07:45', '08:00', '08:15', '08:45', '12:10'].map((clock) => ({
    ...time(24, 8),
    starts_at: `2026-11-24T${clock}:00Z`,
  }));
  const offered = (timeZone: string) =>
    firstOfEachHour(quarters, timeZone).map(({ starts_at }) => starts_at.slice(11, 16));
  expect(offered('UTC')).toEqual(['07:45', '08:00', '12:10']);
  // A quarter of an hour less than six ahead of UTC.
  expect(offered('Asia/Kathmandu')).toEqual(['07:45', '08:15', '12:10']);
});
