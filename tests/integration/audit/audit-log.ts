import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll } from 'vitest';
import type { KeptDigest } from '../../../scripts/audit/anchors.ts';
import type { Finding } from '../../../scripts/audit/chain.ts';
import { verifyAudit } from '../../../scripts/audit/verify-audit.ts';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';

/**
 * An audit log for one test file, and what the owner of its database can do to it.
 *
 * On a stack of its own: the tests leave a log behind that no other test, and no real stack, should have.
 */

const stack = await startTestStack();
const dbUrl = stack.environment['SUPABASE_DB_URL'] ?? '';
/** Logged in as the database's owner. */
export const sql = postgres(dbUrl, { max: 2, onnotice: () => {} });
// There is one anchor a day, and the tests make it: not the schedule, should half past midnight come meanwhile.
await sql`select cron.unschedule('audit-anchor')`;
afterAll(async () => {
  await sql.end();
  await stack.stop();
});

/** A chain of this many sealed events, and the ids of the events in their order. */
export async function sealedChain(events = 8): Promise<{ chain: string; ids: string[] }> {
  const chain = randomUUID();
  const ids: string[] = [];
  for (let n = 1; n <= events; n += 1) ids.push(await recordEvent(chain, `Client ${n}`));
  await sealAll();
  return { chain, ids };
}

export async function recordEvent(chain: string | null, label: string): Promise<string> {
  const [row] = await sql<Array<{ id: string }>>`
    select private.record_event('client.updated', ${chain}::uuid, 'client', ${label}, ${label},
      '{"phone": "1", "note": "ăîș"}', '{"phone": "2", "nested": {"a": [1, null, "x"]}}', 'because', '{"n": 1.50}') as id`;
  return row?.id ?? '';
}

/** Open transactions anywhere in the cluster hold sealing back for a moment. */
export async function sealAll(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await sql`select private.seal_audit()`;
    const [row] = await sql<Array<{ unsealed: number }>>`
      select count(*)::int as unsealed from public.audit_events e, private.audit_sealing m
      where e.transaction_id >= m.next_transaction
        and not exists (select from private.audit_seals s where s.event_id = e.id)`;
    if (row?.unsealed === 0) return;
    await sleep(100);
  }
  throw new Error('events are still not sealed');
}

/** Does something while no event can be sealed: the stack's own job would, once a minute. */
export async function withoutSealing(work: () => Promise<void>): Promise<void> {
  await sql.begin(async (older) => {
    await older`select pg_current_xact_id()`;
    await work();
  });
}

type Table = 'public.audit_events' | 'private.audit_seals';

/** Changes a table past its triggers, as whoever owns it can. */
export async function tamper(
  table: Table,
  change: (transaction: postgres.TransactionSql) => Promise<unknown>,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`alter table ${table} disable trigger append_only`);
    await change(transaction);
    await transaction.unsafe(`alter table ${table} enable trigger append_only`);
  });
}

export async function findings(chain: string | null, kept: KeptDigest | null = null): Promise<Finding[]> {
  return (await verifyAudit(sql, { chain, kept })).findings;
}

/** Runs the command as a person does. */
export function command(...args: string[]): Promise<{ code: number; output: string }> {
  const script = join(import.meta.dirname, '../../../scripts/audit-verify.ts');
  const env = { ...process.env, SUPABASE_DB_URL: dbUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

/** Takes events out of the log together with their seals. */
export async function removeLinks(ids: string[]): Promise<void> {
  await tamper('public.audit_events', (t) => t`delete from public.audit_events where id in ${t(ids)}`);
  await tamper('private.audit_seals', (t) => t`delete from private.audit_seals where event_id in ${t(ids)}`);
}

/** Takes the links up to a position out of a chain, and leaves the checkpoint that retention would leave. */
export async function removeStart(chain: string, position: number): Promise<void> {
  await sql`
    insert into private.audit_checkpoints (chain, position, hash)
    select chain, position, hash from private.audit_seals where chain = ${chain} and position = ${position}`;
  const links = await sql<Array<{ id: string }>>`
    select event_id::text as id from private.audit_seals where chain = ${chain} and position <= ${position}`;
  await removeLinks(links.map(({ id }) => id));
}

/** A chain of sealed events from the 10th of a month long ago, sealed when the month after it began. */
export async function oldChain(month: string, events = 5): Promise<{ chain: string; ids: string[] }> {
  const chain = randomUUID();
  await sql`
    select private.add_partition('public.audit_events', ${month}::text::date),
      private.add_partition('private.audit_seals', (${month}::text::date + interval '1 month')::date)`;
  const rows = await sql<Array<{ id: string }>>`
    insert into public.audit_events (occurred_at, tenant_id, action, target_type)
    select (${month}::text::timestamp + interval '9 days' + n * interval '1 hour') at time zone 'UTC', ${chain}, 'client.read', 'client'
    from generate_series(1, ${events}::integer) n
    returning id::text`;
  await sealAll();
  await tamper(
    'private.audit_seals',
    (t) => t`
      update private.audit_seals set sealed_at = (${month}::text::timestamp + interval '1 month') at time zone 'UTC'
      where chain = ${chain}`,
  );
  return { chain, ids: rows.map(({ id }) => id) };
}

/** Runs the database's own retention and returns the months that it dropped. */
export async function applyRetention(): Promise<string[]> {
  const [row] = await sql<Array<{ dropped: string[] }>>`
    select array(select jsonb_array_elements_text(private.maintain_audit_partitions() -> 'dropped')) as dropped`;
  await sealAll();
  return row?.dropped ?? [];
}

/** The first of the month that began this many months ago, UTC. */
export function monthAgo(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, 1)).toISOString().slice(0, 10);
}
