import { platformChain } from './canonical.ts';
import { ChainCheck, type ChainStart, type Finding } from './chain.ts';
import { instant, readLinks, type Snapshot } from './read-chain.ts';
import {
  type AnchoredReach,
  anythingDropped,
  type Dropped,
  judgeCutOff,
  provenCutOff,
  type RetentionHistory,
  sealCutOff,
} from './retention.ts';

export interface RetentionRecord {
  dropped: Dropped;
  /** Null when there is no anchor from after the time of the dropped seals. */
  reach: AnchoredReach | null;
  findings: Finding[];
}

/**
 * Finds out what retention has dropped.
 *
 * Whoever can write to the database can write its cut-off too, so that counts only as far as events of the platform's
 * chain prove it, and these only as far as the chain is in order.
 */
export async function readRetention(sql: Snapshot, platformStart: ChainStart): Promise<RetentionRecord> {
  const stated = await readStatedCutOff(sql);
  const proven = stated === null ? null : provenCutOff(await readHistory(sql, platformStart));
  const { eventsBefore, problem } = judgeCutOff(stated, proven);
  const sealsBefore = sealCutOff(proven);
  return {
    dropped: { eventsBefore, sealsBefore, monthsKept: await readMonthsKept(sql, eventsBefore) },
    reach: sealsBefore === null ? null : await readReach(sql, sealsBefore),
    findings: problem === null ? [] : [unproven(problem)],
  };
}

async function readStatedCutOff(sql: Snapshot): Promise<string | null> {
  const [row] = await sql<Array<{ before: string | null }>>`
    select case when isfinite(dropped_before) then ${sql.unsafe(instant('dropped_before'))} else 'infinity' end as before
    from private.audit_settings where dropped_before > '-infinity'
    order by dropped_before desc limit 1`;
  return row?.before ?? null;
}

/** The events about retention as far as the platform's chain is in order, whichever others of it are gone. */
async function readHistory(sql: Snapshot, start: ChainStart): Promise<RetentionHistory> {
  const history: RetentionHistory = { events: [], isWhole: start.position === 0 };
  const check = new ChainCheck(start, anythingDropped);
  for await (const page of readLinks(sql, platformChain)) {
    for (const link of page) {
      check.add(link, () => []);
      if (check.finding) continue;
      if (link.event === null) history.isWhole = false;
      else if (link.event.action.startsWith('audit.retention_')) history.events.push(link.event);
    }
  }
  return history;
}

/** A month has a part left while there is an event of it anywhere, or its partition. */
async function readMonthsKept(sql: Snapshot, eventsBefore: string | null): Promise<Set<string>> {
  const rows = await sql<Array<{ month: string }>>`
    select to_char(e.occurred_at at time zone 'UTC', 'YYYY-MM') as month from public.audit_events e
    where e.occurred_at < ${eventsBefore ?? '-infinity'}::text::timestamptz
    union
    select replace(right(c.relname, 7), '_', '-') from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'public.audit_events'::regclass and c.relname ~ '_[0-9]{4}_[0-9]{2}$'`;
  return new Set(rows.map(({ month }) => month));
}

/**
 * Seals up to the first anchor on or after `sealsBefore` may have been made before it; later ones have not.
 *
 * The very first anchor has none before it that would show what is new in it. It is made within a day of the log.
 */
async function readReach(sql: Snapshot, sealsBefore: string): Promise<AnchoredReach | null> {
  const [anchor] = await sql<Array<{ day: string; hasOldSeals: boolean }>>`
    select a.day::text, a.day <= (${sealsBefore}::text::timestamptz at time zone 'UTC')::date
      or exists (select from private.audit_anchors b where b.day < a.day) as "hasOldSeals"
    from private.audit_anchors a
    where a.day >= (${sealsBefore}::text::timestamptz at time zone 'UTC')::date
    order by a.day limit 1`;
  if (!anchor) return null;
  const heads = anchor.hasOldSeals
    ? await sql<Array<{ chain: string; position: number }>>`
        select h.chain::text, max(h.position)::float8 as position
        from private.audit_anchor_heads h where h.day <= ${anchor.day}::text::date group by h.chain`
    : [];
  return {
    day: anchor.day,
    positions: new Map(heads.map(({ chain, position }) => [chain, position])),
  };
}

function unproven(detail: string): Finding {
  return {
    damage: 'retention_unproven',
    chain: null,
    position: null,
    eventId: null,
    occurredAt: null,
    action: null,
    detail,
  };
}
