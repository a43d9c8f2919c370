import { sha256 } from './canonical.ts';
import type { Finding } from './chain.ts';
import type { Snapshot } from './read-chain.ts';

const headsPerPage = 5_000;

/** The digest of a day that was kept outside the database. */
export interface KeptDigest {
  day: string;
  /** Hex, lower case, without spaces. */
  digest: string;
}

export interface AnchorCheck {
  /** Anchors whose digest was recomputed. */
  anchors: number;
  /** Positions that were compared with the seals. */
  heads: number;
  findings: Finding[];
}

interface AnchorRow {
  day: string;
  digest: string;
}

interface HeadRow {
  day: string;
  chain: string;
  position: number;
  hash: string;
  /** Null: there is no such seal any more. */
  sealed: string | null;
  checkpoint: number | null;
  checkpointHash: string | null;
}

/**
 * Recomputes the digest of every anchor, each over the one before it, and compares the positions they cover with the seals.
 *
 * @param options.uncovered chains whose checkpoint no retention explains
 */
export async function checkAnchors(
  sql: Snapshot,
  options: { chain: string | null; kept: KeptDigest | null; uncovered: ReadonlySet<string> },
): Promise<AnchorCheck> {
  const check: AnchorCheck = { anchors: 0, heads: 0, findings: [] };
  const anchors = await sql<AnchorRow[]>`
    select day::text, encode(digest, 'hex') as digest from private.audit_anchors order by audit_anchors.day`;
  const computed = await computeDigests(sql, anchors);
  check.anchors = anchors.length;

  const { kept } = options;
  if (kept) {
    const digest = computed.get(kept.day);
    if (digest === undefined) check.findings.push(broken(`there is no anchor of ${kept.day}`));
    else if (digest !== kept.digest)
      check.findings.push(broken(`the chains as they are give another digest for ${kept.day}: ${digest}`));
  }
  const unfit = anchors.find(({ day, digest }) => computed.get(day) !== digest);
  if (unfit && check.findings.length === 0)
    check.findings.push(broken(`the anchor of ${unfit.day} does not fit the positions stored with it`));

  const wrongChains = new Set<string>();
  for await (const page of readHeads(sql, options.chain)) {
    for (const head of page) {
      const detail = wrongChains.has(head.chain) ? null : problemOf(head, options.uncovered);
      check.heads += 1;
      if (detail === null) continue;
      wrongChains.add(head.chain);
      check.findings.push({ ...broken(detail), chain: head.chain, position: head.position });
    }
  }
  return check;
}

/** Days with the digests their stored positions give, each taking in the digest before it as recomputed. */
async function computeDigests(sql: Snapshot, anchors: readonly AnchorRow[]): Promise<Map<string, string>> {
  const computed = new Map<string, string>();
  let previous = '';
  for (const { day } of anchors) {
    const rows = await sql<Array<{ line: string }>>`
      select h.chain || ' ' || h.position || ' ' || encode(h.hash, 'hex') as line
      from private.audit_anchor_heads h where h.day = ${day}::text::date order by h.chain`;
    previous = anchorDigest(
      previous,
      rows.map(({ line }) => line),
    );
    computed.set(day, previous);
  }
  return computed;
}

/** The digest of an anchor: over the digest before it ('' for the first) and a line for each head that moved. */
export function anchorDigest(previous: string, lines: readonly string[]): string {
  return sha256(`${previous}\n`, ...lines.map((line) => `${line}\n`)).toString('hex');
}

async function* readHeads(sql: Snapshot, chain: string | null): AsyncGenerator<HeadRow[]> {
  const rows = sql<HeadRow[]>`
    select h.day::text, h.chain::text, h.position::float8 as position, encode(h.hash, 'hex') as hash,
      encode(s.hash, 'hex') as sealed, c.position::float8 as checkpoint, encode(c.hash, 'hex') as "checkpointHash"
    from private.audit_anchor_heads h
    left join private.audit_seals s on s.chain = h.chain and s.position = h.position
    left join lateral (
      select k.position, k.hash from private.audit_checkpoints k
      where k.chain = h.chain and k.position >= h.position order by k.position limit 1) c on true
    where ${chain}::uuid is null or h.chain = ${chain}::uuid
    order by h.day, h.chain`;
  yield* rows.cursor(headsPerPage);
}

/** Why a head does not fit the chain, or null. */
function problemOf(head: HeadRow, uncovered: ReadonlySet<string>): string | null {
  const where = `the anchor of ${head.day}`;
  if (head.sealed !== null)
    return head.sealed === head.hash ? null : `${where} holds another hash for this position`;
  if (head.checkpoint === null) return `${where} covers this position, but there is no such seal`;
  if (head.checkpoint === head.position && head.checkpointHash !== head.hash)
    return `${where} holds another hash than the checkpoint at this position`;
  return uncovered.has(head.chain)
    ? `${where} covers this position, whose seal is gone although retention has not reached it`
    : null;
}

function broken(detail: string): Finding {
  return {
    damage: 'anchor_broken',
    chain: null,
    position: null,
    eventId: null,
    occurredAt: null,
    action: null,
    detail,
  };
}
