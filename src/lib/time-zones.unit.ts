import { expect, it } from 'vitest';
import { describeTimeZone, listTimeZones, searchTimeZones } from './time-zones.ts';

const winter = new Date('2026-01-15T12:00:00Z');

it('knows the zones of clinics, with their offset at the time', () => {
  expect(listTimeZones(winter)).toContainEqual({
    id: 'Europe/Bucharest',
    label: 'Europe / Bucharest',
    offset: 'GMT+02:00',
  });
  expect(describeTimeZone('Europe/Bucharest', new Date('2026-07-15T12:00:00Z')).offset).toBe('GMT+03:00');
});

it('finds a zone by any of its words', () => {
  const zones = listTimeZones(winter);
  expect(searchTimeZones(zones, 'new york').map((zone) => zone.id)).toEqual(['America/New_York']);
  expect(searchTimeZones(zones, 'europe/buch').map((zone) => zone.id)).toEqual(['Europe/Bucharest']);
});

it('does not fail on a zone the browser does not know', () => {
  expect(describeTimeZone('Mars/Olympus')).toEqual({
    id: 'Mars/Olympus',
    label: 'Mars / Olympus',
    offset: '',
  });
});
