import type { FetchMessageObject, MessageStructureObject } from 'imapflow';
import { describe, expect, it } from 'vitest';
import { imapMessage, textPlans } from './imap-message.ts';
import { messageParts } from './message-parts.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const header = (...lines: string[]): Pick<FetchMessageObject, 'headers'> => ({
  headers: bytes(`${lines.join('\r\n')}\r\n\r\n`),
});

/** A mail as imapflow gives it, with the bytes of its parts. */
function mail(
  change: Partial<FetchMessageObject> = {},
  bodies: Record<string, string | Buffer> = { TEXT: 'Hello.' },
) {
  const message: FetchMessageObject = {
    ...{
      seq: 1,
      uid: 7,
      size: 900,
      flags: new Set(['\\Seen']),
      internalDate: new Date('2026-11-02T08:00:05Z'),
    },
    envelope: {
      ...{
        date: new Date('2026-11-02T08:00:00Z'),
        subject: 'Visit',
        messageId: '<a@x>',
        inReplyTo: '<b@x> <c@x>',
      },
      from: [{ name: 'Ana Pop', address: 'Ana@Patient.Example' }],
      to: [{ name: '', address: 'desk@clinic.example' }],
    },
    bodyStructure: { type: 'text/plain', parameters: { charset: 'utf-8' }, encoding: '7bit', size: 6 },
    ...change,
  };
  const parts = messageParts(message.bodyStructure);
  return imapMessage(
    {
      message,
      parts,
      bodies: new Map(Object.entries(bodies).map(([key, body]) => [key, Buffer.from(body)])),
    },
    'imap.clinic.example',
  );
}

const text = (
  part: string,
  type = 'text/plain',
  more: Partial<MessageStructureObject> = {},
): MessageStructureObject => ({
  ...{ part, type, encoding: '7bit', size: 20, parameters: { charset: 'utf-8' } },
  ...more,
});
const multipart = (
  type: string,
  childNodes: MessageStructureObject[],
  part?: string,
): MessageStructureObject => ({
  type: `multipart/${type}`,
  childNodes,
  ...(part === undefined ? {} : { part }),
});
const file = (
  part: string,
  type: string,
  more: Partial<MessageStructureObject> = {},
): MessageStructureObject => ({
  ...{ part, type, encoding: 'base64', size: 780 },
  ...more,
});

