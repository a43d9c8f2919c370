/** The text of a mail in two parts: what is new in it, and what it repeats of earlier mails. Either may be empty. */
export type FoldedText = { own: string; quoted: string };

const INTRODUCTION =
  /^(?:(?:On|Am|Le|El|Il|Em|În|La|Pe)\b.{4,200}(?:wrote|schrieb|a écrit|escribió|ha scritto|escreveu|a scris)\s*:|-{2,}\s*(?:Original Message|Mesaj original|Ursprüngliche Nachricht|Forwarded message|Mesaj redirecționat)\s*-{2,}|_{20,})\s*$/i;

/** Whether a text says that a quote follows: "On Monday, Ana wrote:". */
export const isIntroduction = (text: string): boolean =>
  INTRODUCTION.test(text.replaceAll(/\s+/g, ' ').trim());

/**
 * Folds what a mail quotes at its end. What is quoted between answers stays: without it they would make no sense.
 */
export function foldQuoted(text: string): FoldedText {
  const lines = text.replaceAll('\r\n', '\n').split('\n');
  const start = introducedAt(lines) ?? trailingQuoteAt(lines);
  if (start === null) return { own: text, quoted: '' };
  const own = lines.slice(0, start).join('\n').trimEnd();
  // Nothing but a quote: it is what was meant to be read.
  if (own.trim() === '') return { own: text, quoted: '' };
  return { own, quoted: lines.slice(start).join('\n') };
}

function introducedAt(lines: string[]): number | null {
  for (const [at, line] of lines.entries()) {
    // The sentence may be wrapped over two lines.
    const isWrapped = INTRODUCTION.test(`${line} ${lines[at + 1] ?? ''}`.trim());
    if (!INTRODUCTION.test(line.trim()) && !isWrapped) continue;
    const rest = lines.slice(at + (INTRODUCTION.test(line.trim()) ? 1 : 2));
    const firstSaid = rest.findIndex((each) => each.trim() !== '');
    if (firstSaid < 0) continue;
    const isMarked = (rest[firstSaid] ?? '').startsWith('>');
    // Marked lines with an answer below them: not folded.
    if (isMarked && rest.slice(firstSaid).some((each) => each.trim() !== '' && !each.startsWith('>')))
      continue;
    return at;
  }
  return null;
}

function trailingQuoteAt(lines: string[]): number | null {
  const last = lines.findLastIndex((line) => line.trim() !== '' && !line.startsWith('>'));
  const start = lines.findIndex((line, at) => at > last && line.startsWith('>'));
  return start < 0 ? null : start;
}
