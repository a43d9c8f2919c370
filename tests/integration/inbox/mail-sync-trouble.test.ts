import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection } from '../../support/environment.ts';
import { type ImapFault, type ImapFaultProxy, startImapFaultProxy } from '../../support/imap-fault-proxy.ts';
import { mailCorpus } from '../../support/mail-corpus/mail-corpus.ts';
import {
  connectMailbox,
  keepFromSchedule,
  type Mailbox,
  mailsOf,
  syncAll,
  syncNow,
} from '../../support/mailboxes.ts';
import { createClinic, createSuperAdmin } from '../../support/people.ts';
import { plainMail } from '../../support/plain-mail.ts';

/** What goes wrong with mail servers and mails, and that nothing is lost or stored twice over it. */

const sql = ownerConnection();
const home = await createClinic(await createSuperAdmin());
let imap: TestMailServer;
let proxy: ImapFaultProxy;
let mailbox: Mailbox;

beforeAll(async () => {
  imap = await startDovecot();
  proxy = await startImapFaultProxy(imap.imapPort);
  mailbox = await connectMailbox(home, imap, { imapPort: proxy.imapPort });
  await keepFromSchedule(sql, mailbox);
});
afterEach(async () => {
  proxy.recover();
  await sql`update public.mail_accounts set status = 'active', fail_count = 0, auth_fail_count = 0 where tenant_id = ${home.clinic.id}`;
});
afterAll(async () => {
  await proxy?.stop();
  await imap?.stop();
  await sql.end();
});

const sync = () => syncNow(home.owner, mailbox);
const put = (subject: string, length = 10) =>
  imap.append(mailbox.address, 'INBOX', `${plainMail(mailbox.address, subject)}${'x'.repeat(length)}\r\n`);
async function account() {
  const [row] =
    await sql`select status, fail_count, last_error_code, last_error from public.mail_accounts where id = ${mailbox.id}`;
  return row;
}

describe('a mail server in trouble', () => {
  const faults: Array<[string, ImapFault, string]> = [
    [
      'asks for a pause at the login',
      { kind: 'refuse', command: 'LOGIN', code: 'LIMIT', text: 'Rate limit hit.' },
      'throttled',
    ],
    [
      'is unavailable',
      { kind: 'refuse', command: 'FETCH', code: 'UNAVAILABLE', text: 'Try later.' },
      'throttled',
    ],
    ['says BYE', { kind: 'bye', command: 'SELECT' }, 'network'],
    ['hangs up', { kind: 'hang_up' }, 'network'],
    ['breaks off in the middle of a mail', { kind: 'cut_literal', bytes: 4_000 }, 'network'],
    [
      'does not let us search',
      { kind: 'refuse', command: 'SEARCH', text: 'desk@clinic.test is confused' },
      'internal',
    ],
  ];
  it.each(faults)(
    '%s: the run fails, and the next one has everything once',
    async (name, fault, code) => {
      await put(name, 5_000);
      proxy.fail(fault);
      expect(await sync()).toMatchObject({ outcome: 'failed', error_code: code });
      const stopped = await account();
      expect(stopped).toMatchObject({ status: 'active', fail_count: 1, last_error_code: code });
      expect(stopped?.last_error).not.toContain('@');
      proxy.recover();
      expect(await sync()).toMatchObject({ outcome: 'done', run: { deleted: 0 } });
      expect((await mailsOf(sql, mailbox)).filter(({ subject }) => subject === name)).toHaveLength(1);
    },
    60_000,
  );

  it('that refuses the password three times is left alone; one that is only busy is not', async () => {
    proxy.fail({ kind: 'refuse', command: 'LOGIN', code: 'UNAVAILABLE', text: 'Busy.' });
    for (let run = 0; run < 4; run += 1) expect(await sync()).toMatchObject({ error_code: 'throttled' });
    expect(await account()).toMatchObject({ status: 'active', fail_count: 4 });
    proxy.recover();
    proxy.fail({ kind: 'refuse', command: 'LOGIN', code: 'AUTHENTICATIONFAILED', text: 'Wrong.' });
    for (let run = 0; run < 3; run += 1) expect(await sync()).toMatchObject({ error_code: 'auth' });
    expect(await account()).toMatchObject({ status: 'auth_error' });
    expect(await sync()).toEqual({ skipped: 'auth-error' });
  });
});

