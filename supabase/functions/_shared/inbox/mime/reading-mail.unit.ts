import { describe, expect, it } from 'vitest';
import { cleanLine, cutText } from './clean-text.ts';
import { decodeCharset, decodeText, decodeTransfer, unfoldFlowed } from './decode-text.ts';
import { htmlToText } from './html-text.ts';
import { authenticationOf, kindOf, messageIds, readHeaders } from './message-headers.ts';
import { snippetOf } from './snippet.ts';
import { TransferDecoder } from './transfer-decoder.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const decoded = (encoded: string, encoding: string) =>
  Buffer.from(decodeTransfer(bytes(encoded), encoding)).toString('latin1');

describe('a transfer encoding', () => {
  it.each([
    ['quoted-printable', 'a=20b=\r\nc=3D=\n=e3', 'a bc=\xe3'],
    ['quoted-printable', 'broken = and =ZZ stay=', 'broken = and =ZZ stay'],
    ['base64', 'SGVs\r\nbG8=', 'Hello'],
    ['base64', 'SGk=SGk=', 'HiHi'],
    ['base64', 'S*G-k', 'Hi'],
    ['8bit', 'as it is', 'as it is'],
  ])('%s: %j is %j', (encoding, encoded, text) => expect(decoded(encoded, encoding)).toBe(text));

  it('comes off piece by piece as it does at once, wherever the pieces end', () => {
    const content = Buffer.from(Array.from({ length: 1_000 }, (_, index) => (index * 37) % 256));
    const base64 = content.toString('base64').replace(/.{76}/g, '$&\r\n');
    const quoted = [...content]
      .map(
        (byte, at) => `=${byte.toString(16).padStart(2, '0').toUpperCase()}${at % 20 === 0 ? '=\r\n' : ''}`,
      )
      .join('');
    for (const [encoding, encoded] of [
      ['base64', base64],
      ['quoted-printable', quoted],
    ] as const)
      for (const size of [1, 2, 3, 5, 77, 1_024]) {
        const decoder = new TransferDecoder(encoding);
        const pieces: Uint8Array[] = [];
        for (let at = 0; at < encoded.length; at += size)
          pieces.push(decoder.push(bytes(encoded.slice(at, at + size))));
        pieces.push(decoder.end());
        expect(Buffer.concat(pieces).equals(content)).toBe(true);
      }
  });
});

describe('a charset', () => {
  it.each([
    ['windows-1250', [0xba, 0xfe, 0xe3], 'şţă'],
    ['"ISO-8859-2"', [0xe3], 'ă'],
    ['', [0xc4, 0x83], 'ă'],
    ['us-ascii', [0xe9, 0x61], 'éa'],
    ['utf-8', [0xe9, 0xe8, 0x61], 'éèa'],
    ['x-unknown', [0x61], 'a'],
    ['utf-7', [...bytes('Hi Mom -+Jjo--!')], 'Hi Mom -☺-!'],
    ['iso-2022-jp', [0x1b, 0x24, 0x42, 0x3b, 0x75, 0x1b, 0x28, 0x42], '歯'],
  ])('%s', (charset, given, text) => expect(decodeCharset(Uint8Array.from(given), charset)).toBe(text));

  it('with one broken letter among good ones stays what it is', () => {
    expect(decodeCharset(Buffer.concat([Buffer.from('ăâîșț'), Buffer.from([0xff])]), 'utf-8')).toBe(
      'ăâîșț\ufffd',
    );
  });
});

describe('format=flowed', () => {
  it('joins lines that were broken for the journey, quotes by their depth, signatures not at all', () => {
    expect(unfoldFlowed('one \r\ntwo\r\n> three \r\n> four\r\n-- \r\nAna', false)).toBe(
      'one two\n> three four\n-- \nAna',
    );
    expect(unfoldFlowed('歯 \r\n科', true)).toBe('歯科');
    const flowed = { encoding: '7bit', charset: 'utf-8', isFlowed: true, deletesSpace: false };
    expect(decodeText(bytes('a \r\n b'), flowed)).toBe('a b');
  });
});

