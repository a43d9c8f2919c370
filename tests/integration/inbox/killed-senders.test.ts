import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encryptSecret, readKeyRing } from '../../../supabase/functions/_shared/credentials/key-ring.ts';
import { denoDirectory, denoProgram } from '../../../supabase/embedded/functions/deno-host.ts';
import { mailCertificate, startDovecot } from '../../support/dovecot.ts';
import { ownerConnection, stack } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { connectMailbox, type Mailbox, type Servers, syncAll } from './mailboxes.ts';
import { deliveryOf, passMinute, send, type Sending, writeMail } from './outgoing.ts';

/** Workers that are killed while they send: no mail leaves twice, and none is left without an end. */

const sql = ownerConnection();
const home = await createClinic(await createSuperAdmin());
const staff = await addStaff(home.owner, home.clinic);
// Keys of its own: those of the stack are known to its functions alone.
const keys = `test:${randomBytes(32).toString('base64')}`;
let servers: Servers;
let mailbox: Mailbox;

beforeAll(async () => {
  servers = { imap: await startDovecot(), smtp: await startSmtpSink() };
  mailbox = await connectMailbox(servers, home);
});
afterAll(async () => {
  await servers?.imap.stop();
  await servers?.smtp.stop();
  await sql.end();
});

/** Does the job once; after so many milliseconds it is killed. */
function work(message: Sending, killAfterMs?: number): Promise<void> {
  const directory = 'supabase/functions';
  const child = spawn(
    // Not the script in node_modules/.bin: it would die, and leave the program at work.
    denoProgram(),
    [
      ...['run', '--quiet', '--no-check', '-A', '--config', `${directory}/deno.json`],
      ...['tests/support/send-once.ts', message.id],
    ],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        ...process.env,
        ...{ SUPABASE_URL: stack.url, SUPABASE_SECRET_KEY: stack.secretKey, CREDENTIAL_KEYS: keys },
        ...{ ALLOW_LOOPBACK_HOSTS: 'true', DENO_CERT: mailCertificate().authority },
        DENO_DIR: denoDirectory,
      },
    },
  );
  child.stdout.once('data', () => {
    if (killAfterMs !== undefined) setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  });
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** The same moments for the same seed (mulberry32). */
function moments(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const arrivals = async (subject: string) => {
  const mails = await Promise.all(
    servers.smtp.mails.map(async ({ raw }) => ({ raw, parsed: await PostalMime.parse(raw) })),
  );
  return mails.filter(({ parsed }) => parsed.subject === subject);
};

describe('a worker that is killed at any moment', () => {
  it.each([20_261_122, 4_711])(
    'sends nothing twice and loses nothing (seed %i)',
    { timeout: 240_000 },
    async (seed) => {
      const random = moments(seed);
      const names = {
        ...{
          tenantId: home.clinic.id,
          ownerTable: 'mail_accounts',
          ownerId: mailbox.accountId,
          field: 'password',
        },
      };
      const [kept] = await sql<{ kid: string; iv: string; ciphertext: string }[]>`
      select kid, iv, ciphertext from private.credentials where owner_id = ${mailbox.accountId}`;
      const own = await encryptSecret(readKeyRing(keys), names, mailbox.password);
      await sql`update private.credentials set ${sql({ ...own })} where owner_id = ${mailbox.accountId}`;

      const sent: Array<{ message: Sending; subject: string }> = [];
      for (let round = 0; round < 10; round += 1) {
        const subject = `Killed ${seed} ${round}`;
        const draft = await writeMail(staff, mailbox, {
          ...{ to: [{ name: '', address: 'ana@patient.example' }], subject, text_body: 'x' },
        });
        const message = await send(staff, mailbox, draft);
        // This test is the queue: nobody else takes the message on.
        await sql`
        update private.jobs set state = 'cancelled', finished_at = now(), lease_token = null, lease_until = null
        where payload ->> 'message_id' = ${message.id} and state in ('waiting', 'running')`;
        await sql`update public.messages set send_at = now() - interval '1 second' where id = ${message.id}`;
        servers.smtp.fail({ kind: 'slow', milliseconds: 250 });
        await work(message, random() * 1_300);
        servers.smtp.recover();
        // What the killed worker had handed over may still be on its way into the server.
        await new Promise((resolve) => setTimeout(resolve, 300));
        await work(message);
        sent.push({ message, subject });
      }

      await sql`update private.credentials set ${sql({ ...kept })} where owner_id = ${mailbox.accountId}`;
      for (const { message, subject } of sent) {
        const [mail] = await arrivals(subject);
        // Every other time the server files what it has taken.
        const { delivery } = await deliveryOf(sql, message);
        expect(['sent', 'checking']).toContain(delivery);
        if (mail && delivery === 'checking' && random() < 0.5)
          await servers.imap.append(mailbox.address, 'Sent', mail.raw, { flags: ['\\Seen'] });
        await passMinute(sql, message);
      }
      await syncAll(staff, mailbox);
      for (const { message, subject } of sent) {
        const { delivery } = await deliveryOf(sql, message);
        const { length } = await arrivals(subject);
        expect(length).toBeLessThanOrEqual(1);
        expect(['sent', 'unknown']).toContain(delivery);
        expect(delivery === 'sent' ? length : 1).toBe(1);
      }
      expect(sent.length).toBe(10);
    },
  );
});
