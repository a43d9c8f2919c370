import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { callFunction } from '../../support/functions.ts';
import { cronSecret, runJobs } from '../../support/jobs.ts';
import { connectMailbox, type Mailbox, subjectsOf, syncAll } from '../../support/mailboxes.ts';
import { addStaff, call, createClinic, createSuperAdmin, refusal } from '../../support/people.ts';

/** Removing a mailbox to the end: its password, its mail, the contents of its attachments, and what is left in the bucket. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const home = await createClinic(admin);
const staff = await addStaff(home.owner, home.clinic);
const bucket = serviceClient().storage.from('mail-attachments');
let imap: TestMailServer;

beforeAll(async () => {
  imap = await startDovecot();
});
afterAll(async () => {
  await imap?.stop();
  await sql.end();
});

const mailWithFile = (to: string, subject: string): string =>
  [
    ...[`Message-ID: <${randomUUID()}@patient.example>`, 'From: Ana <ana@patient.example>', `To: <${to}>`],
    ...[`Subject: ${subject}`, 'Date: Mon, 02 Nov 2026 10:00:00 +0200', 'MIME-Version: 1.0'],
    ...['Content-Type: multipart/mixed; boundary=b', '', '--b', 'Content-Type: text/plain', '', 'Hello.'],
    ...[
      '--b',
      'Content-Type: text/plain; name="plan.txt"',
      'Content-Disposition: attachment; filename="plan.txt"',
    ],
    ...['Content-Transfer-Encoding: base64', '', Buffer.from(`Plan of ${subject}`).toString('base64')],
    ...['--b--', ''],
  ].join('\r\n');

/** A mailbox with two mails, whose attachments are stored. */
async function filled(): Promise<{ mailbox: Mailbox; objects: string[] }> {
  const mailbox = await connectMailbox(home, imap);
  for (const subject of ['First', 'Second'])
    await imap.append(mailbox.address, 'INBOX', mailWithFile(mailbox.address, subject));
  await syncAll(staff, mailbox);
  return { mailbox, objects: await objectsOf(mailbox) };
}
async function objectsOf({ id }: Mailbox): Promise<string[]> {
  const rows = await sql<{ object_name: string }[]>`
    select t.object_name from public.message_attachments t join public.messages m on m.id = t.message_id
    where m.account_id = ${id} and t.state = 'stored'`;
  return rows.map(({ object_name }) => object_name);
}
const isThere = async (objectName: string) => (await bucket.exists(objectName)).data === true;
const remove = (mailbox: Mailbox, keep_mail: boolean) =>
  call(home.owner.client, 'remove_mail_account', {
    ...{ tenant_id: mailbox.tenantId, account_id: mailbox.id, keep_mail },
  });
const passwordsOf = ({ id }: Mailbox) => sql`select from private.credentials where owner_id = ${id}`;
async function eventsOf({ id }: Mailbox): Promise<string[]> {
  const rows = await sql<{ action: string }[]>`
    select action from public.audit_events where target_id = ${id} order by occurred_at, id`;
  return rows.map(({ action }) => action).filter((action) => action.startsWith('mail_account.'));
}
async function sweep(): Promise<void> {
  // Another file's sweep may be at work: it takes what is due, and this one what is left.
  const response = await fetch(`${stack.url}/functions/v1/sweep-files`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': await cronSecret() },
    body: '{"wait":true}',
  });
  expect(response.status).toBe(200);
}
/** Sweeps until these objects are gone. */
async function sweepAway(objects: string[]): Promise<void> {
  await expect
    .poll(
      async () => {
        await sweep();
        return (await Promise.all(objects.map(isThere))).some(Boolean);
      },
      { timeout: 30_000, interval: 500 },
    )
    .toBe(false);
}

describe('a mailbox that is removed', () => {
  it('loses its password at once, is synced no more, and leaves its mail when that is kept', async () => {
    const { mailbox, objects } = await filled();
    expect(objects).toHaveLength(2);
    expect(await passwordsOf(mailbox)).toHaveLength(1);
    const args = { tenant_id: mailbox.tenantId, account_id: mailbox.id, keep_mail: true };
    expect(await refusal(staff.client, 'remove_mail_account', args)).toBe('403 owner_required');
    expect(await passwordsOf(mailbox)).toHaveLength(1);
    await remove(mailbox, true);
    expect(await passwordsOf(mailbox)).toHaveLength(0);
    const { status } = await callFunction('mail-sync', staff.accessToken, { account_id: mailbox.id });
    expect(status).toBe(404);
    await runJobs();
    await sweep();
    expect(await subjectsOf(sql, mailbox)).toEqual(['First', 'Second']);
    expect(await Promise.all(objects.map(isThere))).toEqual([true, true]);
    expect(await eventsOf(mailbox)).toEqual(['mail_account.connected', 'mail_account.removed']);
    const { status: opened } = await callFunction('attachment-link', staff.accessToken, {
      attachment_id: objects[0]?.split('/').at(-1),
      disposition: 'attachment',
    });
    expect(opened).toBe(200);
  });

  it('takes its mail and the contents of its attachments along when they are not, and nothing of others', async () => {
    const { mailbox: other, objects: kept } = await filled();
    const { mailbox, objects } = await filled();
    await remove(mailbox, false);
    expect(await passwordsOf(mailbox)).toHaveLength(0);
    await expect
      .poll(
        async () => {
          await runJobs();
          return subjectsOf(sql, mailbox);
        },
        { timeout: 30_000 },
      )
      .toEqual([]);
    const left = await sql`
      select (select count(*)::integer from public.conversations where account_id = ${mailbox.id}) as conversations,
        (select count(*)::integer from private.mail_folders where account_id = ${mailbox.id}) as folders,
        (select count(*)::integer from private.conversation_keys where account_id = ${mailbox.id}) as keys`;
    expect(left).toEqual([{ conversations: 0, folders: 0, keys: 0 }]);
    await sweepAway(objects);
    expect(await eventsOf(mailbox)).toEqual([
      ...['mail_account.connected', 'mail_account.removed', 'mail_account.mail_removed'],
    ]);
    expect(await subjectsOf(sql, other)).toEqual(['First', 'Second']);
    expect(await Promise.all(kept.map(isThere))).toEqual([true, true]);
    // Connected again, everything comes back.
    const { password } = await imap.addMailbox(mailbox.address);
    const again = await callFunction('mail-account', home.owner.accessToken, {
      ...{ action: 'save', tenant_id: mailbox.tenantId, password },
      settings: {
        ...{ address: mailbox.address, preset: 'generic', username: mailbox.address, send_via: 'resend' },
        ...{ imap_host: imap.host, imap_port: imap.imapPort },
      },
    });
    expect(again.body['account']).toMatchObject({ id: mailbox.id, status: 'active' });
    await syncAll(staff, mailbox);
    expect(await subjectsOf(sql, mailbox)).toEqual(['First', 'Second']);
    expect((await Promise.all((await objectsOf(mailbox)).map(isThere))).every(Boolean)).toBe(true);
  });
});

