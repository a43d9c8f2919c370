import { createHash } from 'node:crypto';
import type { FetchMessageObject, MessageAddressObject, MessageEnvelopeObject } from 'imapflow';
import { cleanLine, cleanText, cutText } from './clean-text.ts';
import { decodeText } from './decode-text.ts';
import type { GivenAttachment, GivenMessage, MailAddress } from './given-message.ts';
import { envelopeOf } from './header-envelope.ts';
import { htmlToText } from './html-text.ts';
import { authenticationOf, headerOf, kindOf, messageIds, readHeaders } from './message-headers.ts';
import type { MessageParts, ReadablePart, TextPart } from './message-parts.ts';
import { snippetOf } from './snippet.ts';

/** Of a text, this many bytes are kept. */
export const mostTextBytes = 1_000_000;
const mostAddresses = 50;

/** A part of a text to FETCH: at most `bytes` from its beginning. */
export interface TextPlan {
  key: string;
  bytes: number;
  /** All of it. */
  isWhole: boolean;
}

/** What is to be fetched to have the text of a mail: as much of each part as can be kept. */
export function textPlans(parts: MessageParts): TextPlan[] {
  return textPartsOf(parts).map((part) => {
    const most = encodedBytes(part);
    return { key: part.key, bytes: Math.min(part.size, most), isWhole: part.size <= most };
  });
}

const textPartsOf = (parts: MessageParts): TextPart[] =>
  parts.texts.flatMap(({ plain, html }) => [plain, html].filter((part) => part !== undefined));

/** As many bytes as can become `mostTextBytes`; of quoted-printable, where nobody knows, a little more. */
const encodedBytes = ({ encoding }: TextPart): number =>
  encoding === 'base64' ? Math.ceil((mostTextBytes * 78) / 57) : Math.ceil(mostTextBytes * 1.3);

export interface FetchedMail {
  /** uid, bodyStructure, internalDate, size, flags, threadId, headers; the envelope where those are cut. */
  message: FetchMessageObject;
  parts: MessageParts;
  /** Bytes by the key of their part, as they came. */
  bodies: ReadonlyMap<string, Uint8Array>;
  /** The text could not be fetched. */
  isUnreadable?: boolean;
}

/**
 * A mail that was fetched by IMAP, as the database takes it in. Pure.
 *
 * @param imapHost server of the mailbox, whose findings about the sender are trusted
 */
export function imapMessage(
  { message, parts, bodies, isUnreadable }: FetchedMail,
  imapHost: string,
): GivenMessage {
  const headers = readHeaders(message.headers, textPartsOf(parts)[0]?.charset);
  const envelope = message.envelope ?? envelopeOf(headers);
  const body = bodyOf(parts, bodies);
  const from = (envelope.from ?? envelope.sender)?.[0];
  const fromAddress = cleanLine(from?.address, 254).toLowerCase();
  const attachments = parts.attachments.map((found) => withPlace(found, body.html, body.isCut));
  const receivedAt = isoOf(message.internalDate) ?? isoOf(envelope.date) ?? new Date().toISOString();
  const size = message.size ?? 0;
  return {
    uid: message.uid,
    message_id:
      messageIds(envelope.messageId, 1)[0] ?? cleanLine(envelope.messageId, 998).replace(/[<>]/g, ''),
    in_reply_to: messageIds(envelope.inReplyTo, 1)[0] ?? '',
    references: messageIds(headerOf(headers, 'references')),
    provider_thread: cleanLine(message.threadId, 200),
    from_address: fromAddress,
    from_name: cleanLine(from?.name, 200),
    ...recipients(envelope),
    subject: cleanLine(envelope.subject, 500),
    date: isoOf(envelope.date) ?? cleanLine(String(envelope.date ?? ''), 100),
    received_at: receivedAt,
    snippet: snippetOf(body.text),
    text: body.text,
    html: body.html,
    body_state: isUnreadable ? 'unreadable' : body.isCut || parts.isCut ? 'cut' : 'whole',
    size,
    kind: kindOf({
      headers,
      contentType: message.bodyStructure?.type ?? '',
      reportType: message.bodyStructure?.parameters?.['report-type'] ?? '',
      fromAddress,
    }),
    authentication: authenticationOf(headers, imapHost),
    is_seen: message.flags?.has('\\Seen') ?? false,
    is_flagged: message.flags?.has('\\Flagged') ?? false,
    digest: digestOf(size, body),
    attachments,
  };
}

