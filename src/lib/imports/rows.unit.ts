import { expect, it } from 'vitest';
import { guessDayOrder, toDay } from './days.ts';
import { guessMapping } from './fields.ts';
import { toImportRow } from './rows.ts';

it('guesses columns by their headings in four languages', () => {
  const guess = (...columns: string[]) => guessMapping({ columns, rows: [] });
  expect(guess('First Name', 'Last name', 'E-mail', 'Mobile phone', 'DOB', 'Zip')).toEqual([
    ...['first_name', 'last_name', 'email', 'phone', 'date_of_birth', 'postal_code'],
  ]);
  expect(guess('Nume', 'Prenume', 'Data nașterii', 'Localitate', 'Județ', 'Observații')).toEqual([
    ...['last_name', 'first_name', 'date_of_birth', 'city', 'region', 'note'],
  ]);
  expect(guess('Vorname', 'Nachname', 'Straße', 'PLZ', 'Geburtsdatum')).toEqual([
    ...['first_name', 'last_name', 'address_line1', 'postal_code', 'date_of_birth'],
  ]);
  expect(guess('Prénom', 'Nom', 'Courriel', 'Code postal')).toEqual([
    ...['first_name', 'last_name', 'email', 'postal_code'],
  ]);
  expect(guess('Nume', 'Telefon')).toEqual(['full_name', 'phone']);
  expect(guess('City', 'Town', 'Shoe size')).toEqual(['city', null, null]);
});

it('looks at the cells of columns without a telling heading', () => {
  const rows = [
    ['a@b.ro', '0721 000 111', '31.12.1980', '7'],
    ['c@d.ro', '+40 721 000 112', '01.02.1990', '8'],
  ];
  expect(guessMapping({ columns: ['A', 'B', 'C', 'D'], rows })).toEqual([
    'email',
    'phone',
    'date_of_birth',
    null,
  ]);
});

it('reads days in the order the file has', () => {
  expect(guessDayOrder(['01/02/1990', '12/31/1980'])).toBe('mdy');
  expect(guessDayOrder(['01/02/1990', '31/12/1980'])).toBe('dmy');
  expect(guessDayOrder(['1990-02-01'])).toBe('dmy');
  expect(toDay('1.2.1990', 'dmy')).toBe('1990-02-01');
  expect(toDay('1/2/1990', 'mdy')).toBe('1990-01-02');
  expect(toDay('1990-02-01T00:00:00Z', 'mdy')).toBe('1990-02-01');
  expect(toDay('29.02.1981', 'dmy')).toBeNull();
  expect(toDay('soon', 'dmy')).toBeNull();
  expect(toDay('05.06.31', 'dmy', 2026)).toBe('1931-06-05');
  expect(toDay('05.06.24', 'dmy', 2026)).toBe('2024-06-05');
});

it('makes rows of cells and leaves out what is empty', () => {
  const mapping = [
    ...(['full_name', 'email', 'email', 'phone', 'date_of_birth', 'country'] as const),
    ...(['consent_reminders', 'tags', 'note', null] as const),
  ];
  const cells = ['Pop, Ana', 'a@b.ro; c@d.ro', 'e@f.ro', '0721 / 0722', '1.2.1990', 'Romania'];
  expect(
    toImportRow([...cells, 'da', 'VIP, New', 'x', 'out'], { number: 7, mapping, dayOrder: 'dmy' }),
  ).toEqual({
    row: 7,
    first_name: 'Ana',
    last_name: 'Pop',
    emails: ['a@b.ro', 'c@d.ro', 'e@f.ro'],
    phones: ['0721', '0722'],
    date_of_birth: '1990-02-01',
    country: 'RO',
    consent_reminders: true,
    tags: ['VIP', 'New'],
    note: 'x',
  });
  expect(toImportRow(['Ana Maria Pop', '', '', '', 'soon'], { number: 8, mapping, dayOrder: 'dmy' })).toEqual(
    {
      row: 8,
      first_name: 'Ana Maria',
      last_name: 'Pop',
      date_of_birth: 'soon',
    },
  );
});
