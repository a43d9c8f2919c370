import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { composeMessage, envelopeOf, htmlOf } from './compose-message.ts';
import type { OutgoingMessage } from './outgoing.ts';

const outgoing: OutgoingMessage = {
  ...{ message_id: 'm', tenant_id: 't', account_id: 'a', message_key: 'uuid@alpha.example' },
  ...{ in_reply_to: 'b@x.example', references: ['a@x.example', 'b@x.example'] },
  date: '2026-11-22T08:30:00+00:00',
  from: { name: 'Clinica „Zâmbet”, Cluj', address: 'desk@alpha.example' },
  to: [{ name: 'Ștefan Țurcanu', address: 'stefan@x.example' }],
  cc: [{ name: null, address: 'ion@y.example' }],
  bcc: [{ name: 'Șef', address: 'boss@alpha.example' }],
  subject:
    'Programare: mâine, la ora 10:30 – vă așteptăm împreună cu radiografia panoramică făcută luna trecută',
  text: 'Bună ziua,\n\nvă așteptăm.\n.\nFrom here on',
  html: '<p>Bună ziua</p><script>alert(1)</script><img src="cid:logo@x">',
  attachments: [
    {
      ...{
        id: '1',
        name: 'Plan de tratament – ședința 2 „final”.pdf',
        content_type: 'application/pdf',
        size: 3,
      },
      ...{ object_name: 'o/1', content_id: null, is_inline: false },
    },
    {
      ...{ id: '2', name: 'logo.png', content_type: 'image/png', size: 3 },
      ...{ object_name: 'o/2', content_id: 'logo@x', is_inline: true },
    },
  ],
};
const readAttachment = async (name: string) => new TextEncoder().encode(name);

async function composed(changes: Partial<OutgoingMessage> = {}, withBcc = false) {
  const raw = await composeMessage({ ...outgoing, ...changes }, { readAttachment, withBcc });
  const text = new TextDecoder().decode(raw);
  return { text, head: text.slice(0, text.indexOf('\r\n\r\n')), mail: await PostalMime.parse(raw) };
}

describe('a mail that leaves', () => {
  it('says who, what and when, as fixed before', async () => {
    const { mail } = await composed();
    expect(mail.messageId).toBe('<uuid@alpha.example>');
    expect(mail.date).toBe('2026-11-22T08:30:00.000Z');
    expect(mail.from).toMatchObject(outgoing.from);
    expect(mail.to).toMatchObject(outgoing.to);
    expect(mail.subject).toBe(outgoing.subject);
    expect(mail.text?.replaceAll('\r', '').trimEnd()).toBe(outgoing.text);
  });

  it('names what it answers, oldest first', async () => {
    const { mail } = await composed();
    expect(mail.inReplyTo).toBe('<b@x.example>');
    expect(mail.references).toBe('<a@x.example> <b@x.example>');
  });

  it('names nobody who is not to be named, but goes to them', async () => {
    const { text } = await composed();
    expect(text).not.toMatch(/bcc|boss@/i);
    expect(envelopeOf(outgoing)).toEqual({
      from: 'desk@alpha.example',
      to: ['stefan@x.example', 'ion@y.example', 'boss@alpha.example'],
    });
    expect((await composed({}, true)).mail.bcc).toMatchObject([{ address: 'boss@alpha.example' }]);
  });

  it('carries its attachments under their names', async () => {
    const { mail } = await composed();
    expect(mail.attachments.map(({ filename }) => filename).toSorted()).toEqual(
      [outgoing.attachments[0]?.name, 'logo.png'].toSorted(),
    );
    const file = mail.attachments.find(({ mimeType }) => mimeType === 'application/pdf');
    expect(new TextDecoder().decode(file?.content as ArrayBuffer)).toBe('o/1');
    expect(mail.attachments.find(({ filename }) => filename === 'logo.png')?.contentId).toBe('<logo@x>');
  });

  it('has only the HTML that may leave', async () => {
    const { mail } = await composed();
    expect(mail.html?.trim()).toBe('<p>Bună ziua</p><img src="cid:logo@x">');
    expect(htmlOf({ ...outgoing, html: null, text: 'a\nb' })).toBe('<div>a<br>b</div>');
    expect(htmlOf({ ...outgoing, attachments: [] })).not.toContain('cid:');
  });

  it('lets nothing that was typed become a header', async () => {
    const { head, mail } = await composed({
      subject: 'Hi\r\nBcc: victim@x.example\r\n\r\n<script>',
      from: { name: 'A\r\nX-Evil: 1', address: 'desk@alpha.example' },
      to: [{ name: 'B"\r\nX-Evil: 2\r\n', address: 'b@x.example' }],
      in_reply_to: 'x>\r\nX-Evil: 3\r\n<y',
      references: ['ok@x', 'bad id\r\nX-Evil: 4'],
      attachments: [
        {
          ...{ id: '1', name: 'a"\r\nX-Evil: 5\r\n.pdf', content_type: 'application/pdf', size: 1 },
          ...{ object_name: 'o', content_id: null, is_inline: false },
        },
      ],
    });
    expect(head).not.toMatch(/^(x-evil|bcc):/im);
    expect(mail.references).toBe('<ok@x>');
    expect(mail.inReplyTo).toBeUndefined();
    expect((await composed()).head.match(/^message-id:/gim)).toHaveLength(1);
  });

  it('has lines as mail servers want them', async () => {
    const { text } = await composed({ text: `ă${'x'.repeat(3_000)}\nb\r\nc\rd` });
    expect(text).not.toMatch(/[^\r]\n|\r[^\n]/);
    expect(Math.max(...text.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
  });

  it('is the same mail every time, but for its boundaries', async () => {
    const plain = async () =>
      (await composed({ attachments: [] })).text.replaceAll(/--[\w-]+|boundary="[^"]+"/g, '');
    expect(await plain()).toBe(await plain());
  });
});
