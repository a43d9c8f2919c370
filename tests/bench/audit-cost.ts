/**
 * npm run bench -- audit-cost [rounds] [seconds]
 *
 * What the audit trail costs on a table that is written all the time: pairs of insert and update on public.clients, a
 * transaction each, by members of eight clinics over eight connections, under row-level security. Rounds with and without
 * the audit trigger take turns in one run, so the ratio holds although the machine is what it is.
 * Ends with 1 when auditing costs more than 45 % of the throughput.
 */
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type DurableDatabase, startDurableDatabase } from './durable-database.ts';

const run = promisify(execFile);

const mostLoss = 0.45;
const connections = 8;
const [rounds = 3, seconds = 10] = process.argv.slice(2).map(Number);

/** One person with eight clinics stands for eight people: the connection of each writes to a clinic of its own. */
const person = randomUUID();
const clinicIds = Array.from({ length: connections }, () => randomUUID());

const transaction = `
begin;
insert into public.clients (tenant_id, first_name, last_name, email, phone)
select c.id, 'Ana', 'Popescu', 'ana.' || gen_random_uuid() || '@clinic.example', public.bench_phone()
from public.bench_clinics c where c.n = :client_id
returning id, tenant_id \\gset
update public.clients set phone = public.bench_phone(), last_name = 'Ionescu' where tenant_id = :tenant_id and id = :id;
commit;
`;

const database = await startDurableDatabase();
try {
  const pgbench = join(database.engine.bin, 'pgbench');
  if (!existsSync(pgbench)) throw new Error('This benchmark needs pgbench, which comes with postgresql-15.');
  await prepare(database);
  process.exitCode = await measure(database, pgbench);
} finally {
  await database.stop();
}

async function measure({ admin, ownerUrl }: DurableDatabase, pgbench: string): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'chairside-pgbench-'));
  const script = join(folder, 'pair.sql');
  writeFileSync(script, transaction);
  const throughput = async (length: number): Promise<number> => {
    const claims = JSON.stringify({ sub: person, role: 'authenticated', session_id: randomUUID() });
    const headers = JSON.stringify({ 'x-forwarded-for': '203.0.113.7', 'user-agent': 'Mozilla/5.0(bench)' });
    const settings = ['role=authenticated', `request.jwt.claims=${claims}`, `request.headers=${headers}`];
    const { stdout } = await run(
      pgbench,
      [
        ...['--no-vacuum', '--protocol=prepared', `--client=${connections}`, '--jobs=2'],
        ...[`--time=${length}`, `--file=${script}`, ownerUrl],
      ],
      { env: { ...process.env, PGOPTIONS: settings.map((setting) => `-c ${setting}`).join(' ') } },
    );
    if (!/number of failed transactions: 0 /.test(stdout)) throw new Error(`Transactions failed:\n${stdout}`);
    return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
  };

  try {
    const audited: number[] = [];
    const plain: number[] = [];
    await throughput(2);
    for (let round = 1; round <= rounds; round += 1) {
      for (const [figures, state] of [
        [plain, 'disable'],
        [audited, 'enable'],
      ] as const) {
        await admin.unsafe(`alter table public.clients ${state} trigger audit_change`);
        await admin`checkpoint`;
        figures.push(await throughput(seconds));
      }
      console.log(
        `round ${round}: ${tps(plain.at(-1))} without, ${tps(audited.at(-1))} with the audit trigger`,
      );
    }
    return await report(admin, plain, audited);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function report(admin: DurableDatabase['admin'], plain: number[], audited: number[]): Promise<number> {
  // By round: what else the machine does hits both halves of a round alike.
  const loss = median(audited.map((figure, round) => 1 - figure / (plain[round] ?? Number.NaN)));
  const [server] = await admin`
    select current_setting('server_version') as version, current_setting('fsync') as fsync,
      current_setting('synchronous_commit') as commit, current_setting('shared_buffers') as buffers`;
  const [size] = await admin<Array<{ events: number; bytes: number }>>`
    select count(*)::int as events, (
      select sum(pg_total_relation_size(i.inhrelid))::float8 from pg_inherits i
      where i.inhparent = 'public.audit_events'::regclass) as bytes
    from public.audit_events where target_type = 'client'`;
  const { events, perSecond } = await seal(admin);
  console.log(`
PostgreSQL ${server?.version} on ${cpus().length} cores, fsync ${server?.fsync}, synchronous_commit ${server?.commit}, shared_buffers ${server?.buffers}
without: ${tps(median(plain))}, with: ${tps(median(audited))} (medians of ${rounds} rounds); loss of a round, median: ${(loss * 100).toFixed(1)} %, at most ${mostLoss * 100} %
an event takes ${Math.round((size?.bytes ?? 0) / Math.max(size?.events ?? 1, 1))} bytes with its indexes; sealing in the background: ${Math.round(perSecond)} events/s (${events} events)`);
  return loss > mostLoss ? 1 : 0;
}

/** Seals what the rounds have written, as the scheduled job does. */
async function seal(admin: DurableDatabase['admin']): Promise<{ events: number; perSecond: number }> {
  const started = performance.now();
  let events = 0;
  for (;;) {
    const [row] = await admin<Array<{ sealed: number }>>`select private.seal_audit() as sealed`;
    if (!row?.sealed) break;
    events += row.sealed;
  }
  return { events, perSecond: events / ((performance.now() - started) / 1000) };
}

/** Lays out people and clinics, and keeps the scheduled jobs from running into the measurement. */
async function prepare({ admin }: DurableDatabase): Promise<void> {
  await admin`delete from cron.job`;
  await admin.begin(async (sql) => {
    // Past the triggers that admit only invited people.
    await sql`set local session_replication_role = replica`;
    await sql`insert into auth.users (id, email) values (${person}, 'bench@example.test')`;
    await sql`insert into public.profiles (user_id, email) values (${person}, 'bench@example.test')`;
    await sql`create table public.bench_clinics (n integer primary key, id uuid not null)`;
    await sql`grant select on public.bench_clinics to authenticated`;
    // Nobody else of a clinic has a client's number or address.
    await sql`
      create function public.bench_phone() returns text language sql volatile
      return '+407' || lpad(floor(random() * 100000000)::text, 8, '0')`;
    await sql`grant execute on function public.bench_phone to authenticated`;
    for (const [n, id] of clinicIds.entries()) {
      await sql`insert into public.bench_clinics values (${n}, ${id})`;
      await sql`insert into public.tenants (id, slug, name, max_seats) values (${id}, ${`bench-${n}`}, ${`Clinic ${n}`}, 9)`;
      await sql`insert into public.memberships (tenant_id, user_id, role) values (${id}, ${person}, 'owner')`;
    }
  });
  await admin`analyze`;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function tps(value: number | undefined): string {
  return `${Math.round(value ?? Number.NaN)} pairs/s`;
}
