import { looksLikeDay } from './days.ts';
import type { Table } from './read-file.ts';

/** What a column can be, with the words files use for it: English, Romanian, German, French. */
const SYNONYMS = {
  first_name: 'first name|firstname|given name|forename|prenume|vorname|prenom',
  last_name:
    'last name|lastname|surname|family name|nume de familie|nume|nachname|familienname|nom|nom de famille',
  full_name:
    'name|full name|client|patient|client name|patient name|nume complet|nume si prenume|pacient|ganzer name|nom complet|nom et prenom',
  email:
    'email|e mail|mail|email address|adresa email|adresa de email|e mail adresse|courriel|adresse mail|email 2|e mail 2|second email',
  phone:
    'phone|phone number|mobile|cell|telephone|tel|mobile phone|home phone|work phone|telefon|numar telefon|numar de telefon|mobil|telefon mobil|telefonnummer|handy|mobiltelefon|portable|numero de telephone|phone 2|telefon 2',
  date_of_birth:
    'date of birth|dob|birth date|birthdate|birthday|data nasterii|data nastere|nascut|geburtsdatum|geburtstag|date de naissance|naissance',
  address_line1: 'address|address line 1|address 1|street|adresa|strada|adresse|strasse|rue',
  address_line2: 'address line 2|address 2|apartment|flat|bloc|apartament|wohnung|complement',
  postal_code: 'postal code|postcode|zip|zip code|cod postal|plz|postleitzahl|code postal',
  city: 'city|town|oras|localitate|ort|stadt|ville',
  region: 'region|state|county|province|judet|bundesland|kanton|departement',
  country: 'country|tara|land|pays',
  preferred_channel:
    'preferred channel|contact preference|preferred contact|canal preferat|mod de contact|kontaktweg|canal',
  consent_reminders:
    'reminders|consent reminders|appointment reminders|memento|acord memento|erinnerungen|rappels',
  consent_marketing: 'marketing|consent marketing|newsletter|acord marketing|werbung',
  tags: 'tags|tag|labels|groups|group|categories|etichete|eticheta|grup|schlagworte|gruppe|etiquettes|groupe',
  note: 'note|notes|comment|comments|remarks|observatii|nota|comentarii|notiz|bemerkung|remarque|commentaire',
} as const;

export type ImportField = keyof typeof SYNONYMS;
export const IMPORT_FIELDS = Object.keys(SYNONYMS) as ImportField[];

/** Fields that may come from several columns. */
export const REPEATABLE: ReadonlySet<ImportField> = new Set(['email', 'phone', 'tags', 'note']);

/** For each column the field it goes into, or nothing. */
export type Mapping = (ImportField | null)[];

const WORDS = new Map(
  IMPORT_FIELDS.flatMap((field) => SYNONYMS[field].split('|').map((word) => [word, field] as const)),
);

/** The likeliest field of each column: by its heading, else by what most of its cells look like. */
export function guessMapping({ columns, rows }: Pick<Table, 'columns' | 'rows'>): Mapping {
  const mapping: Mapping = columns.map((heading) => WORDS.get(keyOf(heading)) ?? null);
  const hasFirstName = mapping.includes('first_name');
  columns.forEach((heading, index) => {
    // "Nume" and "Nom" alone mean the whole name, next to "Prenume" the family's.
    if (!hasFirstName && /^(nume|nom)$/.test(keyOf(heading))) mapping[index] = 'full_name';
    mapping[index] ??= sniff(rows.slice(0, 50).map((row) => row[index] ?? ''));
  });
  return mapping.map((field, index) =>
    field && !REPEATABLE.has(field) && mapping.indexOf(field) < index ? null : field,
  );
}

function sniff(cells: string[]): ImportField | null {
  const filled = cells.filter(Boolean);
  const most = (test: (cell: string) => boolean) =>
    filled.length > 0 && filled.filter(test).length >= filled.length * 0.6;
  if (most((cell) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(cell))) return 'email';
  if (most((cell) => looksLikeDay(cell) && /^(19|20)?\d{1,2}\D|\D(19|20)?\d{2}\.?$/.test(cell)))
    return 'date_of_birth';
  if (most((cell) => /^(\+|00?)[\d ()./-]{7,18}$/.test(cell))) return 'phone';
  return null;
}

/** A heading without accents, case and punctuation. */
function keyOf(heading: string): string {
  return heading
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replaceAll('ß', 'ss')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}]+/gu, ' ')
    .trim();
}
