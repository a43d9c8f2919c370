import type postgres from 'postgres';
import { checkAnchors, type KeptDigest } from './anchors.ts';
import { platformChain } from './canonical.ts';
import { ChainCheck, type Finding, isBackDated } from './chain.ts';
import { checkErasures } from './erasures.ts';
import {
  type ChainRegister,
  inSnapshot,
  readLinks,
  readRegister,
  readUnsealed,
  type Snapshot,
  startOf,
} from './read-chain.ts';
import { readRetention, type RetentionRecord } from './read-retention.ts';
import { uncoveredStart } from './retention.ts';

export interface VerifiedChain {
  chain: string;
  /** The clinic's slug; `platform` for the events of no clinic, null for a clinic that is gone. */
  name: string | null;
  events: number;
  position: number;
  /** Hex. */
  head: string;
}

export interface AuditReport {
  chains: VerifiedChain[];
  /** Retention; then one per chain at most, the first; then erasures and anchors. */
  findings: Finding[];
  events: number;
  unsealed: number;
  oldestUnsealed: string | null;
  erasures: number;
  anchors: number;
  heads: number;
  /** Older events have been dropped by retention and are not checked; null when none have. */
  droppedBefore: string | null;
}

/**
 * Recomputes the audit log from its raw rows: every event, seal, erasure and anchor.
 *
 * @param options.chain only the chain of this clinic
 * @param options.kept a digest that was kept outside the database
 * @param sql must log in as the owner of the database
 */
export function verifyAudit(
  sql: postgres.Sql,
  options: { chain: string | null; kept: KeptDigest | null },
): Promise<AuditReport> {
  return inSnapshot(sql, async (snapshot) => {
    const register = await readRegister(snapshot);
    const retention = await readRetention(snapshot, startOf(register, platformChain));
    const { dropped } = retention;
    const checks = await checkChains(snapshot, register, options.chain, retention);
    // The platform's events say what may be missing from a clinic's chain, so they have to be in order as well.
    const grounds =
      checks.has(platformChain) || dropped.eventsBefore === null
        ? []
        : [...(await checkChains(snapshot, register, platformChain, retention)).values()];
    const unsealed = await checkUnsealed(snapshot, checks, options.chain);
    const erasures = await checkErasures(snapshot, { chain: options.chain, dropped });
    const all = [...checks.values()];
    const uncovered = new Set(
      all.filter(({ isStartUncovered }) => isStartUncovered).map(({ chain }) => chain),
    );
    const anchors = await checkAnchors(snapshot, { ...options, uncovered });
    return {
      chains: all.map((check) => ({
        chain: check.chain,
        name: register.names.get(check.chain) ?? null,
        events: check.verified,
        position: check.position,
        head: check.hash.toString('hex'),
      })),
      findings: [
        ...retention.findings,
        ...[...grounds, ...all].flatMap(({ finding }) => (finding ? [finding] : [])),
        ...unsealed.findings,
        ...erasures.findings,
        ...anchors.findings,
      ],
      events: all.reduce((sum, { verified }) => sum + verified, 0),
      unsealed: unsealed.count,
      oldestUnsealed: unsealed.oldest,
      erasures: erasures.erasures,
      anchors: anchors.anchors,
      heads: anchors.heads,
      droppedBefore: dropped.eventsBefore,
    };
  });
}

async function checkChains(
  sql: Snapshot,
  register: ChainRegister,
  chain: string | null,
  { dropped, reach }: RetentionRecord,
): Promise<Map<string, ChainCheck>> {
  const checks = new Map<string, ChainCheck>();
  const checkOf = (name: string): ChainCheck => {
    const known = checks.get(name);
    if (known) return known;
    const start = startOf(register, name);
    const check = new ChainCheck(start, dropped);
    const uncovered = uncoveredStart(name, start.position, dropped, reach);
    if (uncovered !== null) check.refuseStart(uncovered);
    checks.set(name, check);
    return check;
  };
  for await (const page of readLinks(sql, chain)) {
    page.forEach((link, index) =>
      checkOf(link.seal.chain).add(link, () =>
        page.slice(index + 1).filter(({ seal }) => seal.chain === link.seal.chain),
      ),
    );
  }
  // Also chains of which every seal is gone.
  for (const name of [...register.heads.keys(), ...register.starts.keys()])
    if (chain === null || name === chain) checkOf(name);
  for (const [name, check] of checks) check.end(register.heads.get(name));
  return checks;
}

async function checkUnsealed(
  sql: Snapshot,
  checks: ReadonlyMap<string, ChainCheck>,
  chain: string | null,
): Promise<{ count: number; oldest: string | null; findings: Finding[] }> {
  const findings = new Map<string, Finding>();
  let count = 0;
  let oldest: string | null = null;
  for await (const page of readUnsealed(sql, chain)) {
    for (const event of page) {
      const newestSealed = checks.get(event.chain)?.newestEventAt ?? null;
      if (!event.wasPassedOver && !isBackDated(event.occurred_at, newestSealed)) {
        count += 1;
        oldest ??= event.occurred_at;
      } else if (!findings.has(event.chain)) {
        findings.set(event.chain, {
          damage: 'event_inserted',
          chain: event.chain,
          position: null,
          eventId: event.id,
          occurredAt: event.occurred_at,
          action: event.action,
          detail: event.wasPassedOver
            ? 'it is not sealed, although everything of its time is'
            : 'it is not sealed, and dated long before events that are',
        });
      }
    }
  }
  return { count, oldest, findings: [...findings.values()] };
}
