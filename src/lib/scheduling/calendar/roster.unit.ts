import { expect, it } from 'vitest';
import { isAllDay, openParts, rosterFields } from './roster.ts';
import type { BlockedTime, CalendarAppointment, CalendarHold } from './schemas.ts';

const ZONE = 'Europe/Bucharest';
const DAYS = ['2026-11-24', '2026-11-25'];
const visit = (id: string, time: string, provider_id: string | null = 'pop'): CalendarAppointment => ({
  id,
  revision: 1,
  starts_at: `2026-11-24T${time}:00+02:00`,
  ends_at: `2026-11-24T${time.slice(0, 2)}:59:00+02:00`,
  status: 'booked',
  status_changed_at: '',
  client_id: 'c',
  first_name: 'Ana',
  last_name: '',
  phone: null,
  service_id: null,
  provider_id,
  resource_ids: [],
  note: '',
  is_overbooked: false,
  series_id: null,
});
const blocked = (id: string, starts: string, ends: string, who: Partial<BlockedTime>): BlockedTime => ({
  ...{ id, title: '', provider_id: null, resource_id: null, series_id: null, ...who },
  ...{ starts_at: `${starts}:00+02:00`, ends_at: `${ends}:00+02:00` },
});
const hold = (id: string, created_by: string): CalendarHold => ({
  ...{ id, created_by, provider_id: 'pop', resource_ids: [], expires_at: '2026-11-24T08:00:00Z' },
  ...{ starts_at: '2026-11-24T15:00:00+02:00', ends_at: '2026-11-24T15:30:00+02:00' },
});
const drawing = { timeZone: ZONE, columns: 'providers' as const, columnIds: ['pop', 'rusu'], selfId: 'me' };

it('has everything that takes a time in its field, by time', () => {
  const fields = rosterFields(
    [visit('late', '14:00'), visit('early', '09:00')],
    {
      holds: [hold('theirs', 'them'), hold('mine', 'me')],
      blocked: [
        blocked('lunch', '2026-11-24T12:00', '2026-11-24T13:00', {}),
        blocked('chair', '2026-11-24T12:00', '2026-11-24T13:00', { resource_id: 'one' }),
        blocked('course', '2026-11-24T16:00', '2026-11-25T11:00', { provider_id: 'pop' }),
      ],
    },
    drawing,
    DAYS,
  );
  const told = (column: string, day: string) =>
    (fields.get(column)?.get(day) ?? []).map(({ id, from, until }) => `${id} ${from}–${until}`);
  expect(told('pop', '2026-11-24')).toEqual([
    'early 09:00–09:59',
    'blocked-lunch 12:00–13:00',
    'late 14:00–14:59',
    'hold-theirs 15:00–15:30',
    'blocked-course 16:00–24:00',
  ]);
  expect(told('pop', '2026-11-25')).toEqual(['blocked-course 00:00–11:00']);
  expect(told('rusu', '2026-11-24')).toEqual(['blocked-lunch 12:00–13:00']);
});

it('knows when somebody is there on a day', () => {
  const at = (starts_at: string, ends_at: string) => ({ subject_id: 'pop', starts_at, ends_at });
  const open = [
    at('2026-11-24T07:00:00Z', '2026-11-24T11:00:00Z'),
    at('2026-11-24T12:00:00Z', '2026-11-24T16:00:00Z'),
  ];
  expect(openParts(open, '2026-11-24', ZONE)).toEqual([
    { from: '09:00', until: '13:00' },
    { from: '14:00', until: '18:00' },
  ]);
  expect(openParts(open, '2026-11-25', ZONE)).toEqual([]);
  const always = openParts([at('2026-11-22T22:00:00Z', '2026-11-29T22:00:00Z')], '2026-11-25', ZONE);
  expect(isAllDay(always)).toBe(true);
  expect(isAllDay(openParts(open, '2026-11-24', ZONE))).toBe(false);
});
