import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection, serviceClient } from '../../support/environment.ts';
import { callFunction } from '../../support/functions.ts';
import { cronSecret } from '../../support/jobs.ts';
import { filePart, mail as composed, multipart, textPart } from '../../support/mail-corpus/building.ts';
import {
  connectMailbox,
  keepFromSchedule,
  type Mailbox,
  mailsOf,
  subjectsOf,
  syncAll,
  syncNow,
} from '../../support/mailboxes.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { type PlainMail, plainMail } from '../../support/plain-mail.ts';

/** The sync of a mailbox on a real mail server: all of it, once, and what happens to it there. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const home = await createClinic(admin);
const staff = await addStaff(home.owner, home.clinic);
const other = await createClinic(admin);
let imap: TestMailServer;

beforeAll(async () => {
  imap = await startDovecot();
});
afterAll(async () => {
  await imap?.stop();
  await sql.end();
});

async function connect(): Promise<Mailbox> {
  const mailbox = await connectMailbox(home, imap);
  await keepFromSchedule(sql, mailbox);
  return mailbox;
}
const put = (mailbox: Mailbox, subject: string, how: PlainMail = {}, folder = 'INBOX') =>
  imap.append(mailbox.address, folder, plainMail(mailbox.address, subject, how));
const subjects = (mailbox: Mailbox) => subjectsOf(sql, mailbox);
/** A call of the schedule. */
const callOnSchedule = (secret: string, input: unknown) =>
  callFunction('mail-sync', null, input, { 'x-cron-secret': secret });

describe('who may have a mailbox synced', () => {
  it('is the schedule with its secret, and members of the clinic', async () => {
    const mailbox = await connect();
    const input = { account_id: mailbox.id };
    expect((await callOnSchedule('wrong', input)).status).toBe(401);
    expect((await callFunction('mail-sync', null, input)).status).toBe(401);
    expect((await callFunction('mail-sync', other.owner.accessToken, input)).status).toBe(404);
    expect((await callOnSchedule(await cronSecret(), { account_id: randomUUID() })).status).toBe(404);
    expect((await callFunction('mail-sync', staff.accessToken, { account_id: 'x' })).status).toBe(400);
    const runs = () => sql`select from public.mail_runs where account_id = ${mailbox.id}`;
    expect(await runs()).toHaveLength(0);
    await put(mailbox, 'First');
    await put(mailbox, 'Second', { from: mailbox.address }, 'Sent');
    const { status, body } = await callFunction('mail-sync', staff.accessToken, input);
    expect([status, body]).toMatchObject([200, { outcome: 'done', run: { stored: 2, backlog: 0 } }]);
    expect(await runs()).toHaveLength(1);
    expect((await mailsOf(sql, mailbox)).map(({ subject, direction }) => [subject, direction])).toEqual([
      ['First', 'inbound'],
      ['Second', 'outbound'],
    ]);
  });

  it('answers the schedule at once, and works on', async () => {
    const mailbox = await connect();
    await put(mailbox, 'Scheduled');
    // Never quiet, whatever time it is.
    await sql`update public.mail_accounts set quiet_to = quiet_from where id = ${mailbox.id}`;
    const { status, body } = await callOnSchedule(await cronSecret(), { account_id: mailbox.id });
    expect([status, body]).toEqual([202, { run_id: expect.any(String) }]);
    await expect.poll(() => subjects(mailbox), { timeout: 15_000 }).toEqual(['Scheduled']);
    const ended = async () =>
      (
        await sql`select outcome from public.mail_runs where account_id = ${mailbox.id} and ended_at is not null`
      )[0];
    await expect.poll(ended, { timeout: 15_000 }).toEqual({ outcome: 'done' });
    expect((await callOnSchedule(await cronSecret(), { account_id: mailbox.id })).body).toEqual({
      skipped: 'not-due',
    });
  });

  it('is nobody in quiet hours but a member, and nobody while another run is at it', async () => {
    const mailbox = await connect();
    const always = sql`quiet_from = '00:00', quiet_to = '23:59:59.999'`;
    await sql`update public.mail_accounts set ${always} where id = ${mailbox.id}`;
    const quiet = await callOnSchedule(await cronSecret(), { account_id: mailbox.id, wait: true });
    expect([quiet.status, quiet.body]).toMatchObject([200, { skipped: 'quiet-hours' }]);
    expect(await syncNow(staff, mailbox)).toMatchObject({ outcome: 'done' });
    await sql`update public.mail_accounts set lease_token = gen_random_uuid(), lease_until = now() + interval '1 minute'
      where id = ${mailbox.id}`;
    expect(await syncNow(staff, mailbox)).toEqual({ skipped: 'already-syncing' });
  });
});

