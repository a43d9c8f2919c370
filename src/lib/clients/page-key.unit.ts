import { expect, it } from 'vitest';
import { pageAfter } from './page-key.ts';

it('asks for rows after the last one, by name and then by id', () => {
  expect(pageAfter({ sortName: 'pop ana', id: '1f' })).toBe(
    'sort_name.gt."pop ana",and(sort_name.eq."pop ana",id.gt."1f")',
  );
});

it('quotes what PostgREST would read as its own syntax', () => {
  expect(pageAfter({ sortName: 'o"neil, (jr.) \\', id: '1' })).toContain(
    'sort_name.gt."o\\"neil, (jr.) \\\\"',
  );
});
