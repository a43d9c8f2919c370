import { describe, expect, it } from 'vitest';
import { parseMail } from './parsed-mail.ts';

const receivedAt = new Date('2026-11-22T10:00:00Z');
const bytes = (text: string) => new TextEncoder().encode(text.replace(/\n/g, '\r\n'));
const parse = async (text: string) => parseMail(bytes(text), receivedAt);

const head = `From: "Popescu, Ana" <Ana@Patient.Example>
To: Clinic <clinic@dent.example>, team: b@x.example, c@x.example;
Cc: d@x.example
Reply-To: home@patient.example
Date: Sat, 21 Nov 2026 09:00:00 +0200
Message-ID: <one@patient.example>
In-Reply-To: <zero@dent.example>
References: <first@dent.example>
 <zero@dent.example>
`;

describe('a whole mail', () => {
  it('becomes what the database takes in', async () => {
    const { message } = await parse(`${head}Subject: =?utf-8?q?Durere_de_m=C4=83sea?=

Bună ziua,
mă doare.
`);
    expect(message).toMatchObject({
      message_id: 'one@patient.example',
      in_reply_to: 'zero@dent.example',
      references: ['first@dent.example', 'zero@dent.example'],
      from_address: 'ana@patient.example',
      from_name: 'Popescu, Ana',
      to: [
        { name: 'Clinic', address: 'clinic@dent.example' },
        { name: '', address: 'b@x.example' },
        { name: '', address: 'c@x.example' },
      ],
      cc: [{ name: '', address: 'd@x.example' }],
      reply_to: [{ name: '', address: 'home@patient.example' }],
      recipient_count: 4,
      subject: 'Durere de măsea',
      date: '2026-11-21T07:00:00.000Z',
      received_at: '2026-11-22T10:00:00.000Z',
      text: 'Bună ziua,\nmă doare.\n',
      html: null,
      body_state: 'whole',
      kind: 'mail',
      attachments: [],
    });
  });

  it('lists what is attached, apart from what the text shows', async () => {
    const { message, contents } = await parse(`${head}Subject: X-ray
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=mixed

--mixed
Content-Type: multipart/related; boundary=related

--related
Content-Type: text/html; charset=utf-8

<p>Here: <img src="cid:logo@patient"></p>
--related
Content-Type: image/png
Content-ID: <logo@patient>
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--related--
--mixed
Content-Type: application/pdf; name="=?utf-8?q?fi=C8=99=C4=83.pdf?="
Content-Disposition: attachment
Content-Transfer-Encoding: base64

JVBERi0x
--mixed
Content-Type: message/rfc822

From: other@x.example
Subject: Inside

Not part of the text.
--mixed--
`);
    expect(message.text).not.toContain('Not part of the text');
    expect(message.attachments).toEqual([
      expect.objectContaining({
        part: '1',
        content_type: 'image/png',
        is_inline: true,
        content_id: 'logo@patient',
        size: 8,
      }),
      expect.objectContaining({ part: '2', name: 'fișă.pdf', is_inline: false, content_id: null, size: 6 }),
      expect.objectContaining({ part: '3', content_type: 'message/rfc822', is_inline: false }),
    ]);
    expect(new TextDecoder().decode(contents.get('2'))).toBe('%PDF-1');
    expect(new TextDecoder().decode(contents.get('3'))).toContain('Not part of the text.');
  });

  it.each([
    ['bounce', 'Content-Type: multipart/report; report-type=delivery-status; boundary=x\n'],
    ['auto_reply', 'Auto-Submitted: auto-replied\n'],
    ['list', 'List-Id: <news.x.example>\n'],
  ])('that a program wrote is a %s', async (kind, line) => {
    expect((await parse(`${head}${line}\nx\n`)).message.kind).toBe(kind);
  });

  it('holds nothing that cannot be stored', async () => {
    const { message } = await parse(
      `${head}Subject: a\u0000b\nContent-Type: text/plain; charset=utf-8\n\nx\u0000y\u0007z\n`,
    );
    expect(JSON.stringify(message)).not.toMatch(/\\u0000|\\u0007/);
    expect(message.text).toBe('xyz\n');
  });

  it('keeps two megabytes of text as far as it is allowed to be', async () => {
    const { message } = await parse(`${head}\n${'ä'.repeat(1_000_000)}`);
    expect(message.body_state).toBe('cut');
    expect(new TextEncoder().encode(message.text).length).toBeLessThanOrEqual(1_000_000);
  });

  it('is told from others without an id of its own', async () => {
    const without = (text: string) => `From: a@b.example\nSubject: x\n\n${text}`;
    const [one, two, same] = await Promise.all(['1', '2', '1'].map((text) => parse(without(text))));
    expect(one?.message.message_id).toBe('');
    expect(one?.message.digest).not.toBe(two?.message.digest);
    expect(one?.message.digest).toBe(same?.message.digest);
  });

  it('with mail inside mail a hundredfold does not take the parser with it', async () => {
    const nested = Array.from(
      { length: 150 },
      (_, at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`,
    );
    await expect(parse(`${head}${nested.join('')}\nx`)).rejects.toMatchObject({ code: 'mail_unreadable' });
  });

  it.each(['', 'hello', '{"not":"a mail"}', 'Subject: only\n\nx'])(
    'is not just anything: %j',
    async (text) => {
      await expect(parse(text)).rejects.toMatchObject({ status: 422, code: 'mail_unreadable' });
    },
  );
});
