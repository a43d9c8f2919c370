/**
 * A text that can be stored: no NUL and no lone surrogates, which Postgres refuses, and no other control characters but
 * tab and line breaks; line breaks as `\n`.
 */
export function cleanText(text: string): string {
  return (
    text
      .replace(/\r\n?/g, '\n')
      // eslint-disable-next-line no-control-regex -- these are what is to go
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '')
      .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
  );
}

/** Like cleanText, for what is shown on one line: at most `most` characters, none of them a surrogate cut in two. */
export function cleanLine(text: string | undefined | null, most: number): string {
  const line = cleanText((text ?? '').slice(0, most * 4))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= most ? line : cleanText(line.slice(0, most)).replace(/\ufffd$/, '');
}

const encoder = new TextEncoder();

/** The beginning of a text that is at most `most` bytes long in UTF-8, and whether that is all of it. */
export function cutText(text: string, most: number): { text: string; isCut: boolean } {
  if (text.length * 3 <= most) return { text, isCut: false };
  const bytes = encoder.encode(text);
  if (bytes.length <= most) return { text, isCut: false };
  let end = most;
  // Not in the middle of a character: bytes that continue one begin with the bits 10.
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return { text: new TextDecoder().decode(bytes.subarray(0, end)), isCut: true };
}
