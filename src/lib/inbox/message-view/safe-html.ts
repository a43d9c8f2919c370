import DOMPurify from 'dompurify';
import { contentIdOf } from './attachment-kinds.ts';
import { misleadingHost, safeHref } from './links.ts';
import { quietHtml } from './quiet-html.ts';
import { foldQuotes } from './quotes.ts';
import { overHttps, safeStyle } from './safe-style.ts';
import { safeSheet } from './safe-sheet.ts';

/** What a mail may not bring along. Their text stays, except that of scripts, styles and drawings. */
const FORBIDDEN = (
  'form input button textarea select option optgroup datalist output fieldset legend label iframe frame frameset object embed ' +
  'applet svg math link meta base style audio video source track picture canvas dialog template slot portal marquee map area'
).split(' ');
/** Looked at one by one below are: src, href, background, style. */
const FORBIDDEN_ATTRIBUTES = (
  'srcset sizes poster preload autoplay controls ping target rel name usemap ismap tabindex autofocus contenteditable draggable ' +
  'accesskey popover popovertarget usemap longdesc lowsrc dynsrc action formaction cite download is slot part'
).split(' ');
const DATA_PICTURE = /^data:image\/(?:png|jpeg|gif|webp);base64,[a-z0-9+/=\s]+$/i;

export type SafeMail = {
  /** In a document of its own, where nothing loads: to be imported into the frame. */
  content: HTMLElement;
  /** For a style element of the frame. */
  sheet: string;
  /** Pictures on other servers: how many were taken out, or would have been. */
  remote: number;
  /** Whether it says nothing about colours and so can be read on any background. */
  isColourless: boolean;
};

/**
 * Makes the HTML of a mail harmless: no scripts, no forms, no frames, nothing that loads from elsewhere unless
 * `allowRemote`, no link but to the web, mail and telephone. What is left is shown in a frame that allows no scripts and
 * loads nothing by itself (src/routes/mail_frame), so that a gap here opens nothing.
 */
export function safeMail(html: string, options: { allowRemote: boolean; quoteLabel: string }): SafeMail {
  const { allowRemote } = options;
  const quiet = quietHtml(html);
  const sheets = quiet.sheets.map((sheet) => safeSheet(sheet, allowRemote));
  const clean: unknown = DOMPurify().sanitize(quiet.html, {
    USE_PROFILES: { html: true },
    FORBID_TAGS: FORBIDDEN,
    FORBID_ATTR: FORBIDDEN_ATTRIBUTES,
    ALLOW_DATA_ATTR: false,
    ALLOW_UNKNOWN_PROTOCOLS: false,
    // DOMPurify's own, with cid: for pictures in the mail. It is asked about every attribute, addresses or not; addresses
    // are looked at again below, and much more strictly.
    ALLOWED_URI_REGEXP: /^(?:(?:https?|mailto|tel|cid|data):|[^a-z]|[a-z+.-]+(?:[^a-z+.:-]|$))/i,
    WHOLE_DOCUMENT: true,
    RETURN_DOM: true,
  });
  const mail: SafeMail = {
    content: document.implementation.createHTMLDocument().createElement('div'),
    sheet: sheets.map(({ css }) => css).join('\n'),
    remote: sheets.reduce((sum, { remote }) => sum + remote, 0),
    isColourless: !sheets.some(({ hasColours }) => hasColours),
  };
  const body = clean instanceof Element ? clean.querySelector('body') : null;
  if (!body) return mail;
  // The body's own colours are the mail's; a frame's body has others.
  for (const { name, value } of body.attributes) mail.content.setAttribute(name, value);
  mail.content.append(...body.childNodes);
  for (const element of [mail.content, ...mail.content.querySelectorAll<HTMLElement>('*')])
    clear(element, mail, allowRemote);
  foldQuotes(mail.content, options.quoteLabel);
  return mail;
}

function clear(element: HTMLElement, mail: SafeMail, allowRemote: boolean): void {
  const style = element.getAttribute('style');
  if (style !== null) {
    const { css, remote, hasColours } = safeStyle(style, allowRemote);
    mail.remote += remote;
    if (hasColours) mail.isColourless = false;
    element.setAttribute('style', css);
  }
  if (element.hasAttribute('bgcolor') || element.hasAttribute('color') || element.hasAttribute('text'))
    mail.isColourless = false;
  const background = element.getAttribute('background');
  if (background !== null) {
    element.removeAttribute('background');
    if (isRemote(background)) {
      mail.remote += 1;
      mail.isColourless = false;
      if (allowRemote) element.setAttribute('background', overHttps(background.trim()));
    }
  }
  if (element.tagName === 'IMG') clearPicture(element as HTMLImageElement, mail, allowRemote);
  else element.removeAttribute('src');
  if (element.tagName === 'A') clearLink(element);
  else element.removeAttribute('href');
}

const isRemote = (address: string): boolean => /^\s*(?:https?:)?\/\//i.test(address);

function clearPicture(picture: HTMLImageElement, mail: SafeMail, allowRemote: boolean): void {
  const address = picture.getAttribute('src') ?? '';
  picture.removeAttribute('src');
  if (/^\s*cid:/i.test(address)) {
    // It gets an address when its content is there.
    picture.dataset.cid = contentIdOf(decode(address.replace(/^\s*cid:/i, '')));
  } else if (DATA_PICTURE.test(address)) {
    picture.setAttribute('src', address);
  } else if (isRemote(address)) {
    // Pictures of one pixel are there to tell that the mail was read.
    if (['width', 'height'].some((side) => /^\s*[01](?:px)?\s*$/.test(picture.getAttribute(side) ?? ''))) {
      picture.remove();
      return;
    }
    mail.remote += 1;
    if (allowRemote) {
      picture.setAttribute('referrerpolicy', 'no-referrer');
      picture.setAttribute('src', overHttps(address.trim().replace(/^\/\//, 'https://')));
    }
  }
  if (!picture.hasAttribute('alt')) picture.setAttribute('alt', '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function clearLink(link: HTMLElement): void {
  const href = safeHref(link.getAttribute('href') ?? '');
  link.removeAttribute('href');
  if (href === null) return;
  link.setAttribute('href', href);
  link.setAttribute('target', '_blank');
  link.setAttribute('rel', 'noopener noreferrer nofollow');
  link.setAttribute('title', href);
  const host = misleadingHost(link.textContent ?? '', href);
  if (host === null) return;
  const real = link.ownerDocument.createElement('strong');
  real.className = 'chairside-real-host';
  real.textContent = ` [${host}]`;
  link.append(real);
}
