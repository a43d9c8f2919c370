import { expect, it } from 'vitest';
import { droppedPlace, resizedPlace } from './drag.ts';
import { NOBODY } from './events.ts';

const ZONE = 'Europe/Bucharest';
const visit = {
  id: 'a',
  revision: 1,
  starts_at: '2026-03-28T08:00:00.000Z',
  ends_at: '2026-03-28T08:45:00.000Z',
  status: 'booked' as const,
  status_changed_at: '',
  client_id: 'c',
  first_name: '',
  last_name: '',
  phone: null,
  service_id: null,
  provider_id: 'pop',
  resource_ids: ['one', 'x-ray'],
  note: '',
  is_overbooked: false,
  series_id: null,
};
const by = (days: number, minutes = 0) => ({ days, seconds: minutes * 60 });
const stay = { columns: 'providers' as const, from: 'pop', to: 'pop' };

it('keeps the time of day and the length over a change of the clock', () => {
  expect(droppedPlace(visit, ZONE, by(1), stay)).toEqual({
    starts_at: '2026-03-29T07:00:00.000Z',
    ends_at: '2026-03-29T07:45:00.000Z',
  });
  // Into the hour that does not exist, 03:15 to 04:00: it begins at 04:15.
  expect(droppedPlace(visit, ZONE, by(0, 17 * 60 + 15), stay)).toEqual({
    starts_at: '2026-03-29T01:15:00.000Z',
    ends_at: '2026-03-29T02:00:00.000Z',
  });
});

it('changes nothing but the column when only that is another', () => {
  expect(droppedPlace(visit, ZONE, by(0), { ...stay, to: 'ionescu' })).toEqual({ provider_id: 'ionescu' });
  expect(droppedPlace(visit, ZONE, by(0), { ...stay, to: NOBODY })).toEqual({ provider_id: null });
  const chairs = { columns: 'resources' as const, from: 'one', to: 'two' };
  expect(droppedPlace(visit, ZONE, by(0), chairs)).toEqual({ resource_ids: ['x-ray', 'two'] });
  expect(droppedPlace(visit, ZONE, by(0), { ...chairs, to: 'x-ray' })).toEqual({ resource_ids: ['x-ray'] });
  expect(droppedPlace(visit, ZONE, by(0), { columns: 'providers', from: null, to: null })).toEqual({});
});

it('moves the end alone', () => {
  expect(resizedPlace(visit, ZONE, by(0, -15))).toEqual({
    starts_at: visit.starts_at,
    ends_at: '2026-03-28T08:30:00.000Z',
  });
  expect(resizedPlace(visit, ZONE, by(0, 0))).toEqual({});
});
