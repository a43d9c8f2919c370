import { randomBytes } from 'node:crypto';
import type { ImapFlow } from 'imapflow';

/** Mail as a clinic has it: text and HTML, every third an answer, every twentieth with a file. */
export async function fillMailbox(client: ImapFlow, address: string, size: number): Promise<void> {
  const now = Date.now();
  for (let n = 1; n <= size; n += 1) {
    const date = new Date(now - (size - n) * 60_000 * 5);
    await client.append('INBOX', mail(n, address, date), n % 4 === 0 ? [] : ['\\Seen'], date);
  }
  await client.logout();
}

const words =
  'Bună ziua, aș dori o programare pentru un control și o detartrare. Săptămâna viitoare după ora cinci ar fi bine. Mulțumesc!'.split(
    ' ',
  );
const paragraph = (seed: number, length: number): string =>
  Array.from({ length }, (_, at) => words[(seed * 7 + at * (1 + (seed % 5))) % words.length]).join(' ');

function mail(n: number, address: string, date: Date): Buffer {
  const text = [paragraph(n, 120), paragraph(n + 1, 90), `Pacient ${n}`].join('\r\n\r\n');
  const html = `<html><head><style>p{margin:0 0 1em;font-family:Arial}</style></head><body>${text
    .split('\r\n\r\n')
    .map((one) => `<p style="color:#222;line-height:1.5">${one}</p>`)
    .join('\r\n')}<table><tr><td>${paragraph(n + 2, 60)}</td></tr></table></body></html>`;
  const part = (type: string, body: string) =>
    `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrap(Buffer.from(body))}\r\n`;
  const alternative = `Content-Type: multipart/alternative; boundary="alt"\r\n\r\n--alt\r\n${part('text/plain', text)}--alt\r\n${part('text/html', html)}--alt--\r\n`;
  const hasFile = n % 20 === 0;
  const file = `Content-Type: application/pdf; name="trimitere-${n}.pdf"\r\nContent-Disposition: attachment; filename="trimitere-${n}.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrap(randomBytes(40_000))}\r\n`;
  const answers =
    n % 3 === 0
      ? `In-Reply-To: <m${n - 1}@patient.example>\r\nReferences: <m${n - 1}@patient.example>\r\n`
      : '';
  const body = hasFile
    ? `Content-Type: multipart/mixed; boundary="mix"\r\n\r\n--mix\r\n${alternative}--mix\r\n${file}--mix--\r\n`
    : alternative;
  return Buffer.from(
    `Return-Path: <p${n % 3000}@patient.example>\r\nMessage-ID: <m${n}@patient.example>\r\n${answers}From: Pacient ${n % 3000} <p${n % 3000}@patient.example>\r\nTo: <${address}>\r\nSubject: ${n % 3 === 0 ? 'Re: ' : ''}Programare ${n - (n % 3 === 0 ? 1 : 0)}\r\nDate: ${date.toUTCString()}\r\nMIME-Version: 1.0\r\n${body}`,
  );
}

const wrap = (bytes: Buffer): string => bytes.toString('base64').replaceAll(/.{76}/g, '$&\r\n');
