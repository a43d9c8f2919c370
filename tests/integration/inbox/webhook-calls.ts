import { createHmac, randomUUID } from 'node:crypto';
import { stack } from '../../support/environment.ts';

function secret(): string {
  const value = process.env['MAIL_INBOUND_SECRET'];
  if (!value) throw new Error('MAIL_INBOUND_SECRET is not set: with what does the stack check signatures?');
  return value;
}

export interface Sending {
  id?: string;
  at?: number;
  key?: string;
  headers?: Record<string, string>;
}

/** Calls the function mail-inbound as the provider does, signed unless told otherwise. */
export async function send(
  body: string,
  { id = `msg_${randomUUID()}`, at = Date.now(), key = secret(), headers = {} }: Sending = {},
) {
  const timestamp = String(Math.floor(at / 1000));
  const signature = createHmac('sha256', Buffer.from(key.slice(6), 'base64'))
    .update(`${id}.${timestamp}.${body}`)
    .digest('base64');
  const response = await fetch(`${stack.url}/functions/v1/mail-inbound`, {
    method: 'POST',
    headers: {
      ...{ 'content-type': 'application/json', 'webhook-id': id, 'webhook-timestamp': timestamp },
      ...{ 'webhook-signature': `v1,${signature}`, ...headers },
    },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** The body of a call. */
export const delivery = (recipient: string, raw: string | Buffer): string =>
  JSON.stringify({ recipient, raw: Buffer.from(raw).toString('base64') });

interface Mail {
  id?: string;
  from?: string;
  subject?: string;
  answers?: string;
  text?: string;
}
/** A mail as it goes over the wire, with a PDF and a page attached. */
export const mail = ({
  id = `${randomUUID()}@patient.example`,
  from = 'ana@patient.example',
  subject = 'Visit',
  answers,
  text = 'Hello',
}: Mail = {}) =>
  [
    `From: Ana Pop <${from}>`,
    'To: clinic@example.test',
    `Subject: ${subject}`,
    'Date: Sun, 22 Nov 2026 09:00:00 +0200',
    ...(id ? [`Message-ID: <${id}>`] : []),
    ...(answers ? [`In-Reply-To: <${answers}>`] : []),
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=part',
    '',
    '--part',
    'Content-Type: text/plain; charset=utf-8',
    '',
    text,
    '--part',
    'Content-Type: application/pdf',
    'Content-Disposition: attachment; filename="scan.pdf"',
    '',
    '%PDF-1.7 scan',
    '--part',
    'Content-Type: text/html',
    'Content-Disposition: attachment; filename="page.html"',
    '',
    '<script>alert(1)</script>',
    '--part--',
    '',
  ].join('\r\n');
