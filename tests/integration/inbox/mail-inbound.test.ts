import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { call, createClinic, createSuperAdmin, newEmail } from '../../support/people.ts';
import { addClient } from '../records/uploads.ts';
import { connectMailbox, type Mailbox } from './brought-mail.ts';
import { delivery as deliveryTo, mail, send, type Sending } from './webhook-calls.ts';

/** Mail that a provider brings: only when it is signed, for the clinic of the address, once, with all that is attached. */

const sql = ownerConnection();
afterAll(() => sql.end());
const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const { clinic: otherClinic, owner: otherOwner } = await createClinic(admin);
const mailbox = await connectMailbox(owner, clinic);

const delivery = (raw: string | Buffer, recipient = mailbox.address) => deliveryTo(recipient, raw);

const messagesOf = (box: Mailbox = mailbox) =>
  sql<
    Array<{ id: string; subject: string; conversation_id: string; tenant_id: string; message_key: string }>
  >`
    select id, subject, conversation_id, tenant_id, message_key from public.messages where account_id = ${box.id} order by created_at, id`;
const attachmentsOf = (messageId: unknown) =>
  sql<Array<{ name: string; state: string; content_type: string; size: string; object_name: string }>>`
    select name, state, content_type, size, object_name from public.message_attachments
    where message_id = ${String(messageId)} order by part`;

describe('a mail that is brought', () => {
  it('is stored for the clinic of its address, with what is attached, and found by its client', async () => {
    const from = newEmail('patient');
    const clientId = await addClient(owner, clinic);
    await call(owner.client, 'save_client', {
      ...{
        tenant_id: clinic.id,
        client_id: clientId,
        details: {},
        identifiers: [{ kind: 'email', raw: from }],
      },
    });
    const { status, body } = await send(
      delivery(mail({ from, subject: 'X-ray' }), mailbox.address.toUpperCase()),
    );
    expect([status, body]).toEqual([
      200,
      { is_new: true, message_id: expect.any(String), conversation_id: expect.any(String) },
    ]);
    const { data: message } = await owner.client
      .from('messages')
      .select('tenant_id, direction, from_address, subject, text_body, is_read, attachment_count')
      .eq('id', body['message_id'] as string)
      .single();
    expect(message).toEqual({
      ...{ tenant_id: clinic.id, direction: 'inbound', from_address: from, subject: 'X-ray', is_read: false },
      ...{ text_body: expect.stringContaining('Hello') as string, attachment_count: 2 },
    });
    const [conversation] =
      await sql`select client_id, status, unread_count from public.conversations where id = ${String(body['conversation_id'])}`;
    expect(conversation).toEqual({ client_id: clientId, status: 'open', unread_count: 1 });
    const attachments = await attachmentsOf(body['message_id']);
    expect(attachments.map(({ name, state, content_type }) => [name, state, content_type])).toEqual([
      ['scan.pdf', 'stored', 'application/pdf'],
      ['page.html', 'stored', 'application/octet-stream'],
    ]);
    const bucket = serviceClient().storage.from('mail-attachments');
    const { data: object } = await bucket.download(attachments[0]?.object_name ?? '');
    expect((await object?.text())?.trim()).toBe('%PDF-1.7 scan');
    const [row] =
      await sql`select metadata ->> 'mimetype' as type from storage.objects where name = ${attachments[1]?.object_name ?? ''}`;
    expect(row).toEqual({ type: 'application/octet-stream' });
  });

  it('that answers another is in the same conversation', async () => {
    const id = `${randomUUID()}@patient.example`;
    const first = await send(delivery(mail({ id })));
    const second = await send(delivery(mail({ answers: id, subject: 'Re: something else' })));
    expect(second.body['conversation_id']).toBe(first.body['conversation_id']);
  });

  it('again is the same mail: by the call, by the Message-ID, and without either by what it says', async () => {
    const id = `msg_${randomUUID()}`;
    const raw = mail();
    const first = await send(delivery(raw), { id });
    expect(await send(delivery(raw), { id })).toEqual({ status: 200, body: { is_new: false } });
    const { is_new, message_id } = (await send(delivery(raw))).body;
    expect([is_new, message_id]).toEqual([false, first.body['message_id']]);
    const nameless = mail({ id: '', subject: `Nameless ${randomUUID()}` });
    const answers = [await send(delivery(nameless)), await send(delivery(nameless))];
    expect(answers.map(({ body }) => body['is_new'])).toEqual([true, false]);
    expect(answers[0]?.body['message_id']).toBe(answers[1]?.body['message_id']);
  });

  it('many times at the same moment is stored once', async () => {
    const raw = mail({ subject: 'Race' });
    const id = `msg_${randomUUID()}`;
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, at) => send(delivery(raw), at % 2 ? { id } : {})),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(200));
    expect(answers.filter(({ body }) => body['is_new']).length).toBe(1);
    const found = (await messagesOf()).filter(({ subject }) => subject === 'Race');
    expect(found).toHaveLength(1);
    expect((await attachmentsOf(found[0]?.id)).map(({ state }) => state)).toEqual(['stored', 'stored']);
  });

  it('whose storing broke off is made whole when it is sent again', async () => {
    const raw = mail({ subject: 'Broken off' });
    const first = await send(delivery(raw));
    // As after a crash between the database and Storage.
    const [attachment] = await attachmentsOf(first.body['message_id']);
    await serviceClient()
      .storage.from('mail-attachments')
      .remove([attachment?.object_name ?? '']);
    await sql`update public.message_attachments set state = 'waiting', stored_at = null where object_name = ${attachment?.object_name ?? ''}`;
    const again = await send(delivery(raw));
    expect([again.status, again.body['is_new']]).toEqual([200, false]);
    expect((await attachmentsOf(first.body['message_id'])).map(({ state }) => state)).toEqual([
      'stored',
      'stored',
    ]);
    const { data } = await serviceClient()
      .storage.from('mail-attachments')
      .download(attachment?.object_name ?? '');
    expect((await data?.text())?.trim()).toBe('%PDF-1.7 scan');
  });

  it('and was erased since does not come back with a late repetition', async () => {
    const id = `msg_${randomUUID()}`;
    const raw = mail({ subject: 'Erased' });
    const { body } = await send(delivery(raw), { id });
    await sql`delete from public.conversations where id = ${String(body['conversation_id'])}`;
    expect((await send(delivery(raw), { id })).status).toBe(200);
    expect((await messagesOf()).filter(({ subject }) => subject === 'Erased')).toEqual([]);
  });

  it('with an attachment of 12 MB arrives whole', async () => {
    const content = Buffer.alloc(12 * 1024 * 1024, 'x');
    const raw = Buffer.concat([
      Buffer.from(
        `From: a@b.example\r\nMessage-ID: <${randomUUID()}@b>\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=big.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n`,
      ),
      Buffer.from(content.toString('base64').replace(/.{76}/g, '$&\r\n')),
    ]);
    const { status, body } = await send(delivery(raw));
    expect(status).toBe(200);
    const [attachment] = await attachmentsOf(body['message_id']);
    expect([attachment?.state, Number(attachment?.size)]).toEqual(['stored', content.length]);
  });
});

