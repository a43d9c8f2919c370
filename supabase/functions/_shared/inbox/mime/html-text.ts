import { cleanText } from './clean-text.ts';

/** Elements whose content is not for reading. */
const hidden = new Set(['script', 'style', 'head', 'title', 'template', 'noscript', 'svg', 'math']);
const breaks = new Set(['br', 'hr', 'tr', 'li', 'dt', 'dd', 'option']);
const blocks = new Set([
  ...[
    'p',
    'div',
    'table',
    'ul',
    'ol',
    'dl',
    'pre',
    'section',
    'article',
    'header',
    'footer',
    'center',
    'form',
  ],
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'body', 'html', 'address', 'fieldset'],
]);

const entities: Record<string, string> = {
  ...{
    amp: '&',
    lt: '<',
    gt: '>',
    quot: '"',
    apos: "'",
    nbsp: ' ',
    copy: '©',
    reg: '®',
    trade: '™',
    euro: '€',
  },
  ...{
    hellip: '…',
    ndash: '–',
    mdash: '—',
    lsquo: '‘',
    rsquo: '’',
    ldquo: '“',
    rdquo: '”',
    bdquo: '„',
    sbquo: '‚',
  },
  ...{
    laquo: '«',
    raquo: '»',
    bull: '•',
    middot: '·',
    deg: '°',
    times: '×',
    shy: '',
    zwnj: '',
    zwj: '',
    lrm: '',
  },
  ...{
    auml: 'ä',
    ouml: 'ö',
    uuml: 'ü',
    Auml: 'Ä',
    Ouml: 'Ö',
    Uuml: 'Ü',
    szlig: 'ß',
    eacute: 'é',
    egrave: 'è',
  },
  ...{ agrave: 'à', acirc: 'â', Acirc: 'Â', icirc: 'î', Icirc: 'Î', ccedil: 'ç', ntilde: 'ñ', iacute: 'í' },
  ...{ abreve: 'ă', Abreve: 'Ă', scedil: 'ş', Scedil: 'Ş', tcedil: 'ţ', Tcedil: 'Ţ' },
};

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([A-Za-z]{2,8}));?/g,
    (whole, decimal, hex, name) => {
      if (name !== undefined) return entities[name] ?? whole;
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
        ? String.fromCodePoint(code)
        : '';
    },
  );
}

/** Collects lines, those within quotes marked with `> `. */
class Lines {
  depth = 0;
  readonly #lines: string[] = [];
  /** Pieces, because a line may have a million of them. */
  #pieces: string[] = [];
  #endsWithBlank = true;

  add(text: string): void {
    const words = text.replace(/[\s\u00a0]+/g, ' ');
    const piece = this.#endsWithBlank ? words.trimStart() : words;
    if (piece === '') return;
    this.#pieces.push(piece);
    this.#endsWithBlank = piece.endsWith(' ');
  }

  end(isBlock: boolean): void {
    const line = this.#pieces.join('').trimEnd();
    if (line !== '') this.#lines.push('> '.repeat(Math.min(this.depth, 5)) + line);
    else if (!isBlock && this.#lines.at(-1) !== '' && this.#lines.length > 0) this.#lines.push('');
    this.#pieces = [];
    this.#endsWithBlank = true;
  }

  toString(): string {
    this.end(true);
    return this.#lines.join('\n').trim();
  }
}

/**
 * What a person reads in HTML, as plain text: for mails that have no text of their own, for previews and for searching.
 *
 * One pass without backtracking, because whoever sends a mail chooses what is in it. Not a way to make HTML safe.
 */
export function htmlToText(html: string): string {
  const lines = new Lines();
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf('<', at);
    if (open < 0) {
      lines.add(decodeEntities(html.slice(at)));
      break;
    }
    if (open > at) lines.add(decodeEntities(html.slice(at, open)));
    if (html.startsWith('<!--', open)) {
      const close = html.indexOf('-->', open + 4);
      at = close < 0 ? html.length : close + 3;
      continue;
    }
    const name = /^<(\/?)([A-Za-z][A-Za-z0-9]{0,20})/.exec(html.slice(open, open + 24));
    if (!name && !/[!?/]/.test(html[open + 1] ?? '')) {
      // A sign, not a tag: "x < y".
      lines.add('<');
      at = open + 1;
      continue;
    }
    const close = html.indexOf('>', open + 1);
    at = close < 0 ? html.length : close + 1;
    if (name) at = tag(html, at, name[1] === '/', (name[2] ?? '').toLowerCase(), lines);
  }
  return cleanText(lines.toString());
}

/** Takes in a tag that ends before `at`; returns where to go on. */
function tag(html: string, at: number, isEnd: boolean, name: string, lines: Lines): number {
  if (hidden.has(name)) {
    if (isEnd) return at;
    const end = indexOfEnd(html, name, at);
    const close = end < 0 ? -1 : html.indexOf('>', end);
    return close < 0 ? html.length : close + 1;
  }
  if (breaks.has(name)) lines.end(name !== 'br');
  else if (name === 'td' || name === 'th') lines.add(' ');
  else if (blocks.has(name)) {
    lines.end(true);
    if (name === 'p' && isEnd) lines.end(false);
    if (name === 'blockquote') lines.depth = Math.max(0, lines.depth + (isEnd ? -1 : 1));
  }
  if (name === 'li' && !isEnd) lines.add('• ');
  return at;
}

/** Where the end tag of an element begins, whatever its case; -1 when it never ends. */
function indexOfEnd(html: string, name: string, from: number): number {
  for (let at = html.indexOf('</', from); at >= 0; at = html.indexOf('</', at + 2))
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at;
  return -1;
}
