import { overwriteGetLocale } from '#lib/paraglide/runtime.js';
import { beforeAll, expect, it } from 'vitest';
import { visitTimes } from './times.ts';

beforeAll(() => overwriteGetLocale(() => 'en'));

it("tells a visit's times by the clinic's clock, with the zone as it is that day", () => {
  const visit = {
    starts_at: '2026-07-01T07:00:00Z',
    ends_at: '2026-07-01T07:45:00Z',
    time_zone: 'Europe/Bucharest',
  };
  expect(visitTimes(visit)).toEqual({
    day: 'Wednesday, July 1, 2026',
    hours: '10:00–10:45',
    zone: 'Eastern European Summer Time',
  });
});
