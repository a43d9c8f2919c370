import { expect, it } from 'vitest';
import {
  appointmentEvents,
  closedSpans,
  colourOf,
  columnsOf,
  hoursShown,
  NOBODY,
  obstacleEvents,
  shownAppointments,
} from './events.ts';
import type { CalendarAppointment } from './schemas.ts';

const ZONE = 'Europe/Bucharest';
const entry = { archived_at: null, updated_at: '', title: '', member_id: null };
const provider = (id: string, colour = 'blue') => ({ ...entry, id, name: `Dr. ${id}`, colour });
const chair = (id: string) => ({ ...entry, id, name: id, colour: 'slate', kind: 'chair' as const });
const catalogue = {
  providers: [provider('pop'), { ...provider('gone'), archived_at: '2026-01-01' }],
  resources: [chair('one'), chair('two')],
  services: [
    {
      ...entry,
      id: 'clean',
      name: 'Cleaning',
      colour: 'teal',
      duration_minutes: 30,
      buffer_before_minutes: 0,
      buffer_after_minutes: 0,
      price: null,
      currency: 'RON',
      service_providers: [],
      service_resources: [],
      service_steps: [],
    },
  ],
};
const visit = (change: Partial<CalendarAppointment> = {}): CalendarAppointment => ({
  id: 'a',
  revision: 1,
  starts_at: '2026-11-24T08:00:00+00:00',
  ends_at: '2026-11-24T08:45:00+00:00',
  status: 'booked',
  status_changed_at: '',
  client_id: 'c',
  first_name: 'Ana',
  last_name: 'Popescu',
  phone: null,
  service_id: 'clean',
  provider_id: 'pop',
  resource_ids: ['one'],
  note: '',
  is_overbooked: false,
  series_id: null,
  ...change,
});
const drawing = {
  timeZone: ZONE,
  colours: 'service' as const,
  columns: 'providers' as const,
  columnIds: ['pop'],
  catalogue,
  selfId: 'me',
};

it('draws a visit on the clinic’s clock, in the colour of its service or provider', () => {
  expect(appointmentEvents([visit()], drawing)[0]).toMatchObject({
    id: 'a',
    start: '2026-11-24T10:00:00',
    end: '2026-11-24T10:45:00',
    resourceIds: ['pop'],
    title: 'Ana Popescu',
    editable: true,
    classNames: ['visit', 'visit-teal'],
  });
  expect(colourOf(visit(), 'provider', catalogue)).toBe('blue');
  expect(colourOf(visit({ service_id: null }), 'service', catalogue)).toBe('slate');
  expect(appointmentEvents([visit({ status: 'completed' })], drawing)[0]?.editable).toBe(false);
});

it('shows the visits of those chosen, and cancelled ones when asked for', () => {
  const visits = [
    visit(),
    visit({ id: 'b', provider_id: null, resource_ids: ['two'] }),
    visit({ id: 'c', status: 'cancelled' }),
  ];
  const shown = (view: object) =>
    shownAppointments(visits, { providers: [], resources: [], showsCancelled: false, ...view }).map(
      ({ id }) => id,
    );
  expect(shown({})).toEqual(['a', 'b']);
  expect(shown({ showsCancelled: true })).toEqual(['a', 'b', 'c']);
  expect(shown({ providers: ['pop'] })).toEqual(['a']);
  expect(shown({ resources: ['two'] })).toEqual(['b']);
});

it('gives a column to everybody in use, to who left but has a visit, and to nobody', () => {
  const ids = (visits: CalendarAppointment[], view: object = {}) =>
    columnsOf({ columns: 'providers', providers: [], resources: [], ...view }, catalogue, visits).map(
      ({ id }) => id,
    );
  expect(ids([])).toEqual(['pop']);
  expect(ids([visit({ provider_id: 'gone' }), visit({ provider_id: null })])).toEqual([
    'pop',
    'gone',
    NOBODY,
  ]);
  expect(ids([visit({ provider_id: null })], { providers: ['pop'] })).toEqual(['pop']);
  expect(ids([visit()], { columns: 'resources' })).toEqual(['one', 'two']);
});

