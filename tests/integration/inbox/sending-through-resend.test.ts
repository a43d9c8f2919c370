import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import type { Mailbox } from '../../support/mailboxes.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';
import { bring } from './brought-mail.ts';
import { type Draft, deliveryOf, passTime, saveDraft, send, type Sending, writeMail } from './outgoing.ts';
import { acceptedFor, breakResendFor, clearFaults, connectSender, requestsFor } from './resend-mailbox.ts';

/** Mail that leaves through Resend, for a verified domain: what it is made of, that it leaves once, and what is said when it does not. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const home = await createClinic(admin);
const staff = await addStaff(home.owner, home.clinic);
const tenant = { tenant_id: home.clinic.id };
let mailbox: Mailbox;

beforeAll(async () => {
  mailbox = await connectSender(sql, home);
});
afterEach(() => clearFaults());
afterAll(() => sql.end());

const newPatient = () => `${randomUUID()}@patient.example`;
async function sendTo(patient: string, fields: Record<string, unknown> = {}): Promise<Sending> {
  const to = [{ name: '', address: patient }];
  const draft = await writeMail(staff, mailbox, {
    to,
    subject: 'Control',
    text_body: 'Bună ziua',
    ...fields,
  });
  return send(staff, mailbox, draft);
}
const secondsUntil = (moment: string) => (Date.parse(moment) - Date.now()) / 1_000;

describe('a reply', () => {
  const patient = newPatient();
  let sent: Sending;
  let question: { message_id: string; conversation_id: string };

  beforeAll(async () => {
    question = await bring(mailbox, {
      ...{ message_id: 'second@patient.example', references: ['first@patient.example'], subject: 'Durere' },
      from_address: patient,
    });
    const started = await call<Draft>(staff.client, 'start_draft', {
      ...{ ...tenant, kind: 'reply', message_id: question.message_id },
    });
    const file = await call<{ id: string; object_name: string }>(staff.client, 'announce_draft_attachment', {
      ...{ ...tenant, draft_id: started.id, name: 'Plan – „final”.txt', content_type: 'text/plain', size: 5 },
    });
    const upload = await staff.client.storage
      .from('mail-attachments')
      .upload(file.object_name, Buffer.from('hello'), { contentType: 'text/plain' });
    if (upload.error) throw upload.error;
    await call(staff.client, 'confirm_draft_attachment', { ...tenant, attachment_id: file.id });
    const draft = await saveDraft(staff, mailbox, started, {
      ...{ text_body: 'Da, mâine.', html_body: '<p>Da, <b>mâine</b>.</p><script>alert(1)</script>' },
    });
    sent = await passTime(sql, await send(staff, mailbox, draft));
  });

  it('arrives as it was written, with the ids of its thread and its attachment', async () => {
    expect(sent).toMatchObject({ delivery: 'sent', delivery_error: null });
    const [mail, ...others] = await acceptedFor(patient);
    expect(others).toEqual([]);
    const key = `<${sent.id}@${mailbox.address.split('@')[1]}>`;
    expect(mail).toMatchObject({
      ...{ subject: 'Re: Durere', html: expect.stringContaining('<b>mâine</b>') },
      from: expect.stringContaining(`<${mailbox.address}>`),
      text: expect.stringMatching(/^Da, mâine\./),
      headers: {
        ...{ 'Message-ID': key, 'In-Reply-To': '<second@patient.example>' },
        References: `<first@patient.example> <second@patient.example> ${key}`,
      },
      attachments: [{ filename: 'Plan – „final”.txt', content_type: 'text/plain', content: 'aGVsbG8=' }],
    });
    expect(mail?.html).not.toContain('script');
    expect(await requestsFor(patient)).toMatchObject([
      { status: 200, idempotencyKey: `clinic-mail/${sent.id}` },
    ]);
  });

  it('is answered in its conversation, although it went out under another Message-ID', async () => {
    const [mail] = await acceptedFor(patient);
    const sentId = mail?.message_id.replaceAll(/[<>]/g, '') ?? '';
    expect(sentId).not.toContain(sent.id);
    // The job that asks for the id comes half a minute later.
    await passTime(sql, sent);
    const answer = await bring(mailbox, {
      ...{ in_reply_to: sentId, references: [], subject: 'Mulțumesc', from_address: patient },
    });
    expect(answer.conversation_id).toBe(question.conversation_id);
  });
});

describe('it leaves once', () => {
  it('when the answers to it are lost', async () => {
    const patient = newPatient();
    await breakResendFor(patient, { hangUp: true, times: 3 });
    const message = await passTime(sql, await sendTo(patient));
    expect(message).toMatchObject({ delivery: 'queued', delivery_error: 'connection_lost' });
    expect(await acceptedFor(patient)).toHaveLength(1);
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await acceptedFor(patient)).toHaveLength(1);
    const requests = await requestsFor(patient);
    expect(requests.length).toBe(4);
    expect(new Set(requests.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
  });

  it('when its worker died after it had been handed over', async () => {
    const patient = newPatient();
    await breakResendFor(patient, { truncate: true, times: 3 });
    const message = await passTime(sql, await sendTo(patient));
    await sql`
      update public.messages set delivery = 'handing_over', send_at = now() - interval '1 minute' where id = ${message.id}`;
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await acceptedFor(patient)).toHaveLength(1);
  });

  it('when two workers have it', async () => {
    const patient = newPatient();
    const message = await sendTo(patient);
    await Promise.all([passTime(sql, message), passTime(sql, message)]);
    expect((await deliveryOf(sql, message)).delivery).toBe('sent');
    expect(await acceptedFor(patient)).toHaveLength(1);
  });

  it('or a person decides, when Resend was silent to the last', { timeout: 120_000 }, async () => {
    const patient = newPatient();
    const message = await sendTo(patient);
    await breakResendFor(patient, { status: 500, times: 18 });
    for (let attempt = 1; attempt <= 5; attempt += 1)
      expect((await passTime(sql, message)).delivery).toBe('queued');
    expect((await passTime(sql, message)).delivery).toBe('checking');
    await sql`update public.messages set send_at = now() - interval '11 minutes' where id = ${message.id}`;
    await sql`select private.recover_sends()`;
    expect((await deliveryOf(sql, message)).delivery).toBe('unknown');
    await call(home.owner.client, 'retry_send', { ...tenant, message_id: message.id });
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await acceptedFor(patient)).toHaveLength(1);
  });
});

describe('Resend asks for patience', () => {
  it('for seconds: it is asked again then, and not before', async () => {
    const patient = newPatient();
    await breakResendFor(patient, { status: 429, headers: { 'retry-after': '3' } });
    expect((await passTime(sql, await sendTo(patient))).delivery).toBe('sent');
    const [first, second, ...more] = await requestsFor(patient);
    expect([first?.status, second?.status, more]).toEqual([429, 200, []]);
    expect(Date.parse(second?.at ?? '') - Date.parse(first?.at ?? '')).toBeGreaterThanOrEqual(2_900);
  });

  it.each([
    ['for minutes', { headers: { 'retry-after': '240' } }, 'throttled', 240],
    ['for the rest of the day', { name: 'daily_quota_exceeded' }, 'quota_used_up', 3_600],
  ])('%s: the mail waits as long, and says why', async (_what, fault, code, seconds) => {
    const patient = newPatient();
    await breakResendFor(patient, { status: 429, times: 3, ...fault });
    const message = await passTime(sql, await sendTo(patient));
    expect(message).toMatchObject({ delivery: 'queued', delivery_error: code });
    expect(secondsUntil(message.send_at)).toBeGreaterThan(seconds - 40);
    const [job] = await sql<{ run_at: string }[]>`
      select run_at::text from private.jobs where payload ->> 'message_id' = ${message.id} and state = 'waiting'`;
    expect(secondsUntil(job?.run_at ?? '')).toBeGreaterThan(seconds - 40);
    await clearFaults();
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await acceptedFor(patient)).toHaveLength(1);
  });
});

describe('Resend refuses for good', () => {
  it.each([
    ['the domain', { status: 403 }, 'domain_not_verified'],
    ['the key', { status: 401 }, 'not_configured'],
    ['the key, as it is documented', { status: 403, name: 'invalid_api_key' }, 'not_configured'],
    ['the mail', { status: 422 }, 'message_refused'],
    ['its size', { status: 413 }, 'message_too_large'],
  ])('%s: the message says so, and is sent when that is mended', async (_what, fault, code) => {
    const patient = newPatient();
    await breakResendFor(patient, fault);
    const message = await passTime(sql, await sendTo(patient));
    expect(message).toMatchObject({ delivery: 'failed', delivery_error: code });
    expect(await acceptedFor(patient)).toEqual([]);
    expect(await requestsFor(patient)).toHaveLength(1);
    await call(staff.client, 'retry_send', { ...tenant, message_id: message.id });
    expect((await passTime(sql, message)).delivery).toBe('sent');
    expect(await acceptedFor(patient)).toHaveLength(1);
  });
});

describe('before anything is sent', () => {
  it('a domain that is not the clinic’s is refused', async () => {
    const stranger = await createClinic(admin);
    const domain = mailbox.address.split('@')[1];
    const theirs = await connectSender(sql, stranger);
    await sql`update public.mail_accounts set address = ${`sly@${domain}`} where id = ${theirs.id}`;
    const patient = newPatient();
    const draft = await writeMail(stranger.owner, theirs, { to: [{ name: '', address: patient }] });
    const args = { tenant_id: stranger.clinic.id, draft_id: draft.id, revision: draft.revision };
    expect(await refusal(stranger.owner.client, 'send_draft', args)).toBe('409 mail_domain_not_allowed');
    expect(await requestsFor(patient)).toEqual([]);
  });

  it('fifty recipients are enough', async () => {
    const to = Array.from({ length: 51 }, () => ({ name: '', address: newPatient() }));
    const draft = await writeMail(staff, mailbox, { to, subject: 'All' });
    const args = { ...tenant, draft_id: draft.id, revision: draft.revision };
    expect(await refusal(staff.client, 'send_draft', args)).toBe('422 too_many_recipients');
  });

  it('blind copies alone are a mail, too, and name nobody else', async () => {
    const patient = newPatient();
    const message = await sendTo(patient, { to: [], bcc: [{ name: '', address: patient }] });
    expect((await passTime(sql, message)).delivery).toBe('sent');
    const mails = (await acceptedFor(mailbox.address)).filter(({ bcc }) => bcc.includes(patient));
    expect(mails).toMatchObject([{ to: [expect.stringContaining(mailbox.address)], cc: [] }]);
  });
});