describe('a mail that cannot be read', () => {
  it('is noted, and keeps none of the others', async () => {
    await put('Before');
    const uid = await put('Poisoned');
    await put('After');
    proxy.fail({ kind: 'poison', uid });
    expect(await sync()).toMatchObject({ outcome: 'done', run: { stored: 2, poisoned: 1 } });
    const problems = await sql`select l.uid::int, l.problem from private.message_locations l
      join private.mail_folders f on f.id = l.folder_id where f.account_id = ${mailbox.id} and l.problem is not null`;
    expect(problems).toEqual([{ uid, problem: expect.stringContaining('mail server') }]);
    expect(await sync()).toMatchObject({ outcome: 'done', run: { stored: 0, poisoned: 0 } });
  });

  it('over which the connection breaks again and again is found out, too', async () => {
    const uid = await put('Killer', 6_000);
    await put('Survivor');
    proxy.fail({ kind: 'cut_literal', bytes: 5_500 });
    for (let run = 0; run < 3; run += 1) expect(await sync()).toMatchObject({ error_code: 'network' });
    expect(await sync()).toMatchObject({ outcome: 'done', run: { poisoned: 1 } });
    const found = (await mailsOf(sql, mailbox)).map(({ subject }) => subject);
    expect([found.includes('Survivor'), found.includes('Killer')]).toEqual([true, false]);
    expect(uid).toBeGreaterThan(0);
  }, 60_000);
});

describe('a run that has lost its lease', () => {
  it('writes nothing any more, and the next one goes on', async () => {
    for (let mail = 0; mail < 5; mail += 1) await put(`Fenced ${mail}`, 3_000);
    proxy.fail({ kind: 'slow', milliseconds: 40 });
    const running = sync();
    const isRunning = async () =>
      (await sql`select from public.mail_runs where account_id = ${mailbox.id} and ended_at is null`).length;
    await expect.poll(isRunning, { timeout: 10_000 }).toBe(1);
    await sql`update public.mail_accounts set lease_token = gen_random_uuid() where id = ${mailbox.id}`;
    expect(await running).toMatchObject({ outcome: 'lease_lost', run: { stored: 0 } });
    const fenced = async () =>
      (await mailsOf(sql, mailbox)).filter(({ subject }) => subject.startsWith('Fenced'));
    expect(await fenced()).toHaveLength(0);
    proxy.recover();
    await sql`update public.mail_accounts set lease_token = null, lease_until = null where id = ${mailbox.id}`;
    await syncAll(home.owner, mailbox);
    expect(await fenced()).toHaveLength(5);
    const runs =
      await sql`select outcome from public.mail_runs where account_id = ${mailbox.id} and outcome = 'abandoned'`;
    expect(runs).toHaveLength(1);
  }, 60_000);
});

describe('awkward mails', () => {
  it('are all stored, each as it should be', async () => {
    const full = await connectMailbox(home, imap);
    for (const { raw } of mailCorpus) await imap.append(full.address, 'INBOX', raw());
    await syncAll(home.owner, full);
    const rows = await sql`
      select m.subject, m.from_name, m.from_address, m.text_body, m.kind, m.recipient_count, m.html_body is not null as has_html,
        array(select t.name from public.message_attachments t where t.message_id = m.id order by string_to_array(t.part, '.')::int[]) as attachments,
        array(select t.state from public.message_attachments t where t.message_id = m.id and t.state <> 'stored') as unstored
      from private.message_locations l join private.mail_folders f on f.id = l.folder_id join public.messages m on m.id = l.message_id
      where f.account_id = ${full.id} order by l.uid`;
    const stored = rows.map((row, index) => {
      const { text, notInText = [] } = mailCorpus[index]?.expected ?? { text: [] };
      return {
        ...{
          name: mailCorpus[index]?.name,
          subject: row['subject'],
          kind: row['kind'],
          recipients: row['recipient_count'],
        },
        from: { name: row['from_name'], address: row['from_address'] },
        missing: text.filter((part) => !row['text_body'].includes(part)),
        unwanted: notInText.filter((part) => row['text_body'].includes(part)),
        ...{ hasHtml: row['has_html'], attachments: row['attachments'], unstored: row['unstored'] },
      };
    });
    expect(stored).toEqual(
      mailCorpus.map(({ name, expected }) => ({
        ...{ name, subject: expected.subject, kind: expected.kind, recipients: expected.recipients ?? 1 },
        ...{ from: expected.from, missing: [], unwanted: [], hasHtml: expected.hasHtml ?? false },
        ...{ attachments: expected.attachments, unstored: [] },
      })),
    );
  }, 120_000);
});
