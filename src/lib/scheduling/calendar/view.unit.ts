import { expect, it } from 'vitest';
import { calendarViewQuery, daysShown, leaf, mondayOf, periodOf, readCalendarView } from './view.ts';

const read = (query: string) => readCalendarView(new URLSearchParams(query));
const ID = '3f2b8c1e-0000-4000-8000-000000000001';

it('keeps a view in the address, and the address short', () => {
  expect(calendarViewQuery(read(''))).toBe('');
  const query = `?view=columns&day=2026-11-24&providers=${ID},${ID}&by=provider&columns=resources&cancelled=yes`;
  expect(calendarViewQuery(read(query))).toBe(query);
});

it('leaves out what makes no sense', () => {
  expect(read('?view=year&day=2026-02-30&providers=x,,1&by=mood&columns=rows')).toEqual(read(''));
});

it('knows the days of a week and of the weeks of a month', () => {
  expect(mondayOf('2026-11-22')).toBe('2026-11-16');
  expect(mondayOf('2026-11-23')).toBe('2026-11-23');
  expect(daysShown('week', '2026-11-26')).toEqual(
    [23, 24, 25, 26, 27, 28, 29].map((day) => `2026-11-${day}`),
  );
  const month = daysShown('month', '2026-11-26');
  expect([month.length, month[0], month.at(-1)]).toEqual([42, '2026-10-26', '2026-12-06']);
  expect(daysShown('columns', '2026-11-26')).toEqual(['2026-11-26']);
});

it('asks for whole days of the clinic, over a changed clock too', () => {
  expect(periodOf(['2026-03-28', '2026-03-29'], 'Europe/Bucharest')).toEqual({
    startsAt: '2026-03-27T22:00:00.000Z',
    endsAt: '2026-03-29T21:00:00.000Z',
  });
});

it('leafs by what is shown', () => {
  expect(leaf('day', '2026-12-31', 1)).toBe('2027-01-01');
  expect(leaf('week', '2026-11-26', -1)).toBe('2026-11-19');
  expect(leaf('month', '2026-01-31', 1)).toBe('2026-02-01');
  expect(leaf('month', '2026-01-31', -1)).toBe('2025-12-01');
});
