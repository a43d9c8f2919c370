/** What a clinic's address may look like. */
export const SLUG = /^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$/;

// Letters that Unicode does not take apart into a base letter and a mark.
const LETTERS: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  þ: 'th',
  ð: 'd',
};

/** A clinic's address suggested from its name: "Clinica Surâsul, Iași" becomes "clinica-surasul-iasi". */
export function suggestSlug(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[ßæœøđłþð]/g, (letter) => LETTERS[letter] ?? letter)
    .replace(/['’]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 48)
    .replace(/^-+|-+$/g, '');
}