describe('nothing is stored', () => {
  const unchanged = async (work: () => Promise<void>) => {
    const before = (await messagesOf()).length;
    await work();
    expect((await messagesOf()).length).toBe(before);
  };

  it('of a call that is not signed by the provider, or not now', () =>
    unchanged(async () => {
      const body = delivery(mail());
      const other = `whsec_${Buffer.alloc(32).toString('base64')}`;
      const calls: Sending[] = [
        { key: other },
        { at: Date.now() - 6 * 60_000 },
        { at: Date.now() + 6 * 60_000 },
        { headers: { 'webhook-id': 'another' } },
        { headers: { 'webhook-signature': 'v1,AAAA' } },
        { headers: { 'webhook-signature': '' } },
      ];
      for (const sending of calls) {
        const answer = await send(body, sending);
        expect([answer.status, answer.body['code']]).toEqual([401, 'signature_invalid']);
      }
      const bare = await fetch(`${stack.url}/functions/v1/mail-inbound`, {
        ...{
          method: 'POST',
          body,
          headers: { authorization: `Bearer ${owner.accessToken}`, apikey: stack.secretKey },
        },
      });
      expect(bare.status).toBe(401);
    }));

  it('before the signature is checked, whatever the body is', async () => {
    const answer = await send('{"not json', { key: `whsec_${Buffer.alloc(32).toString('base64')}` });
    expect([answer.status, answer.body['code']]).toEqual([401, 'signature_invalid']);
  });

  it('for an address that is no mailbox, is paused, or is of a clinic that is suspended', async () => {
    const unknown = {
      status: 404,
      body: { code: 'recipient_unknown', message: expect.any(String) as string },
    };
    expect(await send(delivery(mail(), newEmail('nobody')))).toEqual(unknown);
    const theirs = await connectMailbox(otherOwner, otherClinic);
    await call(otherOwner.client, 'pause_mail_account', { tenant_id: otherClinic.id, account_id: theirs.id });
    expect(await send(delivery(mail(), theirs.address))).toEqual(unknown);
    await call(otherOwner.client, 'resume_mail_account', {
      tenant_id: otherClinic.id,
      account_id: theirs.id,
    });
    await call(admin.client, 'admin_suspend_tenant', { tenant_id: otherClinic.id, reason: 'Test' });
    expect(await send(delivery(mail(), theirs.address))).toEqual(unknown);
    expect(await messagesOf(theirs)).toEqual([]);
  });

  it('of what is no mail', () =>
    unchanged(async () => {
      const bodies = [
        '{"not json',
        '[]',
        JSON.stringify({ recipient: mailbox.address }),
        JSON.stringify({ recipient: mailbox.address, raw: '***' }),
      ];
      for (const body of bodies) {
        const answer = await send(body);
        expect([answer.status, answer.body['code']]).toEqual([422, 'delivery_invalid']);
      }
      const answer = await send(delivery('hello'));
      expect([answer.status, answer.body['code']]).toEqual([422, 'mail_unreadable']);
    }));

  it('of more than 30 MB', () =>
    unchanged(async () => {
      const answer = await send('x'.repeat(30 * 1024 * 1024 + 1));
      expect([answer.status, answer.body['code']]).toEqual([413, 'body_too_large']);
    }));
});
