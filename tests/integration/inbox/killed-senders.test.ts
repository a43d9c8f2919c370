import { setTimeout as sleep } from 'node:timers/promises';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../../scripts/demo/clinic-life/diary.ts';
import { startDovecot } from '../../support/dovecot.ts';
import { ownerConnection } from '../../support/environment.ts';
import { connectMailbox, type Mailbox, syncAll } from '../../support/mailboxes.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { startSmtpSink } from '../../support/smtp-sink.ts';
import { lendPassword, runWorker, type WorkerEnd } from '../../support/worker-process.ts';
import { deliveryOf, passMinute, send, type Sending, type Servers, writeMail } from './outgoing.ts';

/** Workers that are killed while they send: no mail leaves twice, and none is left without an end. */

const kills = 10;
const sql = ownerConnection();
const home = await createClinic(await createSuperAdmin());
const staff = await addStaff(home.owner, home.clinic);
let servers: Servers;
let mailbox: Mailbox;

beforeAll(async () => {
  servers = { imap: await startDovecot(), smtp: await startSmtpSink() };
  mailbox = await connectMailbox(home, servers.imap, { smtp: servers.smtp });
});
afterAll(async () => {
  await servers?.imap.stop();
  await servers?.smtp.stop();
  await sql.end();
});

/** A mail that is due. This test is the queue: nobody else takes it on. */
async function queueMail(subject: string): Promise<Sending> {
  const draft = await writeMail(staff, mailbox, {
    ...{ to: [{ name: '', address: 'ana@patient.example' }], subject, text_body: 'x' },
  });
  const message = await send(staff, mailbox, draft);
  await sql`
    update private.jobs set state = 'cancelled', finished_at = now(), lease_token = null, lease_until = null
    where payload ->> 'message_id' = ${message.id} and state in ('waiting', 'running')`;
  await sql`update public.messages set send_at = now() - interval '1 second' where id = ${message.id}`;
  return message;
}

/** A worker and a server that takes its time, so that there is something to be killed in. */
async function work(message: Sending, killAfterMs?: number): Promise<WorkerEnd> {
  servers.smtp.fail({ kind: 'slow', milliseconds: 250 });
  const end = await runWorker('send-once', message.id, killAfterMs);
  servers.smtp.recover();
  return end;
}

const arrivals = async (subject: string) => {
  const mails = await Promise.all(
    servers.smtp.mails.map(async ({ raw }) => ({ raw, parsed: await PostalMime.parse(raw) })),
  );
  return mails.filter(({ parsed }) => parsed.subject === subject);
};

describe('a worker that is killed at any moment', () => {
  it.each(['20261122', '4711'])(
    'sends nothing twice and loses nothing (seed %s)',
    { timeout: 240_000 },
    async (seed) => {
      const random = randomOf(seed);
      const giveBack = await lendPassword(sql, mailbox);
      const whole = await work(await queueMail(`Whole ${seed}`));
      expect(whole.how).toBe('done');
      const sent: Array<{ message: Sending; subject: string }> = [];
      const ends: WorkerEnd[] = [];
      for (let round = 0; round < kills; round += 1) {
        const subject = `Killed ${seed} ${round}`;
        const message = await queueMail(subject);
        ends.push(await work(message, random() * whole.milliseconds));
        // What the killed worker had handed over may still be on its way into the server.
        await sleep(300);
        await work(message);
        sent.push({ message, subject });
      }
      await giveBack();
      // The others had come to their end just before.
      expect(ends.filter(({ how }) => how === 'killed').length).toBeGreaterThan(kills / 2);

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
    },
  );
});
