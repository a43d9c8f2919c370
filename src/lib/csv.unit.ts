import { expect, it } from 'vitest';
import { toCsvFile, toCsvLines } from './csv.ts';

it('quotes what CSV would take apart and defuses formulas', async () => {
  expect(await toCsvLines([['a,b', 'say "hi"', 'two\nlines']])).toBe('"a,b","say ""hi""","two\nlines"\r\n');
  for (const formula of ['=cmd()', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1'])
    expect((await toCsvLines([[formula]])).replace(/^"/, '')).toMatch(/^'/);
  expect(await toCsvLines([])).toBe('');
});

it('marks the file as UTF-8', async () => {
  const bytes = new Uint8Array(await toCsvFile(['Ș']).arrayBuffer());
  expect([...bytes]).toEqual([0xef, 0xbb, 0xbf, 0xc8, 0x98]);
});
