import { sha256 } from './canonical.ts';
import type { Finding } from './chain.ts';
import type { Snapshot } from './read-chain.ts';
import { type Dropped, mayBeGone } from './retention.ts';

const rowsPerPage = 5_000;

interface ErasedPart {
  erasureId: string;
  eventId: string;
  part: string;
}

interface ErasureRecord {
  occurredAt: string | null;
  details: { count?: unknown; digest?: unknown } | null;
  newestErased: string;
}

/**
 * Checks that every emptied part of an event is one that an event `audit.erased` names by number and digest.
 *
 * @param chain only erasures that touch this chain
 * @param dropped erasures of events that are gone have been dropped together with them
 */
export async function checkErasures(
  sql: Snapshot,
  options: { chain: string | null; dropped: Dropped },
): Promise<{ erasures: number; findings: Finding[] }> {
  const findings: Finding[] = [];
  const ids = await sql<Array<{ id: string }>>`
    select distinct x.erasure_id::text as id from private.audit_erasures x
    where ${options.chain}::uuid is null or exists (
      select from private.audit_seals s where s.event_id = x.event_id and s.chain = ${options.chain}::uuid)
    order by 1`;
  for (const { id } of ids) {
    const lines: string[] = [];
    const parts = sql<ErasedPart[]>`
      select x.erasure_id::text as "erasureId", x.event_id::text as "eventId", x.part
      from private.audit_erasures x where x.erasure_id = ${id}::uuid`;
    for await (const page of parts.cursor(rowsPerPage))
      lines.push(...page.map(({ eventId, part }) => `${eventId} ${part}\n`));
    const record = await readRecord(sql, id);
    const problem = problemOf(record, lines, options.dropped);
    if (!problem) continue;
    const [first] = lines.toSorted();
    findings.push({
      damage: 'erasure_not_recorded',
      chain: options.chain,
      position: null,
      eventId: first?.split(' ')[0] ?? null,
      occurredAt: record.occurredAt,
      action: 'audit.erased',
      detail: `erasure ${id}: ${problem}`,
    });
  }
  return { erasures: ids.length, findings };
}

/** Digest of an erasure: SHA-256 in hex over its sorted lines `<event id> <part>\n`. */
export function erasureDigest(lines: readonly string[]): string {
  return sha256(lines.toSorted().join('')).toString('hex');
}

async function readRecord(sql: Snapshot, erasureId: string): Promise<ErasureRecord> {
  const [row] = await sql<ErasureRecord[]>`
    select to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "occurredAt", e.details,
      to_char(x.newest at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as "newestErased"
    from (select max(event_at) as newest from private.audit_erasures where erasure_id = ${erasureId}::uuid) x
    left join public.audit_events e on e.id = ${erasureId}::uuid
      and e.action = 'audit.erased' and e.tenant_id is null and e.succeeded`;
  return row ?? { occurredAt: null, details: null, newestErased: '' };
}

function problemOf(
  { occurredAt, details, newestErased }: ErasureRecord,
  lines: readonly string[],
  dropped: Dropped,
): string | null {
  if (occurredAt === null) {
    return mayBeGone(newestErased, dropped) ? null : 'no event of the platform tells of it';
  }
  if (details?.count !== lines.length)
    return `${lines.length} parts were emptied, but its event says ${String(details?.count)}`;
  return details.digest === erasureDigest(lines) ? null : 'other parts were emptied than its event says';
}
