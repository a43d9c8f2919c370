import { expect, it } from 'vitest';
import {
  ableTo,
  bookingFormSchema,
  bookingValues,
  changedBooking,
  changedForSeries,
  EMPTY_BOOKING,
  placeOf,
} from './form.ts';

const ZONE = 'Europe/Bucharest';
const form = {
  ...EMPTY_BOOKING,
  client_id: 'c',
  provider_id: 'p',
  day: '2026-11-24',
  time: '10:00',
  minutes: '45',
};
const at = { starts_at: '2026-11-24T08:00:00.000Z', ends_at: '2026-11-24T08:45:00.000Z' };

it('makes moments of the clinic’s day and time', () => {
  expect(placeOf(form, ZONE)).toEqual({ ...at, service_id: null, provider_id: 'p', resource_ids: [] });
  expect(bookingValues(form, ZONE)).toMatchObject({ ...at, client_id: 'c' });
});

it('has no place while something is missing or wrong', () => {
  for (const change of [
    { provider_id: '' },
    { day: '2026-02-30' },
    { time: '' },
    { time: '24:00' },
    { minutes: '4' },
    { minutes: '721' },
  ])
    expect([change, placeOf({ ...form, ...change }, ZONE)]).toEqual([change, null]);
  expect(placeOf({ ...form, provider_id: '', resource_ids: ['r'] }, ZONE)).not.toBeNull();
});

it('says which fields are missing', () => {
  const paths = bookingFormSchema.safeParse(EMPTY_BOOKING).error?.issues.map(({ path }) => path[0]);
  expect(paths).toEqual(['client_id', 'day', 'time']);
});

it('writes back what was changed and nothing else', () => {
  expect(changedBooking(form, form, ZONE)).toEqual({});
  expect(changedBooking({ ...form, note: 'Bring the X-ray' }, form, ZONE)).toEqual({
    note: 'Bring the X-ray',
  });
  expect(changedBooking({ ...form, minutes: '45 ' }, form, ZONE)).toEqual({});
  expect(changedBooking({ ...form, time: '10:15', resource_ids: ['r'] }, form, ZONE)).toEqual({
    resource_ids: ['r'],
    starts_at: '2026-11-24T08:15:00.000Z',
    ends_at: '2026-11-24T09:00:00.000Z',
  });
});

it('means all of a place for other visits of a series, and what is written only where it was changed', () => {
  const place = { ...at, service_id: null, provider_id: 'p', resource_ids: [] };
  expect(changedForSeries(form, form, ZONE, false)).toEqual({});
  expect(changedForSeries({ ...form, note: 'Braces' }, form, ZONE, false)).toEqual({ note: 'Braces' });
  expect(changedForSeries({ ...form, provider_id: 'q' }, form, ZONE, false)).toEqual({
    ...place,
    provider_id: 'q',
  });
  expect(changedForSeries(form, form, ZONE, true)).toEqual(place);
});

it('offers those who can do a service, and whoever is chosen already', () => {
  const entries = ['a', 'b', 'c'].map((id) => ({ id, archived_at: id === 'c' ? '2026-01-01' : null }));
  const ids = (able: string[] | undefined, chosen: string[]) =>
    ableTo(entries, able, chosen).map(({ id }) => id);
  expect(ids(undefined, [])).toEqual(['a', 'b']);
  expect(ids([], [])).toEqual(['a', 'b']);
  expect(ids(['b'], [])).toEqual(['b']);
  expect(ids(['b'], ['c'])).toEqual(['b', 'c']);
});
