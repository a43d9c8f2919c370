import { expect, it } from 'vitest';
import { boardColumnOf, stepsToColumn, waitingMinutes } from './board.ts';
import { stepsFrom, wayBack } from './statuses.ts';

it('knows where a visit stands', () => {
  expect(boardColumnOf('confirmed')).toBe('expected');
  expect(boardColumnOf('in_chair')).toBe('in_chair');
  expect(boardColumnOf('no_show')).toBeNull();
});

it('goes through every status between two columns, forth and back', () => {
  expect(stepsToColumn('confirmed', 'completed')).toEqual(['arrived', 'in_chair', 'completed']);
  expect(stepsToColumn('booked', 'expected')).toEqual([]);
  expect(stepsToColumn('confirmed', 'expected')).toEqual([]);
  expect(stepsToColumn('completed', 'arrived')).toEqual(['in_chair', 'arrived']);
  expect(stepsToColumn('in_chair', 'expected')).toEqual(['arrived', 'booked']);
  expect(stepsToColumn('cancelled', 'arrived')).toEqual([]);
});

it('takes back a step, through "booked" where there is no straight way', () => {
  expect(wayBack('in_chair', 'arrived')).toEqual(['arrived']);
  expect(wayBack('arrived', 'confirmed')).toEqual(['booked', 'confirmed']);
  expect(wayBack('cancelled', 'booked')).toEqual(['booked']);
  expect(wayBack('cancelled', 'arrived')).toEqual(['booked', 'arrived']);
  expect(wayBack('completed', 'booked')).toEqual([]);
});

it('offers what the day allows', () => {
  const visit = { status: 'booked' as const, starts_at: '2026-11-24T08:00:00Z' };
  const steps = (now: string) => stepsFrom(visit, 'Europe/Bucharest', Date.parse(now));
  const statuses = (now: string) => steps(now).map(({ status }) => status);
  expect(statuses('2026-11-24T07:59:00Z')).not.toContain('no_show');
  expect(statuses('2026-11-24T08:00:00Z')).toContain('no_show');
  // The day of the visit begins at midnight where the clinic is.
  expect(statuses('2026-11-23T21:59:00Z')).toEqual(['confirmed', 'cancelled']);
  expect(steps('2026-11-23T21:59:00Z').find(({ isMain }) => isMain)?.status).toBe('confirmed');
  expect(steps('2026-11-23T22:01:00Z').find(({ isMain }) => isMain)?.status).toBe('arrived');
});

it('counts the minutes somebody waits', () => {
  const visit = { status: 'arrived' as const, status_changed_at: '2026-11-24T08:00:00Z' };
  expect(waitingMinutes(visit, Date.parse('2026-11-24T08:12:20Z'))).toBe(12);
  expect(waitingMinutes(visit, Date.parse('2026-11-24T07:59:00Z'))).toBe(0);
  expect(waitingMinutes({ ...visit, status: 'in_chair' }, Date.now())).toBeNull();
});