describe('what is in a mailbox', () => {
  it('is stored once, in whatever folders it is, with or without a Message-ID', async () => {
    const mailbox = await connect();
    const id = `${randomUUID()}@clinic.test`;
    // To oneself: the same mail in both folders.
    await put(mailbox, 'To myself', { id, from: mailbox.address });
    await put(mailbox, 'To myself', { id, from: mailbox.address }, 'Sent');
    const nameless = plainMail(mailbox.address, 'Nameless', { id: '' });
    await imap.append(mailbox.address, 'INBOX', nameless);
    await imap.append(mailbox.address, 'INBOX', nameless);
    await put(mailbox, 'Nameless', { id: '' });
    const [run] = await syncAll(staff, mailbox);
    expect(run).toMatchObject({ outcome: 'done', run: { stored: 3, known: 2 } });
    expect(await subjects(mailbox)).toEqual(['Nameless', 'Nameless', 'To myself']);
    expect(await syncNow(staff, mailbox)).toMatchObject({ run: { stored: 0, known: 0, flagged: 0 } });
  });

  it('comes newest first, in slices, until the history is there', async () => {
    const mailbox = await connect();
    const client = await imap.connect(mailbox.address);
    for (let mail = 1; mail <= 330; mail += 1)
      await client.append('INBOX', plainMail(mailbox.address, `Mail ${String(mail).padStart(3, '0')}`));
    for (let mail = 1; mail <= 5; mail += 1)
      await client.append('Sent', plainMail(mailbox.address, `Sent ${mail}`));
    await client.logout();
    const first = await syncNow(staff, mailbox);
    expect(first).toMatchObject({ outcome: 'more', run: { stored: 300, backlog: 35 } });
    const stored = await subjects(mailbox);
    expect(stored.filter((subject) => subject.startsWith('Mail'))[0]).toBe('Mail 036');
    expect(stored).toEqual(expect.arrayContaining(['Mail 330', 'Sent 1']));
    // New mail comes before the rest of the history.
    await put(mailbox, 'Newest');
    expect(await syncAll(staff, mailbox)).toMatchObject([{ outcome: 'done', run: { stored: 36, known: 0 } }]);
    expect(await subjects(mailbox)).toHaveLength(336);
  }, 60_000);

  it('begins where the history that the owner wants begins', async () => {
    const mailbox = await connect();
    const old = new Date(Date.now() - 100 * 86_400_000);
    await imap.append(mailbox.address, 'INBOX', plainMail(mailbox.address, 'Old'), { date: old });
    await put(mailbox, 'New');
    await syncAll(staff, mailbox);
    expect(await subjects(mailbox)).toEqual(['New']);
  });

  it('is followed: read, flagged, moved, deleted', async () => {
    const mailbox = await connect();
    const uids = [];
    for (const subject of ['A read', 'B flagged', 'C deleted', 'D moved', 'E left alone'])
      uids.push(await put(mailbox, subject));
    const [read = 0, flagged = 0, deleted = 0, moved = 0] = uids;
    await syncAll(staff, mailbox);
    await imap.setFlags(mailbox.address, 'INBOX', [read], ['\\Seen']);
    await imap.setFlags(mailbox.address, 'INBOX', [flagged], ['\\Flagged']);
    await imap.expunge(mailbox.address, 'INBOX', [deleted]);
    await imap.move(mailbox.address, 'INBOX', [moved], 'Sent');
    expect(await syncNow(staff, mailbox)).toMatchObject({
      run: { stored: 0, known: 1, flagged: 2, deleted: 1, moved: 1 },
    });
    const found = await mailsOf(sql, mailbox);
    expect(
      found.map((mail) => [mail.subject[0], mail.is_read, mail.is_flagged, mail.removed_at !== null]),
    ).toEqual([
      ['A', true, false, false],
      ['B', false, true, false],
      ['C', false, false, true],
      ['D', false, false, false],
      ['E', false, false, false],
    ]);
    // Moved to a folder that nobody looks at: gone. And back.
    await imap.move(mailbox.address, 'Sent', [1], 'Trash');
    await syncNow(staff, mailbox);
    const removed = async () =>
      (await mailsOf(sql, mailbox)).find(({ subject }) => subject === 'D moved')?.removed_at;
    expect(await removed()).not.toBeNull();
    await imap.move(mailbox.address, 'Trash', [1], 'INBOX');
    await syncNow(staff, mailbox);
    expect(await removed()).toBeNull();
    expect(await subjects(mailbox)).toHaveLength(5);
  });

  it('is found again when the server numbers it anew', async () => {
    const mailbox = await connect();
    for (let mail = 0; mail < 6; mail += 1) await put(mailbox, `Mail ${mail}`);
    await syncAll(staff, mailbox);
    const before = await mailsOf(sql, mailbox);
    await imap.resetUidValidity(mailbox.address, 'INBOX');
    await put(mailbox, 'Mail 6');
    expect(await syncNow(staff, mailbox)).toMatchObject({ outcome: 'done', run: { stored: 1, known: 6 } });
    const after = await mailsOf(sql, mailbox);
    expect(after.slice(0, 6)).toEqual(before);
    expect(after).toHaveLength(7);
  });
});

