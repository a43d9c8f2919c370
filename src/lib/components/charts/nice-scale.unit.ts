import { describe, expect, it } from 'vitest';
import { niceMaximum, ticks } from './nice-scale.ts';

describe('the end of a scale', () => {
  it.each([
    [0, 1],
    [1, 1],
    [2, 2],
    [3, 4],
    [5, 5],
    [7, 10],
    [10, 10],
    [11, 20],
    [39, 40],
    [120, 200],
    [4001, 5000],
  ])('for counts up to %i is %i', (max, end) => expect(niceMaximum(max)).toBe(end));

  it('is marked together with its half, unless that is no whole number', () => {
    expect(ticks(4)).toEqual([4, 2]);
    expect(ticks(5)).toEqual([5]);
    expect(ticks(1)).toEqual([1]);
  });
});
