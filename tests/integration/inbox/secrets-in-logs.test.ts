import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';
import { encryptSecret, readKeyRing } from '../../../supabase/functions/_shared/credentials/key-ring.ts';
import { createAiSimulator } from '../../simulators/ai.ts';

/**
 * Passwords of mailboxes and keys of providers in the logs: there are none, whatever happens to them. Its own stack, whose logs
 * hold nothing else, and whose key can change.
 */

const key = () => randomBytes(32).toString('base64');
const [oldKey, newKey] = [`old:${key()}`, `new:${key()}`];
const test = await startTestStack({
  functionSecrets: { CREDENTIAL_KEYS: `${newKey},${oldKey}`, CRON_SECRET: 'secret of the schedule' },
});
// What is imported next reads from there which stack it works with.
Object.assign(process.env, test.environment);
const { startDovecot } = await import('../../support/dovecot.ts');
const { callFunction } = await import('../../support/functions.ts');
const { runJobs } = await import('../../support/jobs.ts');
const { connectMailbox, syncAll, syncNow } = await import('../../support/mailboxes.ts');
const { startImapFaultProxy } = await import('../../support/imap-fault-proxy.ts');
const { startSmtpSink } = await import('../../support/smtp-sink.ts');
const { call, createClinic, createSuperAdmin } = await import('../../support/people.ts');
const { plainMail } = await import('../../support/plain-mail.ts');
const { passTime, send, writeMail } = await import('./outgoing.ts');

const sql = postgres(test.environment['SUPABASE_DB_URL'] ?? '', { max: 2, onnotice: () => {} });
const { admin: superuser } = test.stack.database;
const home = await createClinic(await createSuperAdmin());
const imap = await startDovecot();
const proxy = await startImapFaultProxy(imap.imapPort);
const smtp = await startSmtpSink();
const ai = await createAiSimulator();
const mailbox = await connectMailbox(home, imap, { smtp, imapPort: proxy.imapPort });
const { owner, clinic } = home;
afterAll(async () => {
  await imap.stop();
  await proxy.stop();
  await smtp.stop();
  await ai.close();
  await sql.end();
  await test.stop();
});

const wrongPassword = `wrong-${randomBytes(12).toString('hex')}`;
const wrongKey = `sk-wrong-${randomBytes(12).toString('hex')}`;
const base64 = (text: string) => Buffer.from(text).toString('base64').replace(/=+$/, '');
/** Everything that a secret may look like on its way: as it is, in base64 as AUTH LOGIN sends it, with the name as AUTH PLAIN does. */
const planted = [mailbox.password, wrongPassword].flatMap((password) => [
  ...[password, base64(password), base64(`\0${mailbox.address}\0${password}`)],
  ...[encodeURIComponent(password), JSON.stringify(password).slice(1, -1)],
]);
planted.push(
  ...[ai.apiKey, wrongKey].flatMap((secret) => [secret, base64(secret), base64(`Bearer ${secret}`)]),
);

/** The text of every log that the stack writes: of the gateway, the functions, Auth, Storage and the database. */
function logs(): string {
  const { root, cluster, log } = test.stack.paths;
  const files = [
    log,
    `${log}.1`,
    ...logFilesIn(root),
    ...logFilesIn(cluster),
    ...logFilesIn(join(cluster, 'log')),
  ];
  return [...new Set(files)]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}
function logFilesIn(directory: string): string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter(
      (name) => /\.(log|csv|json)(\.\d+)?$|^log/.test(name) && !['keys.json', 'stack.json'].includes(name),
    )
    .map((name) => join(directory, name))
    .filter((file) => statSync(file).isFile());
}
const found = (text: string, secrets: string[]) => secrets.filter((secret) => text.includes(secret));

/** Tables in which one of the texts stands. */
async function tablesWith(secrets: string[]): Promise<string[]> {
  const tables = await superuser<{ name: string }[]>`
    select format('%I.%I', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname in ('public', 'private', 'net', 'cron', 'auth', 'storage')`;
  const hits: string[] = [];
  for (const { name } of tables) {
    const rows = await superuser.unsafe(
      `select from ${name} t where exists (select from unnest($1::text[]) s where strpos(t::text, s) > 0) limit 1`,
      [secrets as never],
    );
    if (rows.length > 0) hits.push(name);
  }
  return hits;
}

const tryOut = (change: Record<string, unknown>) =>
  callFunction('mail-account', owner.accessToken, {
    ...{ action: 'test', tenant_id: clinic.id, password: mailbox.password },
    settings: {
      ...{ address: `other.${mailbox.address}`, preset: 'generic', username: mailbox.address },
      ...{ imap_host: imap.host, imap_port: proxy.imapPort, smtp_host: smtp.host, smtp_port: smtp.smtpPort },
    },
    ...change,
  });
const useKey = (api_key: string) =>
  callFunction('provider-keys', owner.accessToken, {
    ...{ action: 'save', tenant_id: clinic.id, provider: 'custom', api_key },
    settings: { base_url: ai.openAiUrl, model: 'local-model' },
  });