describe('what is attached', () => {
  it('is listed at once and stored byte for byte', async () => {
    const mailbox = await connect();
    const contents = [randomBytes(1_500_001), randomBytes(57), Buffer.from('țară'.repeat(1_000))];
    const encoded = contents.map((content) => content.toString('base64').replace(/.{76}/g, '$&\r\n'));
    const parts = encoded.map((body, index) => [
      `--b\r\nContent-Type: application/pdf; name="scan ${index}.pdf"\r\nContent-Transfer-Encoding: base64`,
      `Content-Disposition: attachment\r\n\r\n${body}\r\n`,
    ]);
    const raw = [
      `Message-ID: <${randomUUID()}@patient.example>\r\nFrom: ana@patient.example\r\nTo: ${mailbox.address}`,
      'Subject: Scans\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n',
      '--b\r\nContent-Type: text/plain\r\n\r\nThree scans.\r\n',
      ...parts.flat(),
      '--b--\r\n',
    ].join('\r\n');
    await imap.append(mailbox.address, 'INBOX', raw);
    expect(await syncNow(staff, mailbox)).toMatchObject({ run: { stored: 1, attachments: 3 } });
    const rows = await sql<Array<{ name: string; size: string; state: string; object_name: string }>>`
      select t.name, t.size, t.state, t.object_name from public.message_attachments t
      join public.messages m on m.id = t.message_id where m.account_id = ${mailbox.id} order by t.name`;
    expect(rows.map(({ name, size, state }) => [name, Number(size), state])).toEqual(
      contents.map(({ length }, index) => [`scan ${index}.pdf`, length, 'stored']),
    );
    for (const [index, row] of rows.entries()) {
      const { data } = await serviceClient().storage.from('mail-attachments').download(row.object_name);
      const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
      expect(digest(new Uint8Array((await data?.arrayBuffer()) ?? []))).toBe(
        digest(contents[index] ?? Buffer.alloc(0)),
      );
    }
  });

  it('is fetched to the end, however much it is', async () => {
    const mailbox = await connect();
    const files = Array.from({ length: 60 }, (_, n) =>
      filePart(`"${n}.pdf"`, 'application/pdf', randomBytes(99)),
    );
    const raw = composed(multipart('mixed', [textPart('Sixty scans.\r\n'), ...files]), { subject: 'Scans' });
    await imap.append(mailbox.address, 'INBOX', raw);
    expect((await syncAll(staff, mailbox)).map(({ outcome }) => outcome)).toEqual(['more', 'done']);
    const states = await sql`
      select t.state, count(*)::integer as files from public.message_attachments t
      join public.messages m on m.id = t.message_id where m.account_id = ${mailbox.id} group by 1`;
    expect(states.map((row) => ({ ...row }))).toEqual([{ state: 'stored', files: 60 }]);
  });
});
