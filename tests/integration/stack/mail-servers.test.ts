import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  certificateFiles,
  ensureCertificate,
  type Certificate,
} from '../../../supabase/embedded/mail/certificate.ts';
import { startTestStack, type TestStack } from '../../../supabase/embedded/test-stack.ts';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { startSmtpSink, type SmtpSink } from '../../support/smtp-sink.ts';
import { fixtureProject, processesOf, raw } from './fixture.ts';

/** The mail servers the tests of the inbox rely on do what they claim, and functions can reach them over checked TLS. */

const address = 'office@clinic.test';
const mail = (subject: string) =>
  `From: ana@x.test\r\nTo: ${address}\r\nSubject: ${subject}\r\n\r\nHello.\r\n`;

let project: string;
let stack: TestStack;
let server: TestMailServer;
let sink: SmtpSink;
let certificate: Certificate;
let password: string;

beforeAll(async () => {
  project = projectWithMailFunction();
  stack = await startTestStack({ project });
  certificate = certificateFiles(stack.stack.paths.certificates);
  server = await startDovecot(certificate);
  sink = await startSmtpSink(certificate);
  ({ password } = await server.addMailbox(address));
  sink.addUser(address, password);
});

afterAll(async () => {
  await sink?.stop();
  await server?.stop();
  await stack?.stop();
  rmSync(project, { recursive: true, force: true });
});

/** The fixture with a function that signs in to a mailbox and sends a mail, with the libraries of the real ones. */
function projectWithMailFunction(): string {
  const directory = mkdtempSync(join(tmpdir(), 'chairside-mail-project-'));
  cpSync(fixtureProject, directory, { recursive: true });
  cpSync(
    join(import.meta.dirname, '../../../supabase/functions/deno.json'),
    join(directory, 'functions/deno.json'),
  );
  mkdirSync(join(directory, 'functions/mail-check'));
  writeFileSync(
    join(directory, 'functions/mail-check/index.ts'),
    `import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
export default {
  fetch: async (request: Request) => {
    const { host, imapPort, smtpPort, user, pass } = await request.json();
    const client = new ImapFlow({ host, port: imapPort, secure: true, logger: false, auth: { user, pass } });
    client.on('error', () => {});
    try {
      await client.connect();
      const { exists } = await client.mailboxOpen('INBOX', { readOnly: true });
      await client.logout();
      const smtp = nodemailer.createTransport({ host, port: smtpPort, secure: true, auth: { user, pass } });
      const { response } = await smtp.sendMail({ from: user, to: 'ana@x.test', subject: 'From a function', text: 'Hi' });
      return Response.json({ exists, response });
    } catch (error) {
      return Response.json({ failed: String(error) });
    }
  },
};
`,
  );
  return directory;
}

async function messages(folder = 'INBOX') {
  const client = await server.connect(address);
  try {
    const { uidValidity, exists } = await client.mailboxOpen(folder, { readOnly: true });
    const query = { uid: true, flags: true, envelope: true, internalDate: true } as const;
    const found = exists > 0 ? await client.fetchAll('1:*', query) : [];
    return {
      uidValidity,
      found: found.map(({ uid, flags, envelope, internalDate }) => ({
        uid,
        subject: envelope?.subject,
        flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent'),
        date: new Date(internalDate ?? 0).toISOString(),
      })),
    };
  } finally {
    await client.logout();
  }
}

it('has the folders of a provider, by their use', async () => {
  const client = await server.connect(address);
  const folders = (await client.list()).map(({ path, specialUse }) => `${path} ${specialUse}`);
  await client.logout();
  expect(folders.toSorted()).toEqual([
    'Drafts \\Drafts',
    'INBOX \\Inbox',
    'Junk \\Junk',
    'Sent \\Sent',
    'Trash \\Trash',
  ]);
});

it('keeps, marks, moves and removes messages, and tells changes by their number', async () => {
  const date = new Date('2026-03-01T08:30:00Z');
  const first = await server.append(address, 'INBOX', mail('one'), { flags: ['\\Seen'], date });
  const second = await server.append(address, 'INBOX', mail('two'), { date });
  expect((await messages()).found).toEqual([
    { uid: first, subject: 'one', flags: ['\\Seen'], date: date.toISOString() },
    { uid: second, subject: 'two', flags: [], date: date.toISOString() },
  ]);

  const client = await server.connect(address);
  const { highestModseq } = await client.mailboxOpen('INBOX', { readOnly: true });
  await server.setFlags(address, 'INBOX', [second], ['\\Flagged']);
  const fetched = await client.fetchAll(
    '1:*',
    { uid: true, flags: true },
    { changedSince: highestModseq ?? 0n },
  );
  await client.logout();
  // The server also tells of the change by itself, without the UID.
  const changed = fetched.filter(({ uid }) => uid !== undefined);
  expect(changed.map(({ uid, flags }) => [uid, flags?.has('\\Flagged')])).toEqual([[second, true]]);

  const [moved] = await server.move(address, 'INBOX', [second], 'Trash');
  expect((await messages('Trash')).found).toMatchObject([
    { uid: moved, subject: 'two', flags: ['\\Flagged'] },
  ]);
  await server.expunge(address, 'INBOX', [first]);
  expect((await messages()).found).toEqual([]);
});

