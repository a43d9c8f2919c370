/**
 * Many clinics with mailboxes on a stack of their own, one of which has mail servers that misbehave; and what the real
 * schedule makes of them.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { startTestStack } from '../../supabase/embedded/test-stack.ts';
import { encryptSecret, readKeyRing } from '../../supabase/functions/_shared/credentials/key-ring.ts';
import { startDovecot, type TestMailServer } from './dovecot.ts';
import { startImapFaultProxy, type ImapFault, type ImapFaultProxy } from './imap-fault-proxy.ts';
import { plainMail } from './plain-mail.ts';

export interface CrowdSize {
  /** The last one is the one in trouble. */
  clinics: number;
  /** Of each of the others. */
  mailboxesEach: number;
  /** Of the one in trouble. */
  mailboxesInTrouble: number;
  intervalMinutes: number;
  /** For how long it is looked at. */
  minutes: number;
}

/** What the run table says of the mailboxes of the healthy clinics, and of those in trouble. */
export interface CrowdReport {
  healthy: number;
  runs: number;
  /** Runs of one mailbox that were under way at once. */
  overlaps: number;
  /** How runs of healthy mailboxes have ended. */
  outcomes: string[];
  /** Fewest runs of a healthy mailbox. */
  fewestRuns: number;
  /** The longest time in which a healthy mailbox was not looked at, in seconds. */
  longestGap: number;
  /** Seconds that a run of a healthy mailbox takes: half of them, and nine of ten. */
  runSeconds: { half: number; most: number };
  /** Mails that reached healthy mailboxes meanwhile and are not stored. */
  missing: number;
  /** Runs of mailboxes in trouble by outcome. */
  troubles: Record<string, number>;
  /** For how many seconds mailboxes in trouble had a worker, together. */
  troubledSeconds: number;
}

/** All ways to be in trouble, the mailboxes taking turns. */
const faults: ImapFault[] = [
  { kind: 'silence', command: 'LOGIN' },
  { kind: 'silence', command: 'SELECT' },
  { kind: 'slow', milliseconds: 2_000 },
  { kind: 'bye', command: 'LOGIN' },
  { kind: 'hang_up' },
];

interface CrowdMailbox {
  id: string;
  tenantId: string;
  address: string;
  password: string;
  isHealthy: boolean;
  imapPort: number;
}

/** Sets the crowd up, lets the schedule work for some minutes, and takes it down again. */
export async function observeCrowd(
  size: CrowdSize,
  progress: (text: string) => void = () => undefined,
): Promise<CrowdReport> {
  const stopping: (() => Promise<unknown>)[] = [];
  try {
    const test = await startTestStack();
    stopping.push(test.stop);
    const { certificate, keys } = test.stack;
    if (!certificate) throw new Error('There is no certificate for mail servers');
    const imap = await startDovecot(certificate);
    stopping.push(imap.stop);
    const proxies: ImapFaultProxy[] = [];
    for (const fault of faults) {
      const proxy = await startImapFaultProxy(imap.imapPort, certificate);
      stopping.push(proxy.stop);
      proxy.fail(fault);
      proxies.push(proxy);
    }
    const sql = postgres(test.environment['SUPABASE_DB_URL'] ?? '', { max: 4, onnotice: () => undefined });
    stopping.push(() => sql.end());

    const mailboxes = planMailboxes(size, imap, proxies);
    progress(`Filling ${mailboxes.length} mailboxes of ${size.clinics} clinics…`);
    await inTurns(mailboxes, 8, async (mailbox) => {
      ({ password: mailbox.password } = await imap.addMailbox(mailbox.address));
      await imap.append(mailbox.address, 'INBOX', plainMail(mailbox.address, 'Before'));
    });
    const began = await connectAll(sql, mailboxes, size.intervalMinutes, keys.credentialKeys);
    progress(`Looking at them for ${size.minutes} minutes…`);
    // Before the last interval, and the minute that the schedule has, begin.
    const mailAt = size.minutes - size.intervalMinutes - 1;
    await sleep(mailAt * 60_000);
    const healthy = mailboxes.filter(({ isHealthy }) => isHealthy);
    await inTurns(healthy, 2, ({ address }) =>
      imap.append(address, 'INBOX', plainMail(address, 'Meanwhile')),
    );
    await sleep(Math.max(0, began.getTime() + size.minutes * 60_000 - Date.now()));
    return await report(sql, healthy, began);
  } finally {
    for (const stop of stopping.toReversed()) await stop();
  }
}

function planMailboxes(size: CrowdSize, imap: TestMailServer, proxies: ImapFaultProxy[]): CrowdMailbox[] {
  return Array.from({ length: size.clinics }, (_, clinic) => {
    const tenantId = randomUUID();
    const isHealthy = clinic < size.clinics - 1;
    return Array.from({ length: isHealthy ? size.mailboxesEach : size.mailboxesInTrouble }, (__, place) => ({
      ...{ id: randomUUID(), tenantId, password: '', isHealthy },
      address: `desk${place}@clinic${clinic}.test`,
      imapPort: isHealthy ? imap.imapPort : (proxies[place % proxies.length]?.imapPort ?? 0),
    }));
  }).flat();
}

