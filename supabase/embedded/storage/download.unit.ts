import { expect, test } from 'vitest';
import { requestedRange } from './download.ts';

test.each([
  [null, null],
  ['bytes=0-3', [0, 3]],
  ['bytes=3-', [3, 9]],
  ['bytes=-4', [6, 9]],
  ['bytes=-40', [0, 9]],
  ['bytes=5-100', [5, 9]],
  ['bytes=10-', 'unsatisfiable'],
  ['bytes=5-3', 'unsatisfiable'],
  ['bytes=0-1,3-4', null],
  ['lines=1-2', null],
] as const)('%s of ten bytes', (header, expected) => {
  expect(requestedRange(header, 10)).toEqual(expected);
});
