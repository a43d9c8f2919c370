import { listCountries } from '#lib/countries.ts';
import { toDay, type DayOrder } from './days.ts';
import type { Mapping } from './fields.ts';
import type { ImportRow } from './schemas.ts';

const YES = new Set('yes|y|true|1|x|da|ja|oui|✓'.split('|'));
const NO = new Set('no|n|false|0|nu|nein|non|-'.split('|'));
const CHANNELS: Record<string, string> = {
  ...{ email: 'email', 'e-mail': 'email', mail: 'email', courriel: 'email' },
  ...{ phone: 'phone', telefon: 'phone', telephone: 'phone', call: 'phone', apel: 'phone', anruf: 'phone' },
  ...{ sms: 'sms', text: 'sms' },
};

/**
 * One row of the file as the database takes it. `number` counts the file's rows below the heading from 1. What cannot
 * be read is handed on as it is, so that the answer names it.
 */
export function toImportRow(
  cells: string[],
  input: { number: number; mapping: Mapping; dayOrder: DayOrder },
): ImportRow {
  const row: ImportRow = { row: input.number };
  const lists = { emails: [] as string[], phones: [] as string[], tags: [] as string[] };
  const notes: string[] = [];
  input.mapping.forEach((field, index) => {
    const cell = cells[index] ?? '';
    if (!field || cell === '') return;
    if (field === 'full_name') Object.assign(row, splitName(cell));
    else if (field === 'email') lists.emails.push(...split(cell, /[;,|\n]+/));
    else if (field === 'phone') lists.phones.push(...split(cell, /[;,|\n]+| \/ /));
    else if (field === 'tags') lists.tags.push(...split(cell, /[;,|\n]+/));
    else if (field === 'note') notes.push(cell);
    else if (field === 'date_of_birth') row[field] = toDay(cell, input.dayOrder) ?? cell;
    else if (field === 'country') row[field] = toCountry(cell);
    else if (field === 'preferred_channel') row[field] = CHANNELS[cell.toLowerCase()] ?? cell;
    else if (field === 'consent_reminders' || field === 'consent_marketing') row[field] = toBoolean(cell);
    else row[field] = cell;
  });
  for (const [name, values] of Object.entries(lists)) if (values.length > 0) row[name] = values;
  if (notes.length > 0) row.note = notes.join('\n\n');
  return row;
}

const split = (cell: string, by: RegExp): string[] =>
  cell
    .split(by)
    .map((part) => part.trim())
    .filter(Boolean);

/** "Pop, Ana" and "Ana Maria Pop" as first and last name. */
function splitName(name: string): { first_name: string; last_name: string } {
  const [last = '', first] = name.split(',').map((part) => part.trim());
  if (first !== undefined) return { first_name: first, last_name: last };
  const words = name.split(/\s+/);
  return { first_name: words.slice(0, -1).join(' '), last_name: words.at(-1) ?? '' };
}

function toBoolean(cell: string): boolean | string {
  const word = cell.toLowerCase();
  if (YES.has(word)) return true;
  return NO.has(word) ? false : cell;
}

let countryCodes: Map<string, string> | undefined;

function toCountry(cell: string): string {
  countryCodes ??= new Map(
    ['en', 'ro', 'de', 'fr'].flatMap((language) =>
      listCountries(language).map(({ code, name }) => [name.toLowerCase(), code] as const),
    ),
  );
  return /^[a-z]{2}$/i.test(cell) ? cell.toUpperCase() : (countryCodes.get(cell.toLowerCase()) ?? cell);
}
