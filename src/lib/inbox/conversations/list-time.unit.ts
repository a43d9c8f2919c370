import { expect, test } from 'vitest';
import { fullTime, listTime } from './list-time.ts';

const shown = (instant: string) => listTime(instant, '2026-11-22', 'Europe/Bucharest', 'en');

test("a time is as short as it can be, on the clinic's clock", () => {
  expect(shown('2026-11-22T12:05:00Z')).toBe('14:05');
  // A quarter past midnight in Bucharest, still yesterday in UTC.
  expect(shown('2026-11-21T22:15:00Z')).toBe('00:15');
  expect(shown('2026-11-21T21:15:00Z')).toBe('Sat');
  expect(shown('2026-11-16T10:00:00Z')).toBe('Mon');
  expect(shown('2026-11-15T10:00:00Z')).toBe('Nov 15');
  expect(shown('2025-11-15T10:00:00Z')).toBe('Nov 15, 2025');
  expect(shown('2026-11-24T10:00:00Z')).toBe('Nov 24');
});

test('in full it names the day', () => {
  expect(fullTime('2026-11-24T12:05:00Z', 'Europe/Bucharest', 'en')).toBe('Tue, Nov 24, 2026, 14:05');
});
