import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  addWallMinutes,
  formatTimes,
  fromWall,
  minutesBetween,
  offsetText,
  toWall,
  wallMinutesBetween,
} from './wall-time.ts';

const ZONES = ['Europe/Bucharest', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe', 'UTC'];

it('shows what the clock on the wall shows', () => {
  expect(toWall('2026-11-24T08:00:00Z', 'Europe/Bucharest')).toBe('2026-11-24T10:00:00');
  expect(toWall('2026-07-01T21:30:00+00:00', 'Europe/Bucharest')).toBe('2026-07-02T00:30:00');
  expect(toWall('2026-11-24T08:00:00Z', 'America/New_York')).toBe('2026-11-24T03:00:00');
  expect(toWall('2026-11-24T08:00:00Z', 'Asia/Kolkata')).toBe('2026-11-24T13:30:00');
});

it('finds the moment of a clock time, in winter and in summer', () => {
  expect(fromWall('2026-11-24T10:00:00', 'Europe/Bucharest')).toBe('2026-11-24T08:00:00.000Z');
  expect(fromWall('2026-07-01T10:00', 'Europe/Bucharest')).toBe('2026-07-01T07:00:00.000Z');
});

it('reads a skipped time as an hour later and a repeated one as its second turn, as Postgres does', () => {
  // Clocks go from 03:00 to 04:00.
  expect(fromWall('2026-03-29T03:30:00', 'Europe/Bucharest')).toBe('2026-03-29T01:30:00.000Z');
  expect(toWall('2026-03-29T01:30:00Z', 'Europe/Bucharest')).toBe('2026-03-29T04:30:00');
  expect(fromWall('2026-03-29T02:59:00', 'Europe/Bucharest')).toBe('2026-03-29T00:59:00.000Z');
  expect(fromWall('2026-03-29T04:00:00', 'Europe/Bucharest')).toBe('2026-03-29T01:00:00.000Z');
  // Clocks go from 04:00 to 03:00.
  expect(fromWall('2026-10-25T03:30:00', 'Europe/Bucharest')).toBe('2026-10-25T01:30:00.000Z');
  expect(fromWall('2026-10-25T02:59:00', 'Europe/Bucharest')).toBe('2026-10-24T23:59:00.000Z');
  expect(fromWall('2026-10-25T04:00:00', 'Europe/Bucharest')).toBe('2026-10-25T02:00:00.000Z');
  // Half an hour only.
  expect(fromWall('2026-10-04T02:15:00', 'Australia/Lord_Howe')).toBe('2026-10-03T15:45:00.000Z');
});

it('comes back to the same moment, except in the first turn of a repeated hour', () => {
  const start = Date.parse('2026-01-01T00:00:00Z');
  fc.assert(
    fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 2 * 365 * 24 * 60 }), (zone, minute) => {
      const moment = new Date(start + minute * 60_000).toISOString();
      const back = fromWall(toWall(moment, zone), zone);
      expect(toWall(back, zone)).toBe(toWall(moment, zone));
      expect([0, 30, 60]).toContain(minutesBetween(moment, back));
      // A zone without summer time has no two moments for one clock time.
      const isSteady = zone === 'UTC' || zone === 'Asia/Kolkata';
      expect(back === moment || !isSteady).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

it('counts on the clock, not over changed hours', () => {
  expect(addWallMinutes('2026-03-28T10:00:00', 24 * 60)).toBe('2026-03-29T10:00:00');
  expect(wallMinutesBetween('2026-03-28T10:00:00', '2026-03-29T10:00:00')).toBe(24 * 60);
  expect(offsetText('America/New_York', Date.parse('2026-01-01T00:00:00Z'))).toBe('-05:00');
  expect(offsetText('Asia/Kolkata')).toBe('+05:30');
});

it('writes times as people read them', () => {
  expect(formatTimes('2026-11-24T08:00:00Z', '2026-11-24T08:45:00Z', 'Europe/Bucharest')).toBe('10:00–10:45');
  expect(formatTimes('2026-11-24T08:00:00Z', '2026-11-24T08:45:00Z', 'Nowhere/Unknown')).toBe('08:00–08:45');
});
