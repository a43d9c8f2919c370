import { expect, it } from 'vitest';
import { formatSize } from './sizes.ts';
import { readText } from './text.ts';

const bytes = (...values: number[]) => Uint8Array.from(values).buffer;

it('reads the encodings text files come in', () => {
  expect(readText(new TextEncoder().encode('Țurcanu 😀').buffer).text).toBe('Țurcanu 😀');
  expect(readText(bytes(0xff, 0xfe, 0x41, 0, 0x22, 0x02)).text).toBe('AȢ');
  expect(readText(bytes(0xaa, 0xe3)).text).toBe('Şă');
});

it('cuts what is too long to be shown, and says so', () => {
  const long = readText(new TextEncoder().encode('x'.repeat(200_001)).buffer);
  expect([long.text.length, long.isCut]).toEqual([200_000, true]);
  expect(readText(bytes(0x41))).toEqual({ text: 'A', isCut: false });
});

it.each([
  [1, 'en', '1 byte'],
  [1023, 'en', '1,023 bytes'],
  [1024, 'en', '1 kB'],
  [1_500_000, 'en', '1.4 MB'],
  [52_428_800, 'ro', '50 MB'],
])('%i bytes (%s) are %s', (size, locale, expected) => {
  expect(formatSize(size, locale).replaceAll('\u00a0', ' ')).toBe(expected);
});
