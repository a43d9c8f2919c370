/** Links of mails: where they may lead, and whether they say so honestly. */

const SCHEMES = new Set(['http:', 'https:', 'mailto:', 'tel:']);

/** The address a link may lead to; null for everything but the web, mail and the telephone. */
export function safeHref(href: string): string | null {
  // Browsers skip these inside a scheme: "java\nscript:" is a script to them. A relative one would lead into this app.
  const address = href
    .replaceAll(/[\p{Cc}\p{Cf}\p{Z}]/gu, (each) => (each === ' ' ? '%20' : ''))
    .replace(/^(?:%20)+|(?:%20)+$/g, '');
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address) || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (!SCHEMES.has(url.protocol)) return null;
  // "https://bank.example@evil.example" leads to evil.example.
  if (url.protocol.startsWith('http')) [url.username, url.password] = ['', ''];
  return url.href;
}

/** What a text claims to lead to: its host, when it looks like an address of the web. */
function claimedHost(text: string): string | null {
  const found = /^(?:https?:\/\/)?((?:[\p{L}\p{N}_-]+\.)+[\p{L}\p{N}-]{2,})(?::\d+)?(?:[/?#]\S*)?$/iu.exec(
    text.trim().replace(/[.…]+$/, ''),
  );
  if (!found?.[1]) return null;
  return URL.canParse(`https://${found[1]}`) ? new URL(`https://${found[1]}`).hostname : null;
}

const bare = (host: string): string => host.replace(/^www\./, '');

/**
 * The host a link really leads to, when its text looks like the address of another one; null for honest links.
 * `href` as safeHref gave it.
 */
export function misleadingHost(text: string, href: string): string | null {
  const claimed = claimedHost(text);
  if (claimed === null) return null;
  const url = new URL(href);
  if (!url.protocol.startsWith('http')) return null;
  return bare(claimed) === bare(url.hostname) ? null : url.hostname;
}

/** A piece of plain text; with an address, a link. */
export type TextPiece = { text: string; href?: string };

const LINK = /(?:https?:\/\/|www\.)[^\s<>"'`]+|[\w.+-]+@(?:[\p{L}\p{N}-]+\.)+[\p{L}]{2,}/giu;

/** Plain text with what looks like addresses of the web and of people as links. */
export function linkify(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const found of text.matchAll(LINK)) {
    // The full stop behind an address is not part of it, nor is a bracket that was opened before it.
    let shown = found[0].replace(/[.,;:!?…]+$/, '');
    while (shown.endsWith(')') && shown.split(')').length > shown.split('(').length)
      shown = shown.slice(0, -1);
    const isMail = !/^(?:https?:|www\.)/i.test(shown);
    const href = safeHref(isMail ? `mailto:${shown}` : shown.replace(/^www\./i, 'https://www.'));
    if (href === null) continue;
    if (found.index > at) pieces.push({ text: text.slice(at, found.index) });
    pieces.push({ text: shown, href });
    at = found.index + shown.length;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}