describe('text of HTML', () => {
  it.each([
    ['1 < 2 &amp; 3 &gt; 2 &#8364;&#x20ac;&bogus;', '1 < 2 & 3 > 2 €€&bogus;'],
    ['<!-- <p>no</p> --><ul><li>a<li>b</ul>', '• a\n• b'],
    ['<script>if (a</b) x()</script>seen', 'seen'],
    ['<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\nc'],
    ['never <b closes', 'never'],
    ['<style>never closes', ''],
    ['&#0;&#xd800;ok', 'ok'],
  ])('%j', (html, text) => expect(htmlToText(html)).toBe(text));

  it('is found in no time, whatever is in it', () => {
    const started = performance.now();
    for (const html of [
      '<'.repeat(1e6),
      '<a '.repeat(3e5),
      '<!--'.repeat(2e5),
      '</script'.repeat(1e5),
      '&'.repeat(1e6),
    ])
      htmlToText(html);
    expect(performance.now() - started).toBeLessThan(4_000);
  });
});

describe('a snippet', () => {
  it.each([
    ['Thanks!\n\nOn Mon, 2 Nov 2026, Ana Pop <ana@x.example> wrote:\n> before', 'Thanks!'],
    ['Mulțumesc\n\nPe lun., 2 nov. 2026, Ana Pop\n<ana@x.example> a scris:\n\n> da', 'Mulțumesc'],
    ['New\n-- \nAna Pop\nDentist', 'New'],
    ['> only\n> quoted', 'only quoted'],
    ['Hi\n-----Original Message-----\nFrom: x', 'Hi'],
    ['', ''],
  ])('of %j is %j', (text, snippet) => expect(snippetOf(text)).toBe(snippet));

  it('has two hundred characters and no half of one', () => {
    expect(cleanLine('😀'.repeat(150), 199)).toBe('😀'.repeat(99));
    expect(snippetOf('word '.repeat(100)).length).toBeLessThanOrEqual(200);
    expect(cutText('ăă', 3)).toEqual({ text: 'ă', isCut: true });
  });
});

describe('header fields', () => {
  const of = (...lines: string[]) => readHeaders(Buffer.from(lines.join('\r\n')));
  const kind = (
    lines: string[],
    contentType = 'text/plain',
    reportType = '',
    fromAddress = 'ana@x.example',
  ) => kindOf({ headers: of(...lines), contentType, reportType, fromAddress });

  it('tell what kind of mail it is', () => {
    expect(kind([])).toBe('mail');
    expect(kind(['Auto-Submitted: no'])).toBe('mail');
    expect(kind(['Auto-Submitted: auto-replied (vacation)', 'Return-Path: <>'])).toBe('auto_reply');
    expect(kind(['Return-Path: <>'])).toBe('bounce');
    expect(kind(['Return-Path: <ana@x.example>'])).toBe('mail');
    expect(kind(['Auto-Submitted: auto-replied'], 'multipart/report', 'delivery-status')).toBe('bounce');
    expect(kind([], 'multipart/report', 'disposition-notification')).toBe('auto_reply');
    expect(kind([], 'text/plain', '', 'MAILER-DAEMON@x.example')).toBe('bounce');
    expect(kind(['List-Id: <news.x.example>'])).toBe('list');
    expect(kind(['Precedence: bulk'])).toBe('list');
  });

  it('name the mails before, however many they are', () => {
    expect(messageIds('<a@x>\t<b@x> (c) <a@x>')).toEqual(['a@x', 'b@x']);
    expect(messageIds('bare@x')).toEqual(['bare@x']);
    expect(messageIds('Message of Monday')).toEqual([]);
    const many = messageIds(Array.from({ length: 100 }, (_, index) => `<${index}@x>`).join(' '));
    expect([many.length, many[0], many.at(-1)]).toEqual([40, '0@x', '99@x']);
  });

  it('say about the sender only what the own provider found out', () => {
    const forged = 'Authentication-Results: elsewhere.example; dkim=pass; dmarc=pass';
    const own =
      'Authentication-Results: mx.google.com; dkim=fail header.i=@x; dkim=pass (2048) header.i=@y; spf=softfail (a;b=c)';
    expect(authenticationOf(of(own, forged), 'imap.gmail.com')).toBe('spf=softfail dkim=pass');
    expect(authenticationOf(of(forged), 'imap.gmail.com')).toBe('');
    const below = 'Authentication-Results: mx.google.com; spf=pass; dmarc=pass';
    expect(authenticationOf(of(own, below), 'imap.gmail.com')).toBe('spf=softfail dkim=pass dmarc=pass');
    expect(
      authenticationOf(of('Authentication-Results: mx1.host.example; spf=pass'), 'imap.host.example'),
    ).toBe('spf=pass');
    expect(
      authenticationOf(of('Authentication-Results: evilhost.example; spf=pass'), 'imap.host.example'),
    ).toBe('');
  });
});
