import { expect, it } from 'vitest';
import { newestVersions } from './newest-versions.ts';

it('keeps each row once, in its newest version and its first place', () => {
  const rows = [
    { id: 'a', revision: 1 },
    { id: 'b', revision: 5 },
    { id: 'a', revision: 2 },
    { id: 'b', revision: 4 },
  ];
  expect(newestVersions(rows)).toEqual([
    { id: 'a', revision: 2 },
    { id: 'b', revision: 5 },
  ]);
});
