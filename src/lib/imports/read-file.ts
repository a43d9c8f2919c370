import { AppError } from '#lib/supabase/errors.ts';
import { MAX_FILE_SIZE, MAX_ROWS } from './schemas.ts';

export const ENCODINGS = ['utf-8', 'windows-1250', 'windows-1252', 'utf-16le', 'utf-16be'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A file as columns and rows of text; every row has as many cells as there are columns. */
export type Table = { columns: string[]; rows: string[][]; encoding: Encoding };

/**
 * Reads a CSV file with a heading line; separators are found out, and so is the encoding unless it is given. Throws
 * import_too_large, too_many_rows, import_empty, import_not_csv.
 */
export async function readTable(file: Blob, encoding?: Encoding): Promise<Table> {
  if (file.size > MAX_FILE_SIZE) throw new AppError('import_too_large');
  const bytes = new Uint8Array(await file.arrayBuffer());
  const found = encoding ?? guessEncoding(bytes);
  const text = new TextDecoder(found).decode(bytes);
  // Spreadsheets of other formats are archives full of such characters.
  if (text.slice(0, 10_000).includes('\0') || text.startsWith('PK\u0003\u0004'))
    throw new AppError('import_not_csv');
  const { default: papa } = await import('papaparse');
  // Two rows more than allowed are read: the heading, and the one that is too many.
  const { data } = papa.parse<string[]>(text, {
    delimiter: guessDelimiter(text),
    skipEmptyLines: 'greedy',
    preview: MAX_ROWS + 2,
  });
  const [heading = [], ...rows] = data;
  if (rows.length === 0) throw new AppError('import_empty');
  if (rows.length > MAX_ROWS) throw new AppError('too_many_rows');
  const width = Math.min(Math.max(heading.length, ...rows.slice(0, 100).map((row) => row.length)), 200);
  const columns = Array.from({ length: width }, (_, index) => heading[index]?.trim() ?? '');
  return {
    columns,
    rows: rows.map((row) => Array.from({ length: width }, (_, index) => clean(row[index] ?? ''))),
    encoding: found,
  };
}

/** What separates the column names; short rows further down, which mislead other ways of guessing, do not count. */
export function guessDelimiter(text: string): string {
  const heading = text.replace(/^\s+/, '').split(/\r\n|\n|\r/, 1)[0] ?? '';
  const names = heading.replace(/"[^"]*"/g, '');
  const count = (delimiter: string) => names.split(delimiter).length;
  return [',', ';', '\t', '|'].reduce((best, each) => (count(each) > count(best) ? each : best));
}

/** UTF where the bytes say so; else the Windows encoding of whichever region has the letters that occur. */
export function guessEncoding(bytes: Uint8Array<ArrayBuffer>): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return 'utf-8';
  } catch {
    const east = /[ăĂşŞţŢőŐűŰłŁčČěĚřŘąĄęĘ]/g;
    const west = /[ãÃèÈêÊõÕñÑåÅæÆøØùÙûÛàÀ]/g;
    const count = (text: string, letters: RegExp) => text.match(letters)?.length ?? 0;
    const [asEast, asWest] = [decode(bytes, 'windows-1250'), decode(bytes, 'windows-1252')];
    // Þ and º, which hardly anybody writes, are ţ and ş in the other table.
    return count(asEast, east) + count(asWest, /[þÞºª]/g) * 2 > count(asWest, west)
      ? 'windows-1250'
      : 'windows-1252';
  }
}

const decode = (bytes: Uint8Array<ArrayBuffer>, encoding: Encoding): string =>
  new TextDecoder(encoding).decode(bytes.subarray(0, 200_000));

/** Without spaces around and without the apostrophe that keeps spreadsheets from running a text as a formula. */
function clean(cell: string): string {
  return cell
    .replaceAll('\u00A0', ' ')
    .trim()
    .replace(/^'(?=[=+\-@])/, '');
}
