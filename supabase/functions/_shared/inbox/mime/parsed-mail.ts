import { createHash } from 'node:crypto';
import PostalMime, { type Address, type Attachment, type Email } from 'postal-mime';
import { AppError } from '../../errors/app-error.ts';
import { cleanLine, cleanText, cutText } from './clean-text.ts';
import type { GivenAttachment, GivenMessage, MailAddress } from './given-message.ts';
import { htmlToText } from './html-text.ts';
import { mostTextBytes } from './imap-message.ts';
import { type Headers, headerOf, kindOf, messageIds } from './message-headers.ts';
import { snippetOf } from './snippet.ts';

const mostAddresses = 50;
/** The database lists as many. */
const mostAttachments = 200;

export interface ParsedMail {
  message: GivenMessage;
  /** What is attached, by part. */
  contents: ReadonlyMap<string, Uint8Array>;
}

/**
 * A whole mail as it went over the wire (RFC 5322), as the database takes it in. Mail inside a mail is an attachment.
 *
 * The findings of the receiving provider about the sender are not read: nothing tells which of the headers are its own.
 *
 * @param receivedAt when it was brought here
 * @throws AppError 422 `mail_unreadable`
 */
export async function parseMail(raw: Uint8Array, receivedAt: Date): Promise<ParsedMail> {
  const email = await parse(raw);
  const headers = headersOf(email);
  const body = bodyOf(email);
  const from = mailboxes(email.from ? [email.from] : email.sender ? [email.sender] : [])[0];
  const fromAddress = from?.address.toLowerCase() ?? '';
  const found = email.attachments.slice(0, mostAttachments).map((attachment, index) => ({
    given: givenAttachment(attachment, String(index + 1), body.html),
    content: contentOf(attachment),
  }));
  const to = mailboxes(email.to);
  const cc = mailboxes(email.cc);
  return {
    message: {
      message_id: messageIds(email.messageId, 1)[0] ?? cleanLine(email.messageId, 998).replace(/[<>]/g, ''),
      in_reply_to: messageIds(email.inReplyTo, 1)[0] ?? '',
      references: messageIds(email.references),
      provider_thread: '',
      from_address: fromAddress,
      from_name: from?.name ?? '',
      to: to.slice(0, mostAddresses),
      cc: cc.slice(0, mostAddresses),
      bcc: mailboxes(email.bcc).slice(0, mostAddresses),
      reply_to: mailboxes(email.replyTo).slice(0, mostAddresses),
      recipient_count: to.length + cc.length,
      subject: cleanLine(email.subject, 500),
      date: cleanLine(email.date, 100),
      received_at: receivedAt.toISOString(),
      snippet: snippetOf(body.text),
      text: body.text,
      html: body.html,
      body_state: body.isCut || email.attachments.length > mostAttachments ? 'cut' : 'whole',
      size: raw.length,
      kind: kindOf({ headers, ...contentTypeOf(headers), fromAddress }),
      authentication: '',
      is_seen: false,
      is_flagged: false,
      digest: createHash('sha256').update(raw).digest('hex'),
      attachments: found.map(({ given }) => given),
    },
    contents: new Map(found.map(({ given, content }) => [given.part, content])),
  };
}

async function parse(raw: Uint8Array): Promise<Email> {
  // Of a view it would make a copy.
  const isAll = raw.byteOffset === 0 && raw.byteLength === raw.buffer.byteLength;
  const email = await PostalMime.parse(isAll ? (raw.buffer as ArrayBuffer) : raw, {
    forceRfc822Attachments: true,
    maxNestingDepth: 100,
  }).catch(() => null);
  // Every mail has both (RFC 5322 3.6); what has neither is something else.
  if (!email || !email.headers.some(({ key }) => key === 'from' || key === 'date'))
    throw new AppError(422, 'mail_unreadable', 'This is not a mail.');
  return email;
}

function headersOf({ headers }: Email): Headers {
  const fields = new Map<string, string[]>();
  for (const { key, value } of headers.slice(0, 500))
    fields.set(key, [...(fields.get(key) ?? []), value.trim()]);
  return fields;
}

function contentTypeOf(headers: Headers): { contentType: string; reportType: string } {
  const value = headerOf(headers, 'content-type').slice(0, 1000);
  return {
    contentType: (value.split(';')[0] ?? '').trim().toLowerCase(),
    reportType: /;\s*report-type\s*=\s*"?([\w-]{1,40})/i.exec(value)?.[1] ?? '',
  };
}

/** Groups, such as "undisclosed-recipients", stand for those in them. */
const mailboxes = (given: Address[] | undefined): MailAddress[] =>
  (given ?? [])
    .flatMap((address) => address.group ?? [address])
    .map(({ name, address }) => ({ name: cleanLine(name, 200), address: cleanLine(address, 254) }))
    .filter(({ address }) => address !== '');

function bodyOf(email: Email): { text: string; html: string | null; isCut: boolean } {
  const html = email.html?.trim() ? cutText(cleanText(email.html), mostTextBytes) : null;
  const own = cleanText(email.text ?? '');
  const text = cutText(own.trim() === '' && html ? htmlToText(html.text) : own, mostTextBytes);
  return { text: text.text, html: html?.text ?? null, isCut: text.isCut || (html?.isCut ?? false) };
}

function givenAttachment(attachment: Attachment, part: string, html: string | null): GivenAttachment {
  const id = cleanLine(attachment.contentId, 998).replace(/[<>]/g, '');
  return {
    part,
    name: cleanLine(attachment.filename, 255),
    content_type: cleanLine(attachment.mimeType, 127).toLowerCase() || 'application/octet-stream',
    encoding: '',
    size: contentOf(attachment).byteLength,
    content_id: id || null,
    is_inline: id !== '' && (html?.toLowerCase().includes(`cid:${id.toLowerCase()}`) ?? false),
  };
}

function contentOf({ content }: Attachment): Uint8Array {
  if (typeof content === 'string') return new TextEncoder().encode(content);
  return content instanceof ArrayBuffer ? new Uint8Array(content) : content;
}
