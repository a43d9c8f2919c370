import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection } from '../../support/environment.ts';
import { startImapFaultProxy, type ImapFault, type ImapFaultProxy } from '../../support/imap-fault-proxy.ts';
import {
  connectMailbox,
  keepFromSchedule,
  type Mailbox,
  subjectsOf,
  syncAll,
  syncInTurn,
} from '../../support/mailboxes.ts';
import { createClinic, createSuperAdmin } from '../../support/people.ts';

/** A mail server that misbehaves in all the ways providers do: nothing is lost, nothing is doubled, and the reason is named. */

const sql = ownerConnection();
const admin = await createSuperAdmin();
const home = await createClinic(admin);
const { owner } = home;
let server: TestMailServer;
let proxy: ImapFaultProxy;
let mailbox: Mailbox;

beforeAll(async () => {
  server = await startDovecot();
  proxy = await startImapFaultProxy(server.imapPort);
});
afterAll(async () => {
  await proxy?.stop();
  await server?.stop();
  await sql.end();
});

const subjects = ['one', 'three', 'two'];
const mail = (subject: string, text = 'Hello.') =>
  [
    'From: ana@patient.example',
    'To: office@clinic.example',
    `Subject: ${subject}`,
    `Message-ID: <${subject}.${mailbox.id}@patient.example>`,
    '',
    `${text}\r\n`,
  ].join('\r\n');

beforeEach(async () => {
  mailbox = await connectMailbox(home, server, { imapPort: proxy.imapPort });
  await keepFromSchedule(sql, mailbox);
  for (const subject of ['one', 'two', 'three']) await server.append(mailbox.address, 'INBOX', mail(subject));
});
afterEach(() => proxy.recover());

const state = async () => {
  const [row] = await sql<
    {
      status: string;
      fail_count: number;
      last_error_code: string | null;
      last_error: string | null;
      pause: number;
    }[]
  >`
    select status, fail_count, last_error_code, last_error, extract(epoch from next_sync_at - now())::integer as pause
    from public.mail_accounts where id = ${mailbox.id}`;
  if (!row) throw new Error('The mailbox is gone');
  return row;
};

/** One failing run with this class of error; afterwards everything arrives, once. */
async function expectFailure(fault: ImapFault, code: string): Promise<void> {
  proxy.fail(fault);
  const { outcome, error_code } = await syncInTurn(owner, mailbox);
  expect({ outcome, error_code }).toEqual({ outcome: 'failed', error_code: code });
  const after = await state();
  expect(after).toMatchObject({ status: 'active', fail_count: 1, last_error_code: code });
  // The reason says nothing of the mailbox or its password.
  expect(after.last_error).not.toContain('@');
  expect(after.pause).toBeGreaterThan(20);
  await expectRecovery();
}

async function expectRecovery(): Promise<void> {
  proxy.recover();
  const answers = await syncAll(owner, mailbox);
  expect(answers.at(-1)?.outcome).toBe('done');
  expect(await subjectsOf(sql, mailbox)).toEqual(subjects);
  expect(await state()).toMatchObject({ status: 'active', fail_count: 0, last_error_code: null });
}

it.each([
  ['LIMIT', 'Rate limit hit.'],
  ['UNAVAILABLE', 'Temporarily not available'],
] as const)('takes a login refused with %s for a request to wait, not for a wrong password', (code, text) =>
  expectFailure({ kind: 'refuse', command: 'LOGIN', code, text }, 'throttled'),
);

it('rests longer after a server has asked for a pause', async () => {
  proxy.fail({ kind: 'refuse', command: 'SELECT', code: 'LIMIT', text: 'Rate limit hit.' });
  await syncInTurn(owner, mailbox);
  expect(await state()).toMatchObject({ last_error_code: 'throttled' });
  expect((await state()).pause).toBeGreaterThanOrEqual(5 * 60);
  await expectRecovery();
});

it('stops only after the password was refused again and again', async () => {
  proxy.fail({ kind: 'refuse', command: 'LOGIN', code: 'AUTHENTICATIONFAILED', text: 'Invalid credentials' });
  for (const status of ['active', 'active', 'auth_error']) {
    expect(await syncInTurn(owner, mailbox)).toMatchObject({ outcome: 'failed', error_code: 'auth' });
    expect((await state()).status).toBe(status);
  }
  expect(await syncInTurn(owner, mailbox)).not.toHaveProperty('outcome');
});

it('comes back after a connection that is closed before a word', () =>
  expectFailure({ kind: 'hang_up' }, 'network'));

it.each(['LOGIN', 'SELECT', 'FETCH'] as const)(
  'comes back after BYE in place of an answer to %s',
  (command) => expectFailure({ kind: 'bye', command }, 'network'),
);

it(
  'comes back after noise in place of an answer',
  () => expectFailure({ kind: 'garbage', command: 'SELECT' }, 'network'),
  90_000,
);

it('loses nothing when the connection breaks in the middle of a text', async () => {
  const long = mail('zlong', 'A long text. '.repeat(20_000));
  await server.append(mailbox.address, 'INBOX', long);
  proxy.fail({ kind: 'cut_literal', bytes: 10_000 }, 1);
  // Whatever breaks, the function itself goes on.
  expect(await syncInTurn(owner, mailbox)).toMatchObject({ outcome: 'failed', error_code: 'network' });
  proxy.recover();
  expect((await syncAll(owner, mailbox)).at(-1)?.outcome).toBe('done');
  expect(await subjectsOf(sql, mailbox)).toEqual([...subjects, 'zlong']);
  const [{ length } = { length: 0 }] = await sql<{ length: number }[]>`
    select length(text_body) from public.messages where account_id = ${mailbox.id} and subject = 'zlong'`;
  expect(length).toBeGreaterThan(250_000);
});

it('waits for a slow server', async () => {
  proxy.fail({ kind: 'slow', milliseconds: 20 });
  const answers = await syncAll(owner, mailbox);
  expect(answers.at(-1)?.outcome).toBe('done');
  expect(await subjectsOf(sql, mailbox)).toEqual(subjects);
});

it('passes over a message that can never be read, and says so', async () => {
  proxy.fail({ kind: 'poison', uid: 2 });
  let poisoned = 0;
  // Whether it is the message or the server is only known after some tries.
  for (let run = 0; run < 6 && poisoned === 0; run += 1)
    poisoned = (await syncInTurn(owner, mailbox)).run?.poisoned ?? 0;
  expect(poisoned).toBe(1);
  await server.append(mailbox.address, 'INBOX', mail('later'));
  await syncAll(owner, mailbox);
  expect(await subjectsOf(sql, mailbox)).toEqual(['later', 'one', 'three']);
  expect((await state()).status).toBe('active');
  // It is left alone from now on.
  const asked = proxy.commands.length;
  await syncInTurn(owner, mailbox);
  expect(proxy.commands.slice(asked).filter((command) => /^UID FETCH 2 .*BODY/.test(command))).toEqual([]);
});

it('has one connection to a mailbox at a time', async () => {
  const before = proxy.connections.total;
  await syncAll(owner, mailbox);
  expect(proxy.connections.total).toBe(before + 1);
});