const mail = async () =>
  passTime(
    sql,
    await send(
      owner,
      mailbox,
      await writeMail(owner, mailbox, { to: [{ name: '', address: 'ana@x.test' }] }),
    ),
  );

beforeAll(async () => {
  // Only this file calls the workers.
  await superuser`update cron.job set active = false`;
});

it('everything that uses a secret is done, well and badly', { timeout: 240_000 }, async () => {
  expect((await tryOut({})).body).toMatchObject({ ok: true });
  expect((await tryOut({ password: wrongPassword })).body).toMatchObject({ ok: false });
  // A server that repeats what it was given.
  const quoting = `${mailbox.password} ${base64(`\0${mailbox.address}\0${mailbox.password}`)} is wrong`;
  proxy.fail({ kind: 'refuse', command: 'LOGIN', code: 'AUTHENTICATIONFAILED', text: quoting }, 1);
  expect((await tryOut({})).body).toMatchObject({ ok: false });
  proxy.recover();

  await imap.append(mailbox.address, 'INBOX', plainMail(mailbox.address, 'Question'));
  expect(await syncNow(owner, mailbox)).toMatchObject({ outcome: 'done' });
  for (const fault of [
    { kind: 'garbage', command: 'LOGIN' } as const,
    { kind: 'bye', command: 'LOGIN' } as const,
    { kind: 'refuse', command: 'LOGIN', code: 'AUTHENTICATIONFAILED', text: quoting } as const,
    { kind: 'refuse', command: 'LOGIN', code: 'LIMIT', text: quoting } as const,
    { kind: 'cut_literal', bytes: 1 } as const,
  ]) {
    await imap.append(mailbox.address, 'INBOX', plainMail(mailbox.address, `Question ${fault.kind}`));
    proxy.fail(fault);
    // A mail that breaks the connection is left for the next run.
    expect((await syncNow(owner, mailbox)).outcome).toMatch(/^(failed|more)$/);
    proxy.recover();
  }
  expect((await syncAll(owner, mailbox)).at(-1)).toMatchObject({ outcome: 'done' });

  expect((await mail()).delivery).toBe('sent');
  for (const fault of [
    { kind: 'refuse_login' },
    { kind: 'unavailable' },
    { kind: 'refuse_mail', code: 554 },
    { kind: 'drop' },
  ] as const) {
    smtp.fail(fault);
    expect((await mail()).delivery).not.toBe('sent');
    smtp.recover();
  }

  expect((await useKey(wrongKey)).body).toMatchObject({ ok: false });
  expect((await useKey(ai.apiKey)).body).toMatchObject({ ok: true });
  const [conversation] = await sql<{ id: string }[]>`select id from public.conversations limit 1`;
  const ask = () => callFunction('suggest-reply', owner.accessToken, { conversation_id: conversation?.id });
  expect((await ask()).status).toBe(200);
  // Its refusal quotes the key.
  ai.fail({ status: 401 });
  expect((await ask()).status).toBe(409);

  const names = { tenantId: clinic.id, ownerTable: 'mail_accounts', ownerId: mailbox.id, field: 'password' };
  const old = await encryptSecret(readKeyRing(oldKey), names, mailbox.password);
  await superuser`update private.credentials set ${superuser({ ...old })} where owner_id = ${mailbox.id}`;
  await sql`select private.rotate_credentials()`;
  await runJobs();
  const kids = await superuser`select distinct kid from private.credentials`;
  expect(kids).toEqual([{ kid: 'new' }]);
  expect(await syncNow(owner, mailbox)).toMatchObject({ outcome: 'done' });
});

it('all of it has left its lines in the logs, and none says a secret', async () => {
  await expect.poll(() => found(logs(), ['"event":"credentials_rotated"'])).toHaveLength(1);
  const text = logs();
  // These logs are those of what has just happened: here is what they do tell.
  for (const event of ['mail_account_tried', 'mail_sync_run', 'mail_sent', 'provider_key_tried'])
    expect([event, text.includes(`"event":"${event}"`)]).toEqual([event, true]);
  expect(found(text, [mailbox.id])).toEqual([mailbox.id]);
  expect(found(text, planted)).toEqual([]);
});

it('nor does a row of any table: jobs, runs, events, answers of the schedule', async () => {
  expect(await tablesWith([mailbox.address])).toContain('public.mail_accounts');
  expect(await tablesWith(planted)).toEqual([]);
});

it('and removing the mailbox and the key changes nothing about it', async () => {
  await call(owner.client, 'remove_mail_account', {
    ...{ tenant_id: clinic.id, account_id: mailbox.id, keep_mail: false },
  });
  const [providerKey] = await sql<{ id: string }[]>`select id from public.provider_keys`;
  await call(owner.client, 'delete_provider_key', { tenant_id: clinic.id, key_id: providerKey?.id ?? '' });
  await runJobs();
  expect(await superuser`select from private.credentials`).toHaveLength(0);
  expect([found(logs(), planted), await tablesWith(planted)]).toEqual([[], []]);
});
