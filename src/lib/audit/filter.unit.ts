import { expect, it } from 'vitest';
import { countFilters, filterMoments, filterQuery, NO_FILTER, readFilter } from './filter.ts';

const read = (query: string) => readFilter(new URLSearchParams(query));
const now = new Date('2026-11-21T22:30:00Z');

it('reads from an address what it wrote into it', () => {
  const filter = {
    actor: 'ana@example.test',
    action: 'member.',
    clinic: '6f9619ff-8b86-4d01-b42d-00cf4fc964ff',
    period: 'custom',
    from: '2026-11-01',
    to: '2026-11-20',
    search: 'a & b',
  } as const;
  expect(read(filterQuery(filter))).toEqual(filter);
  expect(filterQuery(NO_FILTER)).toBe('');
});

it('leaves out what makes no sense', () => {
  expect(read('action=1;drop&clinic=x&period=ever&from=2026-02-30')).toEqual(NO_FILTER);
  expect(read('period=7d&from=2026-11-01')).toMatchObject({ period: '7d', from: '' });
});

it('counts what a list is narrowed by', () => {
  expect(countFilters(read('period=custom&from=2026-11-01&to=2026-11-02&q=x'))).toBe(2);
});

it('begins periods at midnight of the zone', () => {
  // It is already the 22nd in Bucharest.
  expect(filterMoments(read('period=today'), 'Europe/Bucharest', now)).toEqual({
    since: '2026-11-21T22:00:00.000Z',
    until: undefined,
  });
  expect(filterMoments(read('period=7d'), 'Europe/Bucharest', now).since).toBe('2026-11-15T22:00:00.000Z');
  expect(filterMoments(read('period=30d'), 'UTC', now).since).toBe('2026-10-23T00:00:00.000Z');
});

it('includes the last day of a custom period', () => {
  expect(filterMoments(read('from=2026-11-01&to=2026-11-02'), 'UTC', now)).toEqual({
    since: '2026-11-01T00:00:00.000Z',
    until: '2026-11-03T00:00:00.000Z',
  });
  expect(filterMoments(read('to=2026-11-02'), 'UTC', now).since).toBeUndefined();
});
