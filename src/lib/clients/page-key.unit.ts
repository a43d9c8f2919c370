import { expect, it } from 'vitest';
import { pageAfter } from './page-key.ts';

it('asks, among rows of this name and later ones, for those after the last one', () => {
  expect(pageAfter({ sortName: 'pop ana', id: '1f' })).toBe('sort_name.gt."pop ana",id.gt."1f"');
});

it('quotes what PostgREST would read as its own syntax', () => {
  expect(pageAfter({ sortName: 'o"neil, (jr.) \\', id: '1' })).toBe(
    'sort_name.gt."o\\"neil, (jr.) \\\\",id.gt."1"',
  );
});
