/** Elements that mails are written with. Everything else is dropped; what stands in it stays. */
const allowed = new Set([
  ...['p', 'div', 'br', 'hr', 'span', 'b', 'strong', 'i', 'em', 'u', 's', 'sub', 'sup', 'a', 'img'],
  ...['ul', 'ol', 'li', 'blockquote', 'pre', 'code', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6'],
  ...['table', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'caption'],
]);
const empty = new Set(['br', 'hr', 'img']);
/** Elements whose content is no text of the mail, or is read by other rules. */
const dropped = new Set([
  ...['script', 'style', 'head', 'title', 'template', 'noscript', 'noembed', 'noframes', 'iframe', 'object'],
  ...['svg', 'math', 'textarea', 'select', 'xmp', 'plaintext', 'audio', 'video', 'canvas'],
]);
const deepest = 100;
const longestTag = 4_000;

/** Where markup may begin. What follows a `<` is looked at one character after the other. */
const start = /<(?:!--[\s\S]*?(?:-->|$)|[!?][^>]*>?|(\/?)([a-z][a-z0-9:-]{0,40})(?=[\s/>]))/gi;
const attribute = /([^\s"'<>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/g;

/**
 * HTML of a mail that leaves the clinic: only plain formatting, links to web pages, addresses and telephone numbers, and
 * pictures that are attached.
 *
 * It is written anew from what was recognised: text and values are escaped once more, and elements are closed in order, so
 * that what was not recognised is text and nothing else.
 *
 * @param contentIds of the pictures that are attached; others are left out
 */
export function safeHtml(html: string, contentIds: readonly string[] = []): string {
  const open: string[] = [];
  let output = '';
  let at = 0;
  start.lastIndex = 0;
  for (let match = start.exec(html); match; match = start.exec(html)) {
    const name = match[2]?.toLowerCase();
    const end = name === undefined ? start.lastIndex : endOfTag(html, start.lastIndex);
    if (end === null) continue;
    output += safeText(html.slice(at, match.index));
    const attributes = html.slice(start.lastIndex, end - 1);
    at = start.lastIndex = end;
    if (name === undefined) continue;
    const isEnd = match[1] === '/';
    if (dropped.has(name)) {
      if (!isEnd) at = start.lastIndex = endOf(html, name, at);
    } else if (!allowed.has(name)) continue;
    else if (isEnd) {
      const place = open.lastIndexOf(name);
      if (place >= 0) output += closing(open.splice(place));
    } else if (empty.has(name)) output += openingTag(name, attributes, contentIds);
    else if (open.length < deepest) {
      output += openingTag(name, attributes, contentIds);
      open.push(name);
    }
  }
  return output + safeText(html.slice(at)) + closing(open);
}

/** Behind the `>` of a tag, which quoted values may hold as well; null when there is none within reach. */
function endOfTag(html: string, from: number): number | null {
  let quote = '';
  for (let at = from; at < Math.min(html.length, from + longestTag); at += 1) {
    const character = html.charAt(at);
    if (quote) quote = character === quote ? '' : quote;
    else if (character === '>') return at + 1;
    else if (character === '<') return null;
    else if (character === '"' || character === "'") quote = character;
  }
  return null;
}

/** A text as HTML, line by line, its addresses left to the mail program to recognise. */
export function htmlOfText(text: string): string {
  return `<div>${escaped(text.replaceAll(/\r\n?/g, '\n')).replaceAll('\n', '<br>')}</div>`;
}

const closing = (names: string[]): string =>
  names
    .toReversed()
    .map((name) => `</${name}>`)
    .join('');

/** Where the content of a dropped element ends: behind its end tag, or at the end of everything. */
function endOf(html: string, name: string, from: number): number {
  const end = new RegExp(`</${name}(?=[\\s/>])[^>]*>`, 'gi');
  end.lastIndex = from;
  return end.exec(html) ? end.lastIndex : html.length;
}

function openingTag(name: string, attributes: string, contentIds: readonly string[]): string {
  const kept: string[] = [];
  let isPicture = false;
  for (const [, given = '', double, single, bare] of attributes.matchAll(attribute)) {
    const key = given.toLowerCase();
    const value = decoded(double ?? single ?? bare ?? '');
    const safe = safeValue(name, key, value, contentIds);
    if (safe === null || kept.some((entry) => entry.startsWith(`${key}=`))) continue;
    isPicture ||= key === 'src';
    kept.push(`${key}="${escaped(safe)}"`);
  }
  if (name === 'img' && !isPicture) return '';
  return `<${[name, ...kept].join(' ')}>`;
}

function safeValue(name: string, key: string, value: string, contentIds: readonly string[]): string | null {
  if (name === 'a' && key === 'href') return safeLink(value);
  if (name === 'img' && key === 'src') {
    const id = /^cid:(.+)$/i.exec(value.trim())?.[1];
    return id !== undefined && contentIds.includes(id) ? `cid:${id}` : null;
  }
  if (name === 'img' && key === 'alt') return value.slice(0, 500);
  const isCount = /^\d{1,4}$/.test(value);
  if (name === 'img' && (key === 'width' || key === 'height') && isCount) return value;
  if ((name === 'td' || name === 'th') && (key === 'colspan' || key === 'rowspan') && isCount) return value;
  return null;
}

function safeLink(value: string): string | null {
  // Browsers leave these out before they read the scheme.
  const link = value.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '').trim();
  return /^(?:https?:\/\/|mailto:|tel:)/i.test(link) && link.length <= 2_000 ? link : null;
}

const named: Record<string, string> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', colon: ':', sol: '/' },
  ...{ tab: '\t', newline: '\n', lpar: '(', rpar: ')' },
};

/** The value of an attribute. An entity that is not known stays as it is written, and is escaped when it is written again. */
function decoded(value: string): string {
  return value.replaceAll(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,10}));?/gi,
    (whole, hex, decimal, name) => {
      if (name !== undefined) return named[String(name).toLowerCase()] ?? whole;
      const code = Number.parseInt(String(hex ?? decimal), hex === undefined ? 10 : 16);
      return code > 0 && code <= 0x10_ff_ff && !(code >= 0xd8_00 && code <= 0xdf_ff)
        ? String.fromCodePoint(code)
        : '';
    },
  );
}

/** Text between tags: its entities stay, everything else that could be read as markup is escaped. */
function safeText(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll(/&(?!(?:[a-z][a-z0-9]{1,30}|#\d{1,7}|#x[0-9a-f]{1,6});)/gi, '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

function escaped(text: string): string {
  return text
    .replaceAll('\0', '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
