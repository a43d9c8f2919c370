import { expect, it } from 'vitest';
import { nextStop, type Stop, type WalkingKey } from './arrow-keys.ts';

const stop = (target: string, row: number, column: number, top: number, isVisit = true): Stop<string> => ({
  ...{ target, row, column, top, isVisit },
});
/** Two rows of three fields: the first field of the second row and the middle one of the first are empty of visits. */
const stops = [
  stop('a', 0, 0, 10),
  stop('b', 0, 0, 40),
  stop('+', 0, 0, 90, false),
  // Drawn later, though it is earlier.
  stop('d', 0, 2, 50),
  stop('c', 0, 2, 20),
  stop('e', 1, 2, 130),
];
function walk(from: string, ...keys: WalkingKey[]): string {
  let at = stops.find(({ target }) => target === from);
  for (const key of keys) at = (at && nextStop(stops, at, key)) ?? at;
  return at?.target ?? '';
}

it('goes up and down by time, and on to the next field of the column', () => {
  expect(walk('a', 'ArrowDown')).toBe('b');
  expect(walk('c', 'ArrowDown', 'ArrowDown')).toBe('e');
  expect(walk('e', 'ArrowUp')).toBe('d');
});

it('goes left and right over empty fields to what is nearest in height', () => {
  expect(walk('b', 'ArrowRight')).toBe('d');
  expect(walk('a', 'ArrowRight')).toBe('c');
  expect(walk('d', 'ArrowLeft')).toBe('b');
});

it('stays where there is nothing more', () => {
  expect(walk('a', 'ArrowUp')).toBe('a');
  expect(walk('c', 'ArrowRight')).toBe('c');
  expect(walk('e', 'ArrowLeft')).toBe('e');
});

it('goes to the first and the last visit of the field', () => {
  expect(walk('b', 'Home')).toBe('a');
  expect(walk('a', 'End')).toBe('b');
  expect(walk('+', 'End')).toBe('b');
});