it('numbers a folder anew', async () => {
  for (const subject of ['three', 'four', 'five']) await server.append(address, 'INBOX', mail(subject));
  const before = await messages();
  await server.resetUidValidity(address, 'INBOX');
  const after = await messages();
  expect(after.uidValidity).not.toBe(before.uidValidity);
  expect(after.found.map(({ subject }) => subject)).toEqual(before.found.map(({ subject }) => subject));
  expect(before.found.map(({ uid }) => uid)).toEqual([3, 4, 5]);
  expect(after.found.map(({ uid }) => uid)).toEqual([1, 2, 3]);
});

it('is trusted by functions, which refuse other certificates', async () => {
  const exists = (await messages()).found.length;
  const ask = async (host: string) =>
    (
      await raw(stack, '/functions/v1/mail-check', {
        method: 'POST',
        body: JSON.stringify({ host, ...ports(), user: address, pass: password }),
      })
    ).body;
  const ports = () => ({ imapPort: server.imapPort, smtpPort: sink.smtpPort });
  expect(await ask('localhost')).toEqual({ exists, response: expect.stringMatching(/^250 /) });
  expect(sink.mails.at(-1)).toMatchObject({ user: address, from: address, to: ['ana@x.test'] });
  expect(String(sink.mails.at(-1)?.raw)).toContain('Subject: From a function');

  const stranger = mkdtempSync(join(tmpdir(), 'chairside-other-'));
  const other = ensureCertificate(join(stranger, 'certificates'));
  const otherServer = await startDovecot(other ?? undefined);
  try {
    const answer = await raw(stack, '/functions/v1/mail-check', {
      method: 'POST',
      body: JSON.stringify({
        host: 'localhost',
        imapPort: otherServer.imapPort,
        smtpPort: 1,
        user: address,
        pass: '',
      }),
    });
    expect(answer.body).toEqual({ failed: expect.stringContaining('invalid peer certificate') });
  } finally {
    await otherServer.stop();
    rmSync(stranger, { recursive: true, force: true });
  }
});

it('sends, and fails as it is told to', async () => {
  const smtp = nodemailer.createTransport({
    ...{ host: '127.0.0.1', port: sink.smtpPort, secure: true, auth: { user: address, pass: password } },
    tls: { ca: readFileSync(certificate.authority), servername: 'localhost' },
  });
  const send = (to: string | string[] = 'ana@x.test') =>
    smtp.sendMail({ from: address, to, subject: 'Sent', text: 'Hello' }).then(
      ({ rejected }) => (rejected.length > 0 ? `without ${rejected.join()}` : 'sent'),
      (error: { responseCode?: number; code?: string }) => error.responseCode ?? error.code,
    );
  const taken = () => sink.mails.length;
  const before = taken();
  sink.fail({ kind: 'unavailable' });
  expect(await send()).toBe(421);
  sink.fail({ kind: 'refuse_recipient', address: 'gone@x.test' }, 2);
  expect(await send('gone@x.test')).toBe(550);
  expect(taken()).toBe(before);
  expect(await send(['gone@x.test', 'ana@x.test'])).toBe('without gone@x.test');
  sink.fail({ kind: 'refuse_mail', code: 554 });
  expect(await send()).toBe(554);
  sink.fail({ kind: 'refuse_login' });
  expect(await send()).toBe(535);
  expect(taken()).toBe(before + 1);
  sink.fail({ kind: 'drop' });
  expect(await send()).toBe('ECONNECTION');
  expect(taken()).toBe(before + 2);
  sink.fail({ kind: 'drop', isLost: true });
  expect(await send()).toBe('ECONNECTION');
  expect(taken()).toBe(before + 2);
  sink.fail({ kind: 'slow', milliseconds: 300 });
  const began = Date.now();
  expect(await send()).toBe('sent');
  expect(Date.now() - began).toBeGreaterThanOrEqual(300);
});

it('leaves no process behind', async () => {
  const other = await startDovecot(certificate);
  const count = processesOf('/usr/sbin/dovecot -F').length;
  expect(count).toBeGreaterThan(0);
  await other.stop();
  expect(processesOf('/usr/sbin/dovecot -F').length).toBeLessThan(count);
});
