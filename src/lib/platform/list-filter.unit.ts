import { expect, it } from 'vitest';
import { listFilterQuery, readListFilter } from './list-filter.ts';

it('reads back the filter that an address names, and ignores what is none', () => {
  const filter = { search: 'Surâsul & co', status: 'deleted' } as const;
  expect(readListFilter(new URLSearchParams(listFilterQuery(filter)))).toEqual(filter);
  expect(listFilterQuery({ search: '', status: '' })).toBe('');
  expect(readListFilter(new URLSearchParams('?status=gone'))).toEqual({ search: '', status: '' });
});
