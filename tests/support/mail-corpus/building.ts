/** Mails as bytes, built by hand: a library would repair what has to be broken. */
import { createHash } from 'node:crypto';
import type { MessageKind } from '../../../supabase/functions/_shared/inbox/mime/given-message.ts';

/** A mail that is hard to read, and what has to become of it. */
export interface AwkwardMail {
  name: string;
  /** Made when it is asked for: some are large. */
  raw: () => Buffer;
  expected: {
    subject: string;
    from: { name: string; address: string };
    /** Each is somewhere in the text. */
    text: string[];
    /** None of it is in the text. */
    notInText?: string[];
    /** Names of attachments as they are kept, inline ones included, in order. */
    attachments: string[];
    kind: MessageKind;
    /** All of To and Cc; default 1. */
    recipients?: number;
    /** Whether there is HTML; default false. */
    hasHtml?: boolean;
  };
}

/** A MIME part: its header lines and its body, already encoded. */
export interface Part {
  headers: string[];
  body: Buffer;
}

/** A string is text in UTF-8. */
export type Bytes = string | Buffer;

export const toBytes = (content: Bytes): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : content;

/** One byte for each character up to U+00FF. */
export const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Lines of 76 characters, as RFC 2045 wants them. */
export function base64Lines(content: Bytes): string {
  return toBytes(content).toString('base64').replace(/.{76}/g, '$&\r\n');
}

export function quotedPrintable(content: Bytes): string {
  const encoded = [...toBytes(content)].map((byte) => {
    const isPlain = (byte >= 33 && byte <= 126 && byte !== 61) || byte === 32 || byte === 13 || byte === 10;
    return isPlain ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  });
  let line = 0;
  return encoded
    .map((unit) => {
      if (unit === '\n') line = 0;
      const breaks = line + unit.length > 73;
      line = (breaks ? 0 : line) + unit.length;
      return breaks ? `=\r\n${unit}` : unit;
    })
    .join('');
}

export function textPart(content: Bytes, charset = 'utf-8', subtype = 'plain'): Part {
  return {
    headers: [`Content-Type: text/${subtype}; charset=${charset}`, 'Content-Transfer-Encoding: 8bit'],
    body: toBytes(content),
  };
}

export const htmlPart = (content: string): Part => textPart(content, 'utf-8', 'html');

/** An attachment in base64; `name` is put into the header as it is. */
export function filePart(name: string, type: string, content: Bytes, more: string[] = []): Part {
  return {
    headers: [
      `Content-Type: ${type}`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: attachment; filename=${name}`,
      ...more,
    ],
    body: Buffer.from(base64Lines(content)),
  };
}

export function multipart(subtype: string, parts: Part[], parameters = ''): Part {
  const digest = createHash('sha1');
  for (const { body } of parts) digest.update(body);
  const boundary = `part-${digest.digest('hex').slice(0, 16)}`;
  const open = Buffer.from(`--${boundary}\r\n`);
  const pieces = parts.flatMap(({ headers, body }) => [
    open,
    Buffer.from(`${headers.join('\r\n')}\r\n\r\n`),
    body,
    Buffer.from('\r\n'),
  ]);
  return {
    headers: [`Content-Type: multipart/${subtype}; boundary="${boundary}"${parameters}`],
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

export interface Envelope {
  subject?: Bytes;
  from?: Bytes;
  /** Header lines in place of or beside the usual ones; null leaves one out. */
  headers?: Record<string, Bytes | null>;
}

export const sender = { name: 'Ana Popescu', address: 'ana.popescu@patient.example' };

/** A whole mail around a part. Without other words it is from `sender`, to the clinic, of 3 March 2026. */
export function mail(part: Part, { subject = 'A question', from, headers = {} }: Envelope = {}): Buffer {
  const usual: Record<string, Bytes | null> = {
    From: from ?? `${sender.name} <${sender.address}>`,
    To: 'office@clinic.example',
    Subject: subject,
    Date: 'Tue, 3 Mar 2026 09:30:00 +0200',
    'Message-ID': `<${createHash('sha1').update(toBytes(subject)).update(part.body).digest('hex')}@patient.example>`,
    'MIME-Version': '1.0',
    ...headers,
  };
  const lines = Object.entries(usual).flatMap(([name, value]) =>
    value === null ? [] : [Buffer.from(`${name}: `), toBytes(value), Buffer.from('\r\n')],
  );
  return Buffer.concat([...lines, Buffer.from(`${part.headers.join('\r\n')}\r\n\r\n`), part.body]);
}

/** An expectation with what most mails have in common. */
export function expecting(
  subject: string,
  text: string[],
  more: Partial<AwkwardMail['expected']> = {},
): AwkwardMail['expected'] {
  return { subject, from: sender, text, attachments: [], kind: 'mail', ...more };
}