describe('a mail', () => {
  it('is taken over with who, when and what', () => {
    expect(mail(header('References: <x@y>', ' <b@x>'))).toMatchObject({
      ...{ uid: 7, message_id: 'a@x', in_reply_to: 'b@x', references: ['x@y', 'b@x'], subject: 'Visit' },
      ...{ from_address: 'ana@patient.example', from_name: 'Ana Pop', recipient_count: 1, kind: 'mail' },
      ...{ date: '2026-11-02T08:00:00.000Z', received_at: '2026-11-02T08:00:05.000Z' },
      ...{
        text: 'Hello.',
        html: null,
        body_state: 'whole',
        is_seen: true,
        is_flagged: false,
        attachments: [],
      },
    });
  });

  it('keeps fifty recipients and counts all of them, without names of groups', () => {
    const to = Array.from({ length: 5_000 }, (_, index) => ({ name: '', address: `p${index}@x.example` }));
    const { to: kept, recipient_count } = mail({
      envelope: { to, cc: [{ name: 'undisclosed-recipients', address: '' }] },
    });
    expect([kept.length, recipient_count]).toEqual([50, 5_000]);
  });

  it('holds nothing that Postgres refuses', () => {
    const broken = 'a\u0000b\ud800c\udc00';
    const stored = mail(
      { envelope: { subject: broken, from: [{ name: broken, address: 'a@b' }] } },
      { TEXT: 'x\u0000y\r\nz' },
    );
    expect([stored.subject, stored.from_name, stored.text]).toEqual([
      'ab\ufffdc\ufffd',
      'ab\ufffdc\ufffd',
      'xy\nz',
    ]);
  });

  it('has a time that can be true, whatever its clocks say', () => {
    const far = new Date('+099999-01-01T00:00:00Z');
    expect(mail({ internalDate: far }).received_at).toBe('2026-11-02T08:00:00.000Z');
    expect(mail({ envelope: { date: 'some day' } }).date).toBe('some day');
  });

  it('is told from another one without a Message-ID by what is in it', () => {
    const digests = [
      mail({}, { TEXT: 'one' }),
      mail({}, { TEXT: 'two' }),
      mail({ uid: 9 }, { TEXT: 'one' }),
    ].map(({ digest }) => digest);
    expect(digests[0]).not.toBe(digests[1]);
    expect(digests[0]).toBe(digests[2]);
  });

  it('shows a subject in plain 8-bit letters in the charset of its text', () => {
    const structure = {
      type: 'text/plain',
      parameters: { charset: 'iso-8859-2' },
      encoding: '8bit',
      size: 2,
    };
    const raw = Buffer.concat([bytes('Subject: Programare m'), Buffer.from([0xe3]), bytes('ine\r\n\r\n')]);
    expect(mail({ envelope: undefined, headers: raw, bodyStructure: structure }).subject).toBe(
      'Programare măine',
    );
    const utf8 = bytes('Subject: Programare mâine\r\n\r\n');
    expect(mail({ envelope: undefined, headers: utf8, bodyStructure: structure }).subject).toBe(
      'Programare mâine',
    );
  });

  it('is told by its header, as a server would tell it', () => {
    const lines = [
      ...[
        'From: =?utf-8?q?Ana_Pop=C4=83?= <Ana@Patient.Example>',
        'Date: Mon, 02 Nov 2026 10:00:00 +0200 (EET)',
      ],
      ...['To: "Desk, front" <desk@clinic.example>, Team: a@x.example, B <b@x.example>;', 'to: c@x.example'],
      ...[
        'Cc: undisclosed-recipients:;',
        'Reply-To: <answers@patient.example>',
        'Message-ID: <a@x>',
        'In-Reply-To: <b@x>',
      ],
      ...['Subject: =?utf-8?b?w45udMOibG5pcmU=?=', '  =?utf-8?q?_m=C3=A2ine?='],
    ];
    expect(mail({ envelope: undefined, ...header(...lines) })).toMatchObject({
      ...{ from_address: 'ana@patient.example', from_name: 'Ana Popă', date: '2026-11-02T08:00:00.000Z' },
      to: [
        { name: 'Desk, front', address: 'desk@clinic.example' },
        { name: '', address: 'a@x.example' },
        { name: 'B', address: 'b@x.example' },
        { name: '', address: 'c@x.example' },
      ],
      ...{ cc: [], reply_to: [{ name: '', address: 'answers@patient.example' }], recipient_count: 4 },
      ...{ message_id: 'a@x', in_reply_to: 'b@x', subject: 'Întâlnire mâine' },
    });
  });
});

