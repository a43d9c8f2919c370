import { expect, it } from 'vitest';
import { Selection } from './selection.svelte.ts';

const rows = ['a', 'b', 'c', 'd'].map((id) => ({ id }));
const marked = (selection: Selection) => [...selection.ids].toSorted().join('');

it('marks a range with shift, in both directions', () => {
  const selection = new Selection();
  selection.toggle('b', rows);
  selection.toggle('d', rows, true);
  expect(marked(selection)).toBe('bcd');
  selection.toggle('a', rows, true);
  expect(marked(selection)).toBe('abcd');
  selection.toggle('c', rows, true);
  expect(marked(selection)).toBe('d');
});

it('marks one row where no other was marked before', () => {
  const selection = new Selection();
  selection.toggle('c', rows, true);
  expect(marked(selection)).toBe('c');
});

it('marks all, then none', () => {
  const selection = new Selection();
  selection.toggle('a', rows);
  selection.toggleAll(rows);
  expect(selection.size).toBe(4);
  selection.toggleAll(rows);
  expect(selection.size).toBe(0);
});