function recipients(
  envelope: MessageEnvelopeObject,
): Pick<GivenMessage, 'to' | 'cc' | 'bcc' | 'reply_to' | 'recipient_count'> {
  const to = addresses(envelope.to);
  const cc = addresses(envelope.cc);
  return {
    to: to.slice(0, mostAddresses),
    cc: cc.slice(0, mostAddresses),
    bcc: addresses(envelope.bcc).slice(0, mostAddresses),
    reply_to: addresses(envelope.replyTo).slice(0, mostAddresses),
    recipient_count: to.length + cc.length,
  };
}

/** Without the names of groups, such as "undisclosed-recipients", which have no address. */
const addresses = (given: MessageAddressObject[] | undefined): MailAddress[] =>
  (given ?? [])
    .map(({ name, address }) => ({ name: cleanLine(name, 200), address: cleanLine(address, 254) }))
    .filter(({ address }) => address !== '');

interface Body {
  text: string;
  html: string | null;
  isCut: boolean;
}

function bodyOf(parts: MessageParts, bodies: ReadonlyMap<string, Uint8Array>): Body {
  let isCut = false;
  const read = (part: TextPart | undefined): string | null => {
    const bytes = part && bodies.get(part.key);
    if (!part || !bytes) return null;
    if (part.size > encodedBytes(part)) isCut = true;
    return cleanText(decodeText(bytes, part));
  };
  const pieces = parts.texts.map((part: ReadablePart) => ({
    plain: read(part.plain),
    html: read(part.html),
  }));
  const hasHtml = pieces.some(({ html }) => html !== null && html.trim() !== '');
  const html = hasHtml
    ? cutText(pieces.map((piece) => piece.html ?? asHtml(piece.plain ?? '')).join('\n'), mostTextBytes)
    : null;
  const texts = pieces.map(({ plain, html: rich }) => (plain?.trim() ? plain : htmlToText(rich ?? '')));
  const text = cutText(texts.filter((piece) => piece !== '').join('\n\n'), mostTextBytes);
  return { text: text.text, html: html?.text ?? null, isCut: isCut || text.isCut || (html?.isCut ?? false) };
}

const asHtml = (text: string): string =>
  text === ''
    ? ''
    : `<div style="white-space:pre-wrap">${text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')}</div>`;

/** Inline is what the text shows; of a text that was cut, what came along with it. */
function withPlace(
  found: MessageParts['attachments'][number],
  html: string | null,
  isCut: boolean,
): GivenAttachment {
  const { isRelated, isForm: _, ...attachment } = found;
  const id = attachment.content_id;
  const isShown = id !== null && html !== null && html.toLowerCase().includes(`cid:${id.toLowerCase()}`);
  const isPicture = attachment.content_type.startsWith('image/');
  return { ...attachment, is_inline: isShown || (isRelated && isPicture && id !== null && isCut) };
}

/** ISO, for times that Postgres and people can make sense of; null otherwise. */
function isoOf(date: Date | string | undefined): string | null {
  if (date === undefined || date === '') return null;
  const time = new Date(date);
  const year = time.getUTCFullYear();
  return year >= 1970 && year <= 2100 ? time.toISOString() : null;
}

/** From what is the same in every copy of a mail. */
function digestOf(size: number, { text, html }: Body): string {
  return createHash('sha256')
    .update(`${size}\n${text.slice(0, 4000)}\n${(html ?? '').slice(0, 4000)}`)
    .digest('hex');
}