/** Connects all at once, past the trial that mail-account makes of each. Returns when. */
async function connectAll(
  sql: postgres.Sql,
  mailboxes: CrowdMailbox[],
  intervalMinutes: number,
  keys: string,
): Promise<Date> {
  const ring = readKeyRing(keys);
  const secrets = await Promise.all(
    mailboxes.map(({ id, tenantId, password }) =>
      encryptSecret(
        ring,
        { tenantId, ownerTable: 'mail_accounts', ownerId: id, field: 'password' },
        password,
      ),
    ),
  );
  await sql.begin(async (transaction) => {
    const tenants = [...new Set(mailboxes.map(({ tenantId }) => tenantId))];
    await transaction`insert into public.tenants ${sql(
      tenants.map((id, clinic) => ({ id, slug: `clinic-${clinic}`, name: `Clinic ${clinic}`, max_seats: 5 })),
    )}`;
    await transaction`insert into public.mail_accounts ${sql(
      mailboxes.map(({ id, tenantId, address, imapPort }) => ({
        ...{ id, tenant_id: tenantId, address, username: address, preset: 'generic', send_via: 'resend' },
        ...{ imap_host: 'localhost', imap_port: imapPort, interval_minutes: intervalMinutes },
        // Never quiet, whatever time it is.
        ...{ quiet_from: '00:00', quiet_to: '00:00' },
      })),
    )}`;
    for (const [place, { kid, iv, ciphertext }] of secrets.entries()) {
      const { id = '', tenantId = '' } = mailboxes[place] ?? {};
      await transaction`
        select private.store_credential(${tenantId}, 'mail_accounts', ${id}, 'password', ${kid}, ${iv}, ${ciphertext})`;
    }
  });
  return new Date();
}

async function report(sql: postgres.Sql, healthy: CrowdMailbox[], began: Date): Promise<CrowdReport> {
  const ended = new Date();
  const runs = await sql<{ account_id: string; outcome: string | null; began: Date; seconds: number }[]>`
    select account_id, outcome, started_at as began,
      extract(epoch from coalesce(ended_at, now()) - started_at)::float8 as seconds
    from public.mail_runs order by started_at`;
  const [overlaps] = await sql<{ count: number }[]>`
    select count(*)::integer as count from public.mail_runs a
    join public.mail_runs b on b.account_id = a.account_id and b.id > a.id
      and tstzrange(a.started_at, coalesce(a.ended_at, now())) && tstzrange(b.started_at, coalesce(b.ended_at, now()))`;
  const ids = healthy.map(({ id }) => id);
  const [stored] = await sql<{ count: number }[]>`
    select count(*)::integer as count from public.messages where account_id = any(${ids})`;
  const isHealthy = new Set(ids);
  const healthyRuns = runs.filter(({ account_id }) => isHealthy.has(account_id));
  const troubled = runs.filter(({ account_id }) => !isHealthy.has(account_id));
  const starts = ids.map((id) => [
    began.getTime(),
    ...healthyRuns.filter(({ account_id }) => account_id === id).map((run) => run.began.getTime()),
    ended.getTime(),
  ]);
  const seconds = healthyRuns.map((run) => run.seconds).toSorted((a, b) => a - b);
  const share = (part: number) => seconds[Math.floor(seconds.length * part)] ?? 0;
  return {
    ...{ healthy: ids.length, runs: runs.length, overlaps: overlaps?.count ?? 0 },
    outcomes: [...new Set(healthyRuns.flatMap(({ outcome }) => outcome ?? []))],
    fewestRuns: Math.min(...starts.map(({ length }) => length - 2)),
    longestGap: Math.max(...starts.flatMap(gaps)) / 1000,
    runSeconds: { half: share(0.5), most: share(0.9) },
    missing: ids.length * 2 - (stored?.count ?? 0),
    troubles: Object.fromEntries(
      Object.entries(Object.groupBy(troubled, ({ outcome }) => outcome ?? 'under way')).map(
        ([outcome, list]) => [outcome, list?.length ?? 0],
      ),
    ),
    troubledSeconds: troubled.reduce((sum, run) => sum + run.seconds, 0),
  };
}

const gaps = (moments: number[]): number[] =>
  moments.slice(1).map((moment, place) => moment - (moments[place] ?? moment));

/** Does the same with all of a list, so many at a time. */
async function inTurns<T>(
  list: readonly T[],
  workers: number,
  work: (one: T) => Promise<unknown>,
): Promise<void> {
  const left = [...list];
  await Promise.all(
    Array.from({ length: workers }, async () => {
      for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
    }),
  );
}
