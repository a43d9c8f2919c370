import type { Damage, Finding } from './chain.ts';
import type { KeptDigest } from './anchors.ts';
import type { AuditReport } from './verify-audit.ts';

const damages: Record<Damage, string> = {
  content_changed: 'content changed',
  event_missing: 'event missing',
  event_inserted: 'event inserted',
  seal_changed: 'seal changed',
  order_broken: 'order broken',
  checkpoint_broken: 'checkpoint broken',
  retention_unproven: 'retention unproven',
  erasure_not_recorded: 'erasure not recorded',
  anchor_broken: 'anchor broken',
};

const number = (value: number): string => value.toLocaleString('en');
/** "1 anchor", "2 anchors". */
const count = (value: number, noun: string): string => `${number(value)} ${noun}${value === 1 ? '' : 's'}`;

/** The report as lines for a person: each chain, what is wrong first in it, and one sentence that sums up. */
export function formatReport(report: AuditReport, kept: KeptDigest | null): string {
  const names = new Map(report.chains.map(({ chain, name }) => [chain, name ?? chain]));
  const broken = new Set(report.findings.map(({ chain }) => chain));
  const width = Math.max(8, ...[...names.values()].map((name) => name.length));
  const lines = report.chains.map(
    ({ chain, events, head }) =>
      `${broken.has(chain) ? '✗' : '✓'} ${(names.get(chain) ?? '').padEnd(width)} ${number(events).padStart(9)}  ${head.slice(0, 16)}…`,
  );
  if (report.findings.length > 0)
    lines.push('', ...report.findings.map((finding) => formatFinding(finding, names)));
  return [...lines, '', ...summary(report, kept)].join('\n');
}

function formatFinding(finding: Finding, names: ReadonlyMap<string, string>): string {
  const { damage, chain, position, eventId, occurredAt, action, detail } = finding;
  const where = [
    chain === null ? null : (names.get(chain) ?? chain),
    position === null ? null : `position ${position}`,
    eventId === null ? null : `event ${eventId}`,
    occurredAt,
    action,
  ].filter((part) => part !== null);
  return `${damages[damage].toUpperCase()}${where.length > 0 ? ` in ${where.join(', ')}` : ''}: ${detail}`;
}

function summary(report: AuditReport, kept: KeptDigest | null): string[] {
  const { events, chains, unsealed, oldestUnsealed, erasures, anchors, heads, droppedBefore, findings } =
    report;
  const since = oldestUnsealed === null ? '' : `, since ${oldestUnsealed}`;
  return [
    `${count(events, 'event')} in ${count(chains.length, 'chain')} verified, ${number(unsealed)} not sealed yet (the last minute${since}).`,
    `${count(anchors, 'anchor')} with ${count(heads, 'position')} and ${count(erasures, 'erasure')} checked.`,
    ...(droppedBefore === null ? [] : [`Retention has dropped the events before ${droppedBefore}.`]),
    ...(kept === null
      ? [
          'No digest was given: compare with one from an anchor mail to be sure that nothing was rewritten as a whole.',
        ]
      : findings.some(({ damage }) => damage === 'anchor_broken')
        ? []
        : [`The digest of ${kept.day} fits.`]),
    findings.length === 0
      ? 'The audit log is as it was written.'
      : `THE AUDIT LOG HAS BEEN CHANGED: ${count(findings.length, 'finding')}.`,
  ];
}
