import { randomUUID } from 'node:crypto';

export interface PlainMail {
  /** Message-ID without its angle brackets; empty for none. Default: one of its own. */
  id?: string;
  from?: string;
  headers?: string[];
}

let number = 0;

/** A plain mail to a mailbox; no two have the same text. */
export function plainMail(
  to: string,
  subject: string,
  {
    id = `${randomUUID()}@patient.example`,
    from = 'Ana Pop <ana@patient.example>',
    headers = [],
  }: PlainMail = {},
): string {
  number += 1;
  return [
    ...(id === '' ? [] : [`Message-ID: <${id}>`]),
    `From: ${from}`,
    `To: <${to}>`,
    `Subject: ${subject}`,
    'Date: Mon, 02 Nov 2026 10:00:00 +0200',
    ...headers,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    '',
    `Text of ${subject}, ${number}.`,
    '',
  ].join('\r\n');
}
