import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import MailComposer from 'nodemailer/lib/mail-composer/index.js';
import { singleLine } from '../../mail/display-text.ts';
import type { OutgoingMessage } from './outgoing.ts';
import { htmlOfText, safeHtml } from './safe-html.ts';

const pieceBytes = 57 * 1024;

export interface ComposeOptions {
  /** The content of an attachment: an object of the bucket mail-attachments. */
  readAttachment: (objectName: string) => Promise<Uint8Array>;
  /** For the copy in Sent, where the clinic may see whom it went to. What leaves never names them. */
  withBcc?: boolean;
}

/**
 * A mail as it is handed over (RFC 5322): the same message always has the same Message-ID and Date.
 *
 * @throws what readAttachment throws
 */
export async function composeMessage(
  outgoing: OutgoingMessage,
  { readAttachment, withBcc = false }: ComposeOptions,
): Promise<Uint8Array> {
  const attachments = [];
  // One after the other: together they are what a function may hold.
  for (const attachment of outgoing.attachments) {
    attachments.push({
      filename: singleLine(attachment.name, 255) || 'attachment',
      contentType: attachment.content_type,
      content: inPieces(await readAttachment(attachment.object_name)),
      ...(isPicture(attachment) ? { cid: attachment.content_id, contentDisposition: 'inline' as const } : {}),
    });
  }
  const message = new MailComposer({
    messageId: bracketed(outgoing.message_key),
    date: new Date(outgoing.date),
    from: mailbox(outgoing.from),
    to: outgoing.to.map(mailbox),
    cc: outgoing.cc.map(mailbox),
    ...(withBcc ? { bcc: outgoing.bcc.map(mailbox) } : {}),
    subject: singleLine(outgoing.subject, 500),
    ...(outgoing.in_reply_to && isId(outgoing.in_reply_to)
      ? { inReplyTo: bracketed(outgoing.in_reply_to) }
      : {}),
    references: outgoing.references.filter(isId).map(bracketed),
    // A lone CR is no end of a line to any server.
    text: outgoing.text.replaceAll(/\r\n?/g, '\n'),
    html: htmlOf(outgoing).replaceAll(/\r\n?/g, '\n'),
    attachments,
    // Nothing in a mail may make us read a file or call an address.
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  }).compile();
  message.keepBcc = withBcc;
  return new Promise((resolve, reject) => {
    message.build((error: Error | null, raw: Uint8Array) => (error ? reject(error) : resolve(raw)));
  });
}

/** The HTML of a mail: what was written, made safe; the text, when nothing else was written. */
export function htmlOf({ html, text, attachments }: OutgoingMessage): string {
  if (html === null) return htmlOfText(text);
  return safeHtml(
    html,
    attachments.filter(isPicture).map(({ content_id }) => content_id),
  );
}

/** Everybody it goes to, those included of whom the others do not know. */
export function envelopeOf({ from, to, cc, bcc }: OutgoingMessage): { from: string; to: string[] } {
  return { from: from.address, to: [...to, ...cc, ...bcc].map(({ address }) => address) };
}

const isPicture = <Given extends { is_inline: boolean; content_id: string | null }>(
  attachment: Given,
): attachment is Given & { content_id: string } => attachment.is_inline && isId(attachment.content_id ?? '');

const mailbox = ({ name, address }: { name?: string | null | undefined; address: string }) => ({
  name: singleLine(name ?? '', 200),
  address: singleLine(address, 254),
});

const isId = (id: string): boolean => /^[^\s<>\p{Cc}]{1,998}$/u.test(id);
const bracketed = (id: string): string => `<${id}>`;

/** A content that is encoded piece by piece: whole, it would take several times its size. */
function inPieces(content: Uint8Array): Readable {
  function* pieces() {
    for (let at = 0; at < content.length; at += pieceBytes)
      yield Buffer.from(content.subarray(at, at + pieceBytes));
  }
  return Readable.from(pieces(), { objectMode: false });
}
