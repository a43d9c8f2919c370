import { describe, expect, it } from 'vitest';
import { formatDay, formatRelative } from './dates.ts';

const now = Date.parse('2026-03-10T12:00:00Z');

describe('a day', () => {
  it('is the one of the given zone', () =>
    expect(formatDay('2026-03-10T23:30:00Z', 'Europe/Bucharest', 'en')).toBe('Mar 11, 2026'));

  it('is the one in UTC where the zone is unknown', () =>
    expect(formatDay('2026-03-10T23:30:00Z', 'Mars/Olympus', 'en')).toBe('Mar 10, 2026'));
});

describe('how long ago a moment was', () => {
  it.each([
    ['2026-03-10T11:59:30Z', 'now'],
    ['2026-03-10T11:55:00Z', '5 minutes ago'],
    ['2026-03-10T09:00:00Z', '3 hours ago'],
    ['2026-03-09T12:00:00Z', 'yesterday'],
    ['2026-03-13T13:00:00Z', 'in 3 days'],
    ['2024-03-01T12:00:00Z', '2 years ago'],
  ])('%s is %s', (moment, text) => expect(formatRelative(moment, now, 'en')).toBe(text));

  it('follows the language', () => expect(formatRelative('2026-03-09T12:00:00Z', now, 'ro')).toBe('ieri'));
});