describe('the bucket of attachments', () => {
  const old = (name: string, age: string) =>
    sql`update storage.objects set created_at = now() - ${age}::text::interval where bucket_id = 'mail-attachments' and name = ${name}`;

  it('takes nothing from members but what they have announced', async () => {
    const mailbox = await connectMailbox(home, imap);
    const draft = await call<{ id: string }>(staff.client, 'start_draft', {
      ...{ tenant_id: home.clinic.id, kind: 'new', account_id: mailbox.id },
    });
    const announce = (name: string) =>
      call<{ id: string; object_name: string }>(staff.client, 'announce_draft_attachment', {
        ...{ tenant_id: home.clinic.id, draft_id: draft.id, name, content_type: 'text/plain', size: 5 },
      });
    const [mine, cancelled] = [await announce('a.txt'), await announce('b.txt')];
    await call(staff.client, 'remove_draft_attachment', {
      ...{ tenant_id: home.clinic.id, attachment_id: cancelled.id },
    });
    const folder = `tenants/${home.clinic.id}`;
    const put = async (client: typeof staff.client, name: string): Promise<string> => {
      const { error } = await client.storage
        .from('mail-attachments')
        .upload(name, Buffer.from('hello'), { contentType: 'text/plain' });
      return error ? ((error as { statusCode?: string }).statusCode ?? error.message) : 'taken';
    };
    const names = [
      ...[
        `${folder}/drafts/${draft.id}/${randomUUID()}`,
        `${folder}/messages/${randomUUID()}/${randomUUID()}`,
      ],
      ...[`${folder}/anything`, `${mine.object_name}x`, cancelled.object_name],
    ];
    for (const name of names) {
      expect([name, await put(staff.client, name)]).toEqual([name, '403']);
      expect(await isThere(name)).toBe(false);
    }
    // Nobody else sends what one person has announced.
    expect(await put(home.owner.client, mine.object_name)).toBe('403');
    expect(await isThere(mine.object_name)).toBe(false);
    expect(await put(staff.client, mine.object_name)).toBe('taken');
  });

  it('hands out, changes and removes nothing for anybody', async () => {
    const { objects } = await filled();
    const [object = ''] = objects;
    const content = async () => (await bucket.download(object)).data?.text();
    const before = await content();
    expect(before).toMatch(/^Plan of /);
    const stranger = await createClinic(admin);
    for (const { client } of [staff, home.owner, stranger.owner, admin]) {
      const theirs = client.storage.from('mail-attachments');
      expect((await theirs.download(object)).data).toBeNull();
      expect((await theirs.createSignedUrl(object, 60)).data).toBeNull();
      expect((await theirs.list(object.split('/').slice(0, -1).join('/'))).data ?? []).toEqual([]);
      await theirs.upload(object, Buffer.from('other'), { upsert: true, contentType: 'text/plain' });
      await theirs.move(object, `${object}-moved`);
      await theirs.copy(object, `${object}-copied`);
      await theirs.remove([object]);
      expect(await content()).toBe(before);
      for (const name of [`${object}-moved`, `${object}-copied`]) expect(await isThere(name)).toBe(false);
    }
  });

  it('is swept of what nobody names, once that is a day old, and of nothing else', async () => {
    const { objects } = await filled();
    const stray = (name: string) => `tenants/${home.clinic.id}/messages/${randomUUID()}/${name}`;
    const [left, fresh, outside] = [stray('left'), stray('fresh'), `odd-${randomUUID()}`];
    for (const name of [left, fresh, outside])
      expect((await bucket.upload(name, Buffer.from('x'), { contentType: 'text/plain' })).error).toBeNull();
    for (const name of [left, outside, ...objects]) await old(name, '25 hours');
    await old(fresh, '23 hours');
    await sweepAway([left, outside]);
    expect(await Promise.all([fresh, ...objects].map(isThere))).toEqual([true, true, true]);
    expect(
      await sql`select from private.object_removals where object_name in ${sql([left, outside])}`,
    ).toEqual([]);
  });
});
