import { expect, it } from 'vitest';
import { formatMinutes, formatTimeLeft } from './durations.ts';

it('says hours and minutes', () => {
  expect(formatMinutes(15, 'en')).toBe('15 min');
  expect(formatMinutes(60, 'en')).toBe('1 hr');
  expect(formatMinutes(95, 'en')).toBe('1 hr 35 min');
  expect(formatMinutes(0, 'en')).toBe('0 min');
});

it('counts down, in seconds at the end, and stops at zero', () => {
  const now = Date.parse('2026-11-21T10:00:00Z');
  expect(formatTimeLeft('2026-11-21T11:00:00Z', now, 'en')).toBe('1 hr');
  expect(formatTimeLeft('2026-11-21T10:02:30Z', now, 'en')).toBe('2 min');
  expect(formatTimeLeft('2026-11-21T10:00:42Z', now, 'en')).toBe('42 sec');
  expect(formatTimeLeft('2026-11-21T09:59:00Z', now, 'en')).toBe('0 sec');
});
