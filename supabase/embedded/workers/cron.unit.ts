import { expect, test } from 'vitest';
import { isDue } from './cron.ts';

// 2026-11-21 is a Saturday (6), 2026-11-22 a Sunday.
const saturday = new Date('2026-11-21T08:30:00Z');
const sunday = new Date('2026-11-22T00:00:00Z');

test.each([
  ['* * * * *', true],
  ['30 8 * * *', true],
  ['30 8 21 11 *', true],
  ['31 8 * * *', false],
  ['*/15 * * * *', true],
  ['*/7 * * * *', false],
  ['0-30/10 * * * *', true],
  ['5,30,45 * * * *', true],
  ['30 8-17 * * 1-5', false],
  ['30 8 * * 6', true],
  ['30 8 1 * 6', true],
  ['30 8 21 * 1', true],
  ['30 8 1 * 1', false],
  ['30 8', false],
  ['30 seconds', false],
])('%s on Saturday 21 November at 8:30: %s', (schedule, expected) => {
  expect(isDue(schedule, saturday)).toBe(expected);
});

test('Sunday is 0 and 7', () => {
  expect([isDue('0 0 * * 0', sunday), isDue('0 0 * * 7', sunday), isDue('0 0 * * 1', sunday)]).toEqual([
    true,
    true,
    false,
  ]);
});
