import PostalMime from 'postal-mime';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDovecot } from '../../support/dovecot.ts';
import { ownerConnection } from '../../support/environment.ts';
import { connectMailbox, type Mailbox, syncAll } from '../../support/mailboxes.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import {
  type Draft,
  deliveryOf,
  passMinute,
  passTime,
  receive,
  saveDraft,
  send,
  type Sending,
  type Servers,
  writeMail,
} from './outgoing.ts';

/** Mail that leaves through a real SMTP server: what arrives, what comes back, and that it leaves once. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const home = await createClinic(admin);
const staff = await addStaff(home.owner, home.clinic);
let servers: Servers;
let mailbox: Mailbox;

beforeAll(async () => {
  servers = { imap: await startDovecot(), smtp: await startSmtpSink() };
  mailbox = await connectMailbox(home, servers.imap, { smtp: servers.smtp });
});
afterEach(() => servers.smtp.recover());
afterAll(async () => {
  await servers?.imap.stop();
  await servers?.smtp.stop();
  await sql.end();
});

const tenant = { tenant_id: home.clinic.id };
let number = 0;
const subjectOf = () => `Programare ${(number += 1)} – țintă și șir`;
const arrived = (subject: string) =>
  Promise.all(
    servers.smtp.mails.map(async (mail) => ({ ...mail, parsed: await PostalMime.parse(mail.raw) })),
  ).then((mails) => mails.filter(({ parsed }) => parsed.subject === subject));
const toAna = { to: [{ name: 'Ana Țăranu', address: 'ana@patient.example' }] };
async function sendNew(subject: string, fields: Record<string, unknown> = {}): Promise<Sending> {
  return send(
    staff,
    mailbox,
    await writeMail(staff, mailbox, { ...toAna, subject, text_body: 'Bună ziua', ...fields }),
  );
}

describe('a reply', () => {
  it(
    'leaves by itself after ten seconds and arrives as part of the thread',
    { timeout: 60_000 },
    async () => {
      const subject = subjectOf();
      const incoming = await receive(
        sql,
        servers,
        { person: staff, mailbox, subject },
        {
          ...{ id: 'second@patient.example', headers: ['References: <first@patient.example>'] },
        },
      );
      const started = await call<Draft>(staff.client, 'start_draft', {
        ...tenant,
        kind: 'reply',
        message_id: incoming,
      });
      const name = 'Plan – ședința 2 „final”.txt';
      const file = await call<{ id: string; object_name: string }>(
        staff.client,
        'announce_draft_attachment',
        {
          ...{ ...tenant, draft_id: started.id, name, content_type: 'text/plain', size: 5 },
        },
      );
      const upload = await staff.client.storage
        .from('mail-attachments')
        .upload(file.object_name, Buffer.from('hello'), { contentType: 'text/plain' });
      expect(upload.error).toBeNull();
      await call(staff.client, 'confirm_draft_attachment', { ...tenant, attachment_id: file.id });
      const draft = await saveDraft(staff, mailbox, started, {
        ...{ text_body: 'Da, mâine.', html_body: '<p>Da, <b>mâine</b>.</p><script>alert(1)</script>' },
        bcc: [{ name: '', address: 'boss@clinic.test' }],
      });
      const queued = await send(staff, mailbox, draft);
      expect(queued.delivery).toBe('queued');
      await expect
        .poll(async () => (await deliveryOf(sql, queued)).delivery, { timeout: 45_000, interval: 500 })
        .toBe('sent');
      const sent = await deliveryOf(sql, queued);
      const late = new Date(sent.delivered_at ?? NaN).getTime() - Date.parse(queued.send_at);
      expect(late).toBeGreaterThanOrEqual(0);
      // The minute of the schedule is not waited for.
      expect(late).toBeLessThan(15_000);

      const [mail, ...others] = await arrived(`Re: ${subject}`);
      expect(others).toEqual([]);
      expect(mail?.to.toSorted()).toEqual(['ana@patient.example', 'boss@clinic.test']);
      expect(mail?.raw.toString()).not.toMatch(/^bcc:|boss@|<script/im);
      expect(mail?.parsed).toMatchObject({
        ...{ messageId: `<${queued.id}@clinic.test>`, inReplyTo: '<second@patient.example>' },
        references: '<first@patient.example> <second@patient.example>',
        from: { name: 'Front desk', address: mailbox.address },
      });
      expect(mail?.parsed.text).toMatch(/^Da, mâine\./);
      expect(mail?.parsed.attachments.map(({ filename }) => filename)).toEqual([name]);
    },
  );

  it('has its copy in Sent, once', { timeout: 60_000 }, async () => {
    const subject = subjectOf();
    const message = await sendNew(subject);
    await passTime(sql, message);
    await passMinute(sql, message);
    await syncAll(staff, mailbox);
    await syncAll(staff, mailbox);
    const client = await servers.imap.connect(mailbox.address);
    await client.mailboxOpen('Sent');
    const found = await client.search({ header: { 'message-id': `<${message.id}@clinic.test>` } });
    await client.logout();
    expect(found).toHaveLength(1);
    const stored =
      await sql`select from public.messages where account_id = ${mailbox.id} and subject = ${subject}`;
    expect(stored).toHaveLength(1);
  });
});

describe('what the server refuses', () => {
  it('a recipient: it has failed, says which, and is a draft again', async () => {
    const subject = subjectOf();
    servers.smtp.fail({ kind: 'refuse_recipient', address: 'ana@patient.example' });
    const message = await passTime(sql, await sendNew(subject));
    expect(message).toMatchObject({
      delivery: 'failed',
      delivery_error: 'recipient_refused: ana@patient.example',
    });
    const draft = await call<Draft>(staff.client, 'undo_send', { ...tenant, message_id: message.id });
    const again = await saveDraft(staff, mailbox, draft, {
      to: [{ name: '', address: 'anna@patient.example' }],
    });
    expect((await passTime(sql, await send(staff, mailbox, again))).delivery).toBe('sent');
    expect(await arrived(subject)).toHaveLength(1);
  });

  it('one of several recipients: the others have it', async () => {
    const subject = subjectOf();
    servers.smtp.fail({ kind: 'refuse_recipient', address: 'ion@patient.example' });
    const message = await sendNew(subject, { cc: [{ name: '', address: 'ion@patient.example' }] });
    expect(await passTime(sql, message)).toMatchObject({
      ...{ delivery: 'sent', delivery_error: 'recipients_refused: ion@patient.example' },
    });
    expect((await arrived(subject)).map(({ to }) => to)).toEqual([['ana@patient.example']]);
  });

  it('the password', async () => {
    servers.smtp.fail({ kind: 'refuse_login' });
    expect(await passTime(sql, await sendNew(subjectOf()))).toMatchObject({
      ...{ delivery: 'failed', delivery_error: 'password_refused' },
    });
  });

  it.each([
    [{ kind: 'refuse_mail', code: 554 } as const, 'failed'],
    [{ kind: 'refuse_mail', code: 451 } as const, 'queued'],
    [{ kind: 'unavailable' } as const, 'queued'],
  ])('the mail, for good or for now: %o', async (fault, expected) => {
    const subject = subjectOf();
    servers.smtp.fail(fault);
    const message = await sendNew(subject);
    expect((await passTime(sql, message)).delivery).toBe(expected);
    expect(await arrived(subject)).toHaveLength(0);
    if (expected === 'failed') await call(staff.client, 'retry_send', { ...tenant, message_id: message.id });
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await arrived(subject)).toHaveLength(1);
  });
});

describe('a connection that breaks before the answer', () => {
  it('leaves a mail that is found in Sent', async () => {
    const subject = subjectOf();
    servers.smtp.fail({ kind: 'drop' });
    const message = await passTime(sql, await sendNew(subject));
    expect(message.delivery).toBe('checking');
    expect((await passTime(sql, message)).delivery).toBe('checking');
    const [mail] = await arrived(subject);
    await servers.imap.append(mailbox.address, 'Sent', mail?.raw ?? '', { flags: ['\\Seen'] });
    await passMinute(sql, message);
    await syncAll(staff, mailbox);
    expect((await deliveryOf(sql, message)).delivery).toBe('sent');
    expect(await arrived(subject)).toHaveLength(1);
  });

  it('or one of which nobody knows, until a person decides', async () => {
    const subject = subjectOf();
    servers.smtp.fail({ kind: 'drop', isLost: true });
    const message = await passTime(sql, await sendNew(subject));
    expect(message.delivery).toBe('checking');
    await passMinute(sql, message);
    await syncAll(staff, mailbox);
    expect(await deliveryOf(sql, message)).toMatchObject({
      delivery: 'unknown',
      delivery_error: 'not_in_sent',
    });
    expect(await arrived(subject)).toHaveLength(0);
    await call(home.owner.client, 'retry_send', { ...tenant, message_id: message.id });
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await arrived(subject)).toHaveLength(1);
  });
});

describe('pressed', () => {
  it('ten times in several windows, it is one mail', async () => {
    const subject = subjectOf();
    const draft = await writeMail(staff, mailbox, { ...toAna, subject, text_body: 'x' });
    const answers = await Promise.all(Array.from({ length: 10 }, () => send(staff, mailbox, draft)));
    const [message] = answers;
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    await Promise.all([passTime(sql, message as Sending), passTime(sql, message as Sending)]);
    expect(await arrived(subject)).toHaveLength(1);
  });

  it('and taken back, nothing leaves', async () => {
    const subject = subjectOf();
    const message = await sendNew(subject);
    const draft = await call<Draft>(staff.client, 'undo_send', { ...tenant, message_id: message.id });
    expect(draft).toMatchObject({ subject, to: toAna.to, conversation_id: null });
    await passTime(sql, message).catch(() => undefined);
    expect(await arrived(subject)).toHaveLength(0);
    expect(await sql`select from public.messages where id = ${message.id}`).toHaveLength(0);
    expect(await refusal(staff.client, 'undo_send', { ...tenant, message_id: message.id })).toBe(
      '404 message_not_found',
    );
  });
});
