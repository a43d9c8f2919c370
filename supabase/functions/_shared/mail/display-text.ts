/** Characters that make a text look like something else or break out of its line. */
const invisible =
  // controls, soft hyphen, Arabic letter mark, zero-width and bidirectional marks, separators, tags, BOM
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/**
 * A text from elsewhere as one safe line: no invisible or direction-changing characters, no lone
 * surrogates, no towers of combining marks, NFC, at most `max` characters as a reader counts them.
 */
export function singleLine(text: string, max: number): string {
  const line = text
    .slice(0, max * 32)
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\t\n\r\v\f\u0085\u2028\u2029]+/g, ' ')
    .replaceAll(invisible, '')
    .replaceAll(/(\p{M}{4})\p{M}+/gu, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim();
  const letters = Array.from(new Intl.Segmenter().segment(line), (part) => part.segment);
  return letters.length <= max
    ? line
    : `${letters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`;
}

/**
 * A name somebody chose, made safe to stand in the subject or a sentence of a mail.
 *
 * A single line in which addresses have no power: mail programs turn `evil.com` into a link by
 * themselves, so the dot inside such a word becomes the look-alike U+2024.
 */
export function displayName(text: string, max: number): string {
  return singleLine(text, max)
    .replaceAll('://', ': //')
    .replaceAll(/(?<=[\p{L}\p{N}])\.(?=[\p{L}\p{N}])/gu, '\u2024');
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Escapes a text for HTML content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
