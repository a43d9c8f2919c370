import { isIntroduction } from './plain-text.ts';

/** What mail programs put around what they quote at the end of an answer. */
const QUOTES =
  '.gmail_quote_container, .gmail_quote, .yahoo_quoted, .protonmail_quote, .tutanota_quote, .zmail_extra, blockquote[type="cite"], #divRplyFwdMsg, .moz-cite-prefix';

/**
 * Folds what a mail quotes at its end, behind a button that needs no script. What is quoted between answers stays, and so
 * does a mail that is nothing but a quote.
 */
export function foldQuotes(content: HTMLElement, label: string): void {
  const introduced = introducedQuote(content);
  const quote = first(content.querySelector(QUOTES), introduced?.sentence ?? null);
  if (!quote) return;
  const folded = [quote, ...following(quote, content)];
  const quotedText = folded.map((node) => node.textContent ?? '').join('');
  if (!isSaid(quotedText) && !folded.some(holdsPicture)) return;
  const answer = folded
    .slice(1)
    .filter((node) => !(node instanceof Element && (node.matches(QUOTES) || node === introduced?.quote)));
  // Something was written below the quote: an answer, which must be seen.
  if (
    !quote.matches('#divRplyFwdMsg, .moz-cite-prefix') &&
    answer.some((node) => isSaid(node.textContent ?? ''))
  )
    return;
  if (!isSaid((content.textContent ?? '').slice(0, (content.textContent ?? '').indexOf(quotedText)))) return;

  const document = content.ownerDocument;
  const details = document.createElement('details');
  details.className = 'chairside-quoted';
  const summary = document.createElement('summary');
  summary.textContent = '…';
  summary.title = label;
  summary.setAttribute('aria-label', label);
  quote.before(details);
  details.append(summary, ...folded);
}

/** "On Monday, Ana wrote:" and the quote behind it, as plain mail programs write it, and we. */
function introducedQuote(content: HTMLElement): { sentence: Element; quote: Element } | null {
  for (const quote of content.querySelectorAll('blockquote')) {
    const sentence = quote.previousElementSibling;
    if (sentence && isIntroduction(sentence.textContent ?? '')) return { sentence, quote };
  }
  return null;
}

function first(one: Element | null, other: Element | null): Element | null {
  if (!one || !other) return one ?? other;
  return one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_PRECEDING ? other : one;
}

const isSaid = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);
const holdsPicture = (node: Node): boolean =>
  node instanceof Element && (node.tagName === 'IMG' || node.querySelector('img') !== null);

/** What comes behind an element inside the same parent. */
function following(element: Element, content: HTMLElement): Node[] {
  const nodes: Node[] = [];
  if (element === content) return nodes;
  for (let next = element.nextSibling; next; next = next.nextSibling) nodes.push(next);
  return nodes;
}