describe('the text of a mail', () => {
  it('is that of the alternatives which are plain and HTML, however deep', () => {
    const structure = multipart('mixed', [
      multipart(
        'alternative',
        [
          text('1.1'),
          multipart(
            'related',
            [text('1.2.1', 'text/html'), file('1.2.2', 'image/png', { id: '<logo@x>' })],
            '1.2',
          ),
        ],
        '1',
      ),
      file('2', 'application/pdf', {
        disposition: 'attachment',
        dispositionParameters: { filename: 'a.pdf' },
      }),
    ]);
    const stored = mail(
      { bodyStructure: structure },
      { '1.1': 'Plain', '1.2.1': '<p>Rich <img src="cid:LOGO@x"></p>' },
    );
    expect(stored).toMatchObject({
      text: 'Plain',
      html: '<p>Rich <img src="cid:LOGO@x"></p>',
      snippet: 'Plain',
    });
    expect(stored.attachments).toMatchObject([
      { part: '1.2.2', name: 'image.png', content_id: 'logo@x', is_inline: true, size: 570 },
      { part: '2', name: 'a.pdf', content_type: 'application/pdf', encoding: 'base64', is_inline: false },
    ]);
  });

  it('is made of the HTML when there is no other', () => {
    const structure = text('1', 'text/html');
    const html =
      '<style>p{}</style><p>Dear&nbsp;Ana,</p><p>come <b>now</b><br>or later</p><blockquote>before</blockquote>';
    const stored = mail({ bodyStructure: structure }, { 1: html });
    expect(stored.text).toBe('Dear Ana,\n\ncome now\nor later\n\n> before');
    expect(stored.snippet).toBe('Dear Ana, come now or later');
  });

  it('is joined when pictures come between', () => {
    const structure = multipart('mixed', [
      text('1'),
      file('2', 'image/jpeg', { dispositionParameters: { filename: 'x.jpg' } }),
      text('3'),
    ]);
    expect(mail({ bodyStructure: structure }, { 1: 'Above', 3: 'Below' })).toMatchObject({
      text: 'Above\n\nBelow',
      html: null,
    });
  });

  it('is not a text file that is attached, nor a mail inside the mail', () => {
    const structure = multipart('mixed', [
      text('1'),
      text('2', 'text/plain', {
        disposition: 'attachment',
        dispositionParameters: { filename: 'notes.txt' },
      }),
      {
        part: '3',
        type: 'message/rfc822',
        size: 99,
        envelope: { subject: 'Inner' },
        childNodes: [text('3.1')],
      },
    ]);
    const stored = mail({ bodyStructure: structure }, { 1: 'Outer', 2: 'notes', '3.1': 'inner' });
    expect(stored.text).toBe('Outer');
    expect(stored.attachments.map(({ name }) => name)).toEqual(['notes.txt', 'Inner.eml']);
  });

  it('is cut at a megabyte, and says so', () => {
    const long = 'ăâ '.repeat(400_000);
    const structure = {
      type: 'text/plain',
      parameters: { charset: 'utf-8' },
      encoding: '8bit',
      size: Buffer.byteLength(long),
    };
    expect(textPlans(messageParts(structure))).toEqual([{ key: 'TEXT', bytes: 1_300_000, isWhole: false }]);
    const stored = mail({ bodyStructure: structure }, { TEXT: Buffer.from(long).subarray(0, 1_300_000) });
    expect(stored.body_state).toBe('cut');
    expect(Buffer.byteLength(stored.text)).toBeLessThanOrEqual(1_000_000);
    expect(stored.text.endsWith('\ufffd')).toBe(false);
  });

  it('is looked for twenty levels deep, and in two hundred parts', () => {
    let deep = text('1');
    for (let level = 0; level < 25; level += 1) deep = multipart('mixed', [deep], '1');
    expect(mail({ bodyStructure: deep }, {}).body_state).toBe('cut');
    const wide = multipart(
      'mixed',
      Array.from({ length: 500 }, (_, index) => file(`${index + 1}`, 'image/png')),
    );
    expect(mail({ bodyStructure: wide }, {})).toMatchObject({
      body_state: 'cut',
      attachments: { length: 199 },
    });
  });

  it('leaves out an invitation that is attached as well, and keeps one that is not', () => {
    const form = text('1.2', 'text/calendar');
    const alternative = multipart('alternative', [text('1.1'), form], '1');
    const ics = file('2', 'application/ics', {
      disposition: 'attachment',
      dispositionParameters: { filename: 'meeting.ics' },
    });
    const names = (structure: MessageStructureObject) =>
      mail({ bodyStructure: structure }, {}).attachments.map(({ name }) => name);
    expect(names(multipart('mixed', [alternative]))).toEqual(['invite.ics']);
    expect(names(multipart('mixed', [alternative, ics]))).toEqual(['meeting.ics']);
  });
});
