import type postgres from 'postgres';
import { type AuditEvent, platformChain } from './canonical.ts';
import { type ChainStart, genesis, type Link, type Seal } from './chain.ts';

/** A transaction in which everything is read from one moment. */
export type Snapshot = postgres.TransactionSql;

const linksPerPage = 1_000;
const lastChain = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Timestamps as text with microseconds, which a JavaScript date would lose. */
export const instant = (column: string): string =>
  `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;

/** Columns of public.audit_events as AuditEvent has them. */
const eventColumns = `
  e.id::text, ${instant('e.occurred_at')} as occurred_at, e.tenant_id::text, e.actor_id::text, e.actor_role, e.action,
  e.target_type, e.target_id, e.succeeded::text, e.schema_version::text,
  e.actor_salt::text, e.actor_email, host(e.ip) as ip, e.user_agent, e.request_id, e.session_id::text,
  e.content_salt::text, e.target_label, e.before::text, e.after::text, e.details::text, e.reason`;

/**
 * Reads in one moment, without changing anything, and without the help of the database's own functions.
 *
 * `search_path` and `row_security` keep functions and policies of the same names from standing in between; the planner
 * settings keep each page a walk along indexes, however many rows the statistics promise.
 */
export function inSnapshot<T>(sql: postgres.Sql, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  return sql.begin('isolation level repeatable read read only', async (snapshot) => {
    await snapshot`set local search_path = pg_catalog`;
    await snapshot`set local row_security = off`;
    await snapshot`set local statement_timeout = 0`;
    return read(snapshot);
  }) as Promise<T>;
}

type Head = { position: number; hash: Buffer };

/** What is known about the chains before they are read. */
export interface ChainRegister {
  /** Where each chain begins; a chain without an entry begins with its first event. */
  starts: Map<string, ChainStart>;
  /** The newest position of each chain, as the database kept it. */
  heads: Map<string, Head>;
  /** Names of the clinics, for people. */
  names: Map<string, string>;
}

export async function readRegister(sql: Snapshot): Promise<ChainRegister> {
  const starts = await sql<Array<Head & { chain: string }>>`
    select distinct on (chain) chain::text, position::float8 as position, hash
    from private.audit_checkpoints order by chain, position desc`;
  const heads = await sql<
    Array<Head & { chain: string }>
  >`select chain::text, position::float8 as position, hash from private.audit_heads`;
  const clinics = await sql<Array<{ id: string; slug: string }>>`select id::text, slug from public.tenants`;
  return {
    starts: new Map(starts.map((start) => [start.chain, start])),
    heads: new Map(heads.map(({ chain, position, hash }) => [chain, { position, hash }])),
    names: new Map([
      ...clinics.map(({ id, slug }) => [id, slug] as const),
      [platformChain, 'platform'] as const,
    ]),
  };
}

export function startOf(register: ChainRegister, chain: string): ChainStart {
  return register.starts.get(chain) ?? genesis(chain);
}

/**
 * All links, chain after chain, page after page.
 *
 * @param chain only this one
 */
export async function* readLinks(sql: Snapshot, chain: string | null): AsyncGenerator<Link[]> {
  await sql`set local enable_hashjoin = off`;
  await sql`set local enable_mergejoin = off`;
  await sql`set local enable_seqscan = off`;
  let after = { chain: chain ?? platformChain, position: -1, sealed_at: '-infinity' };
  for (;;) {
    const rows = await sql.unsafe<LinkRow[]>(linkQuery, [
      after.chain,
      after.position,
      after.sealed_at,
      chain ?? lastChain,
      linksPerPage,
    ]);
    const last = rows.at(-1);
    if (!last) break;
    yield rows.map(linkOf);
    after = { chain: last.chain, position: last.position, sealed_at: last.sealed_at };
  }
  await sql`set local enable_hashjoin = on`;
  await sql`set local enable_mergejoin = on`;
  await sql`set local enable_seqscan = on`;
}

type LinkRow = Seal & { [Column in keyof AuditEvent]: AuditEvent[Column] | null } & {
  actor_erased: boolean;
  content_erased: boolean;
};

// A page is cut before the events are looked up: the limit must not leave the planner a reason to read them all.
const linkQuery = `
  with page as materialized (
    select * from private.audit_seals
    where (chain, position, sealed_at) > ($1::uuid, $2::bigint, $3::text::timestamptz) and chain <= $4::uuid
    order by chain, position, sealed_at limit $5
  )
  select s.chain::text, s.position::float8 as position, s.event_id::text, ${instant('s.event_at')} as event_at,
    s.actor_hash, s.content_hash, s.event_hash, s.hash, ${instant('s.sealed_at')} as sealed_at, ${eventColumns},
    exists (select from private.audit_erasures x
      where x.event_id = s.event_id and x.event_at = s.event_at and x.part = 'actor') as actor_erased,
    exists (select from private.audit_erasures x
      where x.event_id = s.event_id and x.event_at = s.event_at and x.part = 'content') as content_erased
  from page s
  left join public.audit_events e on e.occurred_at = s.event_at and e.id = s.event_id
  order by s.chain, s.position, s.sealed_at`;

function linkOf(row: LinkRow): Link {
  const { id, occurred_at, action, target_type, succeeded, schema_version } = row;
  const event =
    id === null
      ? null
      : ({ ...row, id, occurred_at, action, target_type, succeeded, schema_version } as AuditEvent);
  return { seal: row, event, erased: { actor: row.actor_erased, content: row.content_erased } };
}

/** An event that no seal covers. */
export interface UnsealedEvent {
  id: string;
  occurred_at: string;
  chain: string;
  action: string;
  /** Its transaction has ended before the last sealing, which should therefore have sealed it. */
  wasPassedOver: boolean;
}

export async function* readUnsealed(sql: Snapshot, chain: string | null): AsyncGenerator<UnsealedEvent[]> {
  // A database restored elsewhere counts transactions anew; until the next sealing its mark means nothing.
  const [mark] = await sql<Array<{ next: string }>>`
    select case when next_transaction <= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
      then next_transaction else 0 end::text as next
    from private.audit_sealing`;
  const rows = sql<UnsealedEvent[]>`
    select e.id::text, ${sql.unsafe(instant('e.occurred_at'))} as occurred_at, e.action,
      coalesce(e.tenant_id::text, ${platformChain}) as chain, e.transaction_id < ${mark?.next ?? '0'}::bigint as "wasPassedOver"
    from public.audit_events e
    where not exists (select from private.audit_seals s where s.event_id = e.id and s.event_at = e.occurred_at)
      and (${chain}::uuid is null or coalesce(e.tenant_id, ${platformChain}::uuid) = ${chain}::uuid)
    order by e.occurred_at, e.id`;
  yield* rows.cursor(linksPerPage);
}
