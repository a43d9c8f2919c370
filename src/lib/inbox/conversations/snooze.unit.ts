import { expect, test } from 'vitest';
import { ownMoment, snoozeMoments } from './snooze.ts';

const ZONE = 'Europe/Bucharest';
const moments = (now: string, zone = ZONE) =>
  snoozeMoments(new Date(now), zone).map(({ preset, until }) => `${preset} ${until.slice(0, 16)}`);

test('moments are those of the clinic, whatever zone the browser is in', () => {
  // Sunday, 10:20 in Bucharest: tomorrow is Monday, and said once.
  expect(moments('2026-11-22T08:20:00Z')).toEqual(['later 2026-11-22T12:00', 'tomorrow 2026-11-23T06:00']);
  // Monday: next week is in a week.
  expect(moments('2026-11-23T08:00:00Z')).toEqual([
    'later 2026-11-23T11:00',
    'tomorrow 2026-11-24T06:00',
    'next_week 2026-11-30T06:00',
  ]);
});

test('in the evening there is no later today', () => {
  expect(moments('2026-11-25T16:00:00Z')).toContain('later 2026-11-25T19:00');
  expect(moments('2026-11-25T16:01:00Z')[0]).toBe('tomorrow 2026-11-26T06:00');
});

test('a morning is a morning after the clock was changed', () => {
  // On 25 October the clock goes back: eight o'clock is 06:00 UTC from then on, and was 05:00 before.
  expect(moments('2026-10-23T09:00:00Z')).toEqual([
    'later 2026-10-23T12:00',
    'tomorrow 2026-10-24T05:00',
    'next_week 2026-10-26T06:00',
  ]);
});

test("an own moment is read on the clinic's clock and must be still to come", () => {
  const now = new Date('2026-11-22T08:20:00Z');
  expect(ownMoment('2026-11-22T10:21', now, ZONE)).toBe('2026-11-22T08:21:00.000Z');
  expect(ownMoment('2026-11-22T10:20', now, ZONE)).toBe(null);
  expect(ownMoment('', now, ZONE)).toBe(null);
});
