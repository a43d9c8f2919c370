import { expect, it } from 'vitest';
import { addDays, dayOf, isDay, startOfDay } from './days.ts';

it('knows which day a moment belongs to in a zone', () => {
  const moment = new Date('2026-11-20T23:30:00Z');
  expect(dayOf(moment, 'UTC')).toBe('2026-11-20');
  expect(dayOf(moment, 'Europe/Bucharest')).toBe('2026-11-21');
  expect(dayOf(moment, 'America/New_York')).toBe('2026-11-20');
});

it('begins a day at midnight of the zone, in winter and in summer', () => {
  expect(startOfDay('2026-11-21', 'Europe/Bucharest')).toBe('2026-11-20T22:00:00.000Z');
  expect(startOfDay('2026-07-01', 'Europe/Bucharest')).toBe('2026-06-30T21:00:00.000Z');
  expect(startOfDay('2026-11-21', 'Asia/Kathmandu')).toBe('2026-11-20T18:15:00.000Z');
});

it('begins the days on which the clock changes at their own midnight', () => {
  expect(startOfDay('2026-03-29', 'Europe/Bucharest')).toBe('2026-03-28T22:00:00.000Z');
  expect(startOfDay('2026-03-30', 'Europe/Bucharest')).toBe('2026-03-29T21:00:00.000Z');
  expect(startOfDay('2026-10-25', 'Europe/Bucharest')).toBe('2026-10-24T21:00:00.000Z');
});

it('begins a day without a midnight after the gap', () => {
  // In Cairo the clock goes from 00:00 to 01:00.
  expect(startOfDay('2026-04-24', 'Africa/Cairo')).toBe('2026-04-23T22:00:00.000Z');
});

it('counts days over the ends of months and years', () => {
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
});

it('tells days from other texts', () => {
  expect(['2026-02-28', '2024-02-29'].every(isDay)).toBe(true);
  expect(['2026-02-29', '2026-13-01', 'yesterday', ''].some(isDay)).toBe(false);
});
