/** How much of a text is shown: a page with more of it in one piece is slow to scroll. */
const MOST_SHOWN = 200_000;

export type ShownText = { text: string; isCut: boolean };

/** A text file's content: UTF-8 or UTF-16 where it is that, else Windows-1250, which older programs here write. */
export function readText(bytes: ArrayBuffer): ShownText {
  const [first, second] = new Uint8Array(bytes);
  const marked =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  let text: string;
  try {
    text = new TextDecoder(marked, { fatal: true }).decode(bytes);
  } catch {
    text = new TextDecoder('windows-1250').decode(bytes);
  }
  return { text: text.slice(0, MOST_SHOWN), isCut: text.length > MOST_SHOWN };
}
