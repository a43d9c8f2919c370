import { expect, it } from 'vitest';
import { readTable } from './read-file.ts';

const file = (content: BlobPart) => new Blob([content]);
const code = async (content: BlobPart): Promise<string> =>
  readTable(file(content)).then(
    () => 'read',
    (error: Error) => error.message,
  );

it('reads separators, quotes and short rows; apostrophes against formulas are taken off', async () => {
  const table = await readTable(file('\uFEFFNume;Telefon\r\n"Pop; Ana";\'+40 721\r\n\r\nRus\r\n'));
  expect(table).toEqual({
    columns: ['Nume', 'Telefon'],
    rows: [
      ['Pop; Ana', '+40 721'],
      ['Rus', ''],
    ],
    encoding: 'utf-8',
  });
});

it('knows the encodings of spreadsheets', async () => {
  // "Nume,Oraș" with the letters of Windows-1250: ş is 0xBA, ţ 0xFE, ă 0xE3.
  const east = new Uint8Array([0x4e, 0x0a, 0x42, 0xe3, 0x69, 0x2c, 0xaa, 0xfe, 0x65]);
  expect(await readTable(file(east))).toMatchObject({ encoding: 'windows-1250', rows: [['Băi', 'Şţe']] });
  const west = new Uint8Array([0x4e, 0x0a, 0x52, 0xe8, 0x6e, 0xe9]);
  expect(await readTable(file(west))).toMatchObject({ encoding: 'windows-1252', rows: [['Rèné']] });
  const wide = new Uint8Array([0xff, 0xfe, 0x4e, 0, 0x0a, 0, 0x19, 0x02]);
  expect(await readTable(file(wide))).toMatchObject({ encoding: 'utf-16le', rows: [['ș']] });
});

it('refuses what it cannot take in', async () => {
  expect(await code('')).toBe('import_empty');
  expect(await code('Name\n')).toBe('import_empty');
  expect(await code('PK\u0003\u0004 an archive')).toBe('import_not_csv');
  expect(await code(`Name\n${'x\n'.repeat(10_001)}`)).toBe('too_many_rows');
  expect(await code(`Name\n${'x\n'.repeat(10_000)}`)).toBe('read');
  expect(await code(new Uint8Array(10 * 1024 * 1024 + 1))).toBe('import_too_large');
});
