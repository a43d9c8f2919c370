import { createHash } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../../../scripts/demo/clinic-life/diary.ts';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection, serviceClient } from '../../support/environment.ts';
import { connectMailbox, keepFromSchedule, type Mailbox, syncNow } from '../../support/mailboxes.ts';
import { createClinic, createSuperAdmin } from '../../support/people.ts';
import { lendPassword, runWorker } from '../../support/worker-process.ts';
import { ChangingMailbox, storedPlaces } from './changing-mailbox.ts';

/** Workers that are killed while they sync a mailbox that changes meanwhile: nothing is lost, and nothing is there twice. */

const kills = 10;
const sql = ownerConnection();
const admin = await createSuperAdmin();
let imap: TestMailServer;
let client: ImapFlow | undefined;

beforeAll(async () => {
  imap = await startDovecot();
});
afterEach(() => client?.logout());
afterAll(async () => {
  await imap?.stop();
  await sql.end();
});

const runsOf = ({ id }: Mailbox) => sql<{ outcome: string | null }[]>`
  select outcome from public.mail_runs where account_id = ${id} order by started_at`;
const hasLease = async ({ id }: Mailbox) =>
  (await sql`select from public.mail_accounts where id = ${id} and lease_until > now()`).length > 0;

/** Syncs until there is nothing left; returns for how long the longest run worked. */
async function finish(mailbox: Mailbox): Promise<number> {
  let longest = 0;
  for (let run = 0; run < 20; run += 1) {
    const { how, milliseconds } = await runWorker('sync-once', mailbox.id);
    expect(how).toBe('done');
    longest = Math.max(longest, milliseconds);
    const last = (await runsOf(mailbox)).at(-1);
    if (last?.outcome === 'done') return longest;
    expect(last).toEqual({ outcome: 'more' });
  }
  throw new Error('The sync does not come to an end.');
}

describe('a worker that is killed at any moment', () => {
  it.each(['20261122', '4711'])(
    'loses nothing and stores nothing twice (seed %s)',
    { timeout: 240_000 },
    async (seed) => {
      const random = randomOf(seed);
      const home = await createClinic(admin);
      const mailbox = await connectMailbox(home, imap);
      await keepFromSchedule(sql, mailbox);
      await lendPassword(sql, mailbox);
      client = await imap.connect(mailbox.address);
      const changing = new ChangingMailbox(client, mailbox.address, random);
      await changing.fill(60);
      const wholeMs = await finish(mailbox);

      let hits = 0;
      for (let round = 0; round < kills; round += 1) {
        await changing.fill(54);
        const worker = runWorker('sync-once', mailbox.id, random() * wholeMs);
        await changing.disturb();
        const { how } = await worker;
        expect(how).not.toBe('failed');
        if (!(await hasLease(mailbox))) continue;
        expect(how).toBe('killed');
        hits += 1;
        // Until its lease is over nobody takes its place; instead of waiting for three minutes, they have passed.
        expect(await syncNow(home.owner, mailbox)).toEqual({ skipped: 'already-syncing' });
        await sql`update public.mail_accounts set lease_until = now() - interval '1 second' where id = ${mailbox.id}`;
      }
      await finish(mailbox);
      // The others had come to their end just before, or were killed before they began.
      expect(hits).toBeGreaterThan(kills / 2);

      await expectEverything(mailbox, changing);
      await expectFiles(mailbox, changing);
      await expectRuns(mailbox, hits);
    },
  );
});

/** What is in the mailbox is stored, where it is; what was deleted there is removed, or was never seen. */
async function expectEverything(mailbox: Mailbox, changing: ChangingMailbox): Promise<void> {
  const places = await changing.places();
  expect(await storedPlaces(sql, mailbox)).toEqual(places);
  const there = new Set(places.map(({ subject }) => subject));
  const stored = await sql<{ subject: string; removed: boolean }[]>`
    select subject, removed_at is not null as removed from public.messages where account_id = ${mailbox.id}`;
  expect(stored.length).toBe(new Set(stored.map(({ subject }) => subject)).size);
  const kept = stored.filter(({ removed }) => !removed).map(({ subject }) => subject);
  expect(kept.toSorted()).toEqual(changing.subjects.filter((subject) => there.has(subject)));
  // Some were deleted after they had been stored, or this would prove nothing about deletions.
  expect(stored.length).toBeGreaterThan(kept.length);
}

/** Every file is stored once and can be read; there is no object that no attachment names. */
async function expectFiles(mailbox: Mailbox, changing: ChangingMailbox): Promise<void> {
  const rows = await sql<{ subject: string; state: string; object_name: string; removed: boolean }[]>`
    select m.subject, t.state, t.object_name, m.removed_at is not null as removed
    from public.message_attachments t join public.messages m on m.tenant_id = t.tenant_id and m.id = t.message_id
    where m.account_id = ${mailbox.id}`;
  // Of a mail that was deleted before its turn came, nothing is left to fetch.
  const unfit = rows.filter(({ state, removed }) => state !== 'stored' && !(removed && state === 'failed'));
  expect(unfit).toEqual([]);
  const objects = await sql<{ name: string }[]>`
    select name from storage.objects
    where bucket_id = 'mail-attachments' and starts_with(name, ${`tenants/${mailbox.tenantId}/`}) order by name`;
  const named = new Set(rows.map(({ object_name }) => object_name));
  expect(objects.filter(({ name }) => !named.has(name))).toEqual([]);
  for (const { subject, object_name } of rows.filter(({ state }) => state === 'stored')) {
    const { data } = await serviceClient().storage.from('mail-attachments').download(object_name);
    const bytes = Buffer.from((await data?.arrayBuffer()) ?? new ArrayBuffer());
    expect([subject, digest(bytes)]).toEqual([subject, digest(changing.files.get(subject) ?? '')]);
  }
}

const digest = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** Every run has an end, that of a killed worker too, and no two were at it at once. */
async function expectRuns(mailbox: Mailbox, killed: number): Promise<void> {
  const runs = await runsOf(mailbox);
  expect(runs.filter(({ outcome }) => outcome === null)).toEqual([]);
  expect(runs.filter(({ outcome }) => outcome === 'abandoned')).toHaveLength(killed);
  expect(runs.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  const overlaps = await sql`
    select a.id, b.id from public.mail_runs a
    join public.mail_runs b on b.account_id = a.account_id and b.id > a.id
      and tstzrange(a.started_at, a.ended_at) && tstzrange(b.started_at, b.ended_at)
    where a.account_id = ${mailbox.id}`;
  expect(overlaps).toHaveLength(0);
}
