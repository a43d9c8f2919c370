import { cleanLine } from './clean-text.ts';

/** Lines after which comes what was written before: mail programs in English, Romanian, German, French, Italian, Spanish. */
const quoteHeads = [
  /^(on|am|le|il|el) .{5,200}(wrote|schrieb|a écrit|ha scritto|escribió)\s*:?\s*$/i,
  /^(pe|în|in|la) .{5,200}a scris\s*:?\s*$/i,
  /^-{2,}\s*(original message|mesaj original|mesajul original|forwarded message|ursprüngliche nachricht|message d'origine)\s*-{2,}/i,
  /^_{20,}$/,
  /^(from|de la|von|de)\s*:\s.+@/i,
];

/**
 * The first characters of what is new in a mail: without what it quotes and without the signature.
 *
 * @param most characters, 200 unless told
 */
export function snippetOf(text: string, most = 200): string {
  const fresh: string[] = [];
  let length = 0;
  const lines = text.slice(0, 20_000).split('\n');
  for (const [at, raw] of lines.entries()) {
    const line = raw.trim();
    // "On Monday, Ana Pop <ana@…>" may go on in the next line.
    if (line === '--' || isQuoteHead(line) || isQuoteHead(`${line} ${lines[at + 1]?.trim() ?? ''}`)) break;
    if (line === '' || line.startsWith('>')) continue;
    fresh.push(line);
    length += line.length;
    if (length > most * 2) break;
  }
  return cleanLine(fresh.join(' '), most) || cleanLine(text.replace(/^[>\s]+/gm, ' '), most);
}

const isQuoteHead = (line: string): boolean =>
  line.length < 400 && quoteHeads.some((head) => head.test(line));