it('draws a clinic’s blocked time in every column, and holds of others only', () => {
  const times = { starts_at: '2026-11-24T08:00:00Z', ends_at: '2026-11-24T09:00:00Z' };
  const blocked = {
    id: 'x',
    ...times,
    title: 'Meeting',
    provider_id: null,
    resource_id: null,
    series_id: null,
  };
  const hold = { id: 'h', ...times, expires_at: '', created_by: 'me', provider_id: 'pop', resource_ids: [] };
  const drawn = obstacleEvents(
    {
      blocked: [blocked, { ...blocked, id: 'y', resource_id: 'one' }],
      holds: [hold, { ...hold, id: 'i', created_by: 'you' }],
    },
    { ...drawing, columnIds: ['pop', 'gone'] },
  );
  expect(drawn.map(({ id, resourceIds }) => [id, resourceIds])).toEqual([
    ['blocked-x', ['pop', 'gone']],
    ['hold-i', ['pop']],
  ]);
});

it('draws nothing of a column that is not shown, and says whose a block is where there are no columns', () => {
  const times = { starts_at: '2026-11-24T08:00:00Z', ends_at: '2026-11-24T09:00:00Z' };
  const blocked = { ...times, title: 'Holiday', resource_id: null, series_id: null };
  const hold = { ...times, expires_at: '', created_by: 'you', resource_ids: [] };
  const drawn = obstacleEvents(
    {
      blocked: [
        { ...blocked, id: 'x', provider_id: 'pop' },
        { ...blocked, id: 'y', provider_id: 'gone' },
      ],
      holds: [
        { ...hold, id: 'h', provider_id: 'pop' },
        { ...hold, id: 'i', provider_id: 'gone' },
      ],
    },
    { ...drawing, columnIds: ['pop'] },
    catalogue,
  );
  const name = catalogue.providers.find(({ id }) => id === 'pop')?.name;
  expect(drawn.map(({ id, title }) => [id, title])).toEqual([
    ['blocked-x', `${name}: Holiday`],
    ['hold-h', ''],
  ]);
});

it('shades what is left of a day, also where the clock changes', () => {
  const open = [
    { subject_id: 'pop', starts_at: '2026-11-24T07:00:00Z', ends_at: '2026-11-24T10:00:00Z' },
    { subject_id: 'gone', starts_at: '2026-11-24T09:00:00Z', ends_at: '2026-11-24T16:00:00Z' },
    { subject_id: 'pop', starts_at: '2026-03-29T06:00:00Z', ends_at: '2026-03-29T15:00:00Z' },
  ];
  const spans = (ids: string[], days: string[]) =>
    closedSpans(open, ids, days, ZONE).map(({ start, end }) => `${start.slice(11, 16)}–${end.slice(11, 16)}`);
  expect(spans(['pop'], ['2026-11-24'])).toEqual(['00:00–09:00', '12:00–00:00']);
  expect(spans(['pop', 'gone'], ['2026-11-24'])).toEqual(['00:00–09:00', '18:00–00:00']);
  expect(spans(['pop'], ['2026-03-29'])).toEqual(['00:00–09:00', '18:00–00:00']);
  expect(spans(['pop'], ['2026-11-25'])).toEqual(['00:00–00:00']);
});

it('reaches over every hour that has something', () => {
  const at = (start: string, end: string) => ({
    starts_at: `2026-11-24T${start}Z`,
    ends_at: `2026-11-24T${end}Z`,
  });
  expect(hoursShown([], [], ZONE)).toEqual({ first: 8, last: 18 });
  expect(hoursShown([], [at('04:30:00', '05:00:00'), at('17:00:00', '18:10:00')], ZONE)).toEqual({
    first: 6,
    last: 21,
  });
  expect(hoursShown([], [at('20:00:00', '22:30:00')], ZONE).last).toBe(24);
  // A chair that is always there.
  const always = { subject_id: 'one', starts_at: '2026-11-23T22:00:00Z', ends_at: '2026-11-24T22:00:00Z' };
  expect(hoursShown([always], [], ZONE)).toEqual({ first: 8, last: 18 });
});
