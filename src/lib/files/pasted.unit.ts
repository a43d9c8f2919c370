import { expect, it } from 'vitest';
import { namedPictures } from './pasted.ts';

it('names pictures from the clipboard after the moment, and leaves other files alone', () => {
  const files = [new File(['x'], 'image.png', { type: 'image/png' }), new File(['y'], 'consent.pdf')];
  const named = namedPictures(files, new Date(2026, 10, 3, 9, 5, 7));
  expect(named.map(({ name, type }) => [name, type])).toEqual([
    ['Pasted picture 2026-11-03 09.05.07.png', 'image/png'],
    ['consent.pdf', ''],
  ]);
});
