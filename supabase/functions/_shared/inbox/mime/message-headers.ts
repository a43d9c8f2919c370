import { cleanLine } from './clean-text.ts';
import { decodeCharset } from './decode-text.ts';
import type { MessageKind } from './given-message.ts';

/** Header fields by name in lower case, each with its values from the top of the mail downwards. */
export type Headers = ReadonlyMap<string, readonly string[]>;

/** What is read of a header: whoever sends can make it as long as the server lets them. */
export const mostHeaderBytes = 512 * 1024;
const mostFields = 10_000;

/**
 * Reads a header block; lines that are folded are joined.
 *
 * @param charset of the text below, in which letters beyond ASCII are read that are not UTF-8: not allowed, but common
 */
export function readHeaders(block: Uint8Array | undefined, charset = ''): Headers {
  const fields = new Map<string, string[]>();
  if (!block) return fields;
  const text = decodeHeader(block.subarray(0, mostHeaderBytes), charset);
  let count = 0;
  for (const line of text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon < 1 || (count += 1) > mostFields) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const values = fields.get(name);
    if (values) values.push(line.slice(colon + 1).trim());
    else fields.set(name, [line.slice(colon + 1).trim()]);
  }
  return fields;
}

function decodeHeader(block: Uint8Array, charset: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(block);
  } catch {
    return decodeCharset(block, /^(utf-?8|us-ascii)?$/i.test(charset) ? 'windows-1252' : charset);
  }
}

/** The first value of a field; empty without one. */
export const headerOf = (headers: Headers, name: string): string => headers.get(name)?.[0] ?? '';

/** The ids in a Message-ID, In-Reply-To or References field, without angle brackets, each once, in their order. */
export function messageIds(value: string | undefined, most = 40): string[] {
  const text = (value ?? '').slice(0, 64 * 1024);
  const found = [...text.matchAll(/<\s*([^<>\s]{1,998})\s*>/g)].map(([, id]) => id ?? '');
  // Some programs leave the brackets out.
  const ids = found.length > 0 ? found : text.split(/\s+/).filter((word) => /^[^\s@]+@[^\s@]+$/.test(word));
  const unique = [...new Set(ids.map((id) => cleanLine(id, 998)).filter((id) => id !== ''))];
  if (unique.length <= most) return unique;
  // The first says how it began, the last ones what is answered.
  return [...unique.slice(0, 1), ...unique.slice(1 - most)];
}

/** What the kind of a mail is told by. */
export interface KindSigns {
  headers: Headers;
  /** Content-Type of the whole mail, without parameters, in lower case. */
  contentType: string;
  /** `report-type` of a multipart/report. */
  reportType: string;
  fromAddress: string;
}

/** Whether a person wrote it, or a program (RFC 3834, RFC 3464, RFC 2919). */
export function kindOf({ headers, contentType, reportType, fromAddress }: KindSigns): MessageKind {
  const sender = fromAddress.toLowerCase().split('@')[0] ?? '';
  const report = contentType === 'multipart/report' ? reportType.toLowerCase() : '';
  if (report === 'delivery-status' || sender === 'mailer-daemon' || headers.has('x-failed-recipients'))
    return 'bounce';
  if (report === 'disposition-notification' || answersItself(headers)) return 'auto_reply';
  // Nothing may be sent back to it: that is how mail servers sign their own notices.
  if (headers.has('return-path') && /^<\s*>$/.test(headerOf(headers, 'return-path'))) return 'bounce';
  const precedence = headerOf(headers, 'precedence').toLowerCase();
  return headers.has('list-id') || /^(bulk|list|junk)\b/.test(precedence) ? 'list' : 'mail';
}

function answersItself(headers: Headers): boolean {
  const automatic =
    headerOf(headers, 'auto-submitted')
      .toLowerCase()
      .split(/[;\s(]/)[0] ?? '';
  return (
    (automatic !== '' && automatic !== 'no') ||
    headers.has('x-autorespond') ||
    /^yes\b/i.test(headerOf(headers, 'x-autoreply')) ||
    /^auto_reply\b/i.test(headerOf(headers, 'precedence'))
  );
}

/** Under which names providers sign what they found out, where that is not the name of their mail server. */
const signedBy: Record<string, string[]> = {
  'imap.gmail.com': ['google.com'],
  'imap.mail.yahoo.com': ['yahoo.com'],
  'imap.mail.me.com': ['icloud.com', 'apple.com', 'me.com'],
};

/**
 * What the mailbox's own provider found out about the sender, as `spf=pass dkim=pass dmarc=fail`; empty when it says nothing.
 *
 * Anybody can write such a header (RFC 8601 §1.6): only those signed by the provider count, and the topmost first, since every
 * server adds its own above the others.
 *
 * @param imapHost the mailbox's server
 */
export function authenticationOf(headers: Headers, imapHost: string): string {
  const host = imapHost.toLowerCase();
  const parent = host.split('.').length > 2 ? host.slice(host.indexOf('.') + 1) : host;
  const trusted = signedBy[host] ?? [host, parent];
  const found = new Map<string, string>();
  for (const value of headers.get('authentication-results') ?? []) {
    const [signer = '', ...results] = value.replace(/\([^()]*\)/g, ' ').split(';');
    const name = signer.trim().toLowerCase().split(/\s/)[0] ?? '';
    if (!trusted.some((domain) => name === domain || name.endsWith(`.${domain}`))) continue;
    const own = new Map<string, string>();
    for (const result of results) {
      const [, method, verdict] = /^\s*(spf|dkim|dmarc)\s*=\s*([a-z]{1,20})/i.exec(result) ?? [];
      if (!method || !verdict) continue;
      const key = method.toLowerCase();
      // One good signature is enough, however many there are.
      if (!own.has(key) || verdict.toLowerCase() === 'pass') own.set(key, verdict.toLowerCase());
    }
    for (const [key, verdict] of own) if (!found.has(key)) found.set(key, verdict);
  }
  return ['spf', 'dkim', 'dmarc']
    .flatMap((method) => (found.has(method) ? [`${method}=${found.get(method)}`] : []))
    .join(' ');
}
