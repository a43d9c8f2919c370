import { expect, it } from 'vitest';
import { dateExample, readTypedDate, typeDate, writingLocale } from './typed-date.ts';

const read = (text: string, locale: string) => readTypedDate(text, locale, 2026);

it('takes the order of the language', () => {
  expect(read('3/4/1985', 'en-GB')).toBe('1985-04-03');
  expect(read('3/4/1985', 'en-US')).toBe('1985-03-04');
  expect(read('3.4.1985', 'ro')).toBe('1985-04-03');
  expect(read('03 04 1985', 'ro')).toBe('1985-04-03');
});

it('takes the ISO form and bare digits anywhere', () => {
  expect(read('1985-04-03', 'en-US')).toBe('1985-04-03');
  expect(read('03041985', 'ro')).toBe('1985-04-03');
  expect(read('04031985', 'en-US')).toBe('1985-04-03');
});

it('reads a year of two digits as that of somebody alive', () => {
  expect(read('1.2.85', 'ro')).toBe('1985-02-01');
  expect(read('1.2.26', 'ro')).toBe('2026-02-01');
  expect(read('1.2.27', 'ro')).toBe('1927-02-01');
});

it('refuses what is no day', () => {
  const typed = ['', 'yesterday', '31.2.1985', '1.13.1985', '1.2', '1.2.3.4', '1.2.123'];
  expect(typed.filter((text) => read(text, 'ro') !== null)).toEqual([]);
});

it('types a day as the language does', () => {
  expect(typeDate('1985-04-03', 'ro')).toBe('03.04.1985');
  expect(typeDate('1985-04-03', 'en-US')).toBe('04/03/1985');
  expect(typeDate(null, 'ro')).toBe('');
  expect(dateExample('en-GB')).toBe('31/12/1990');
});

it('writes a language as its reader does', () => {
  expect(writingLocale('en', ['ro-RO', 'en-GB', 'en-US'])).toBe('en-GB');
  expect(writingLocale('ro', ['en-GB'])).toBe('ro');
});
