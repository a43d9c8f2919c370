import { describe, expect, it } from 'vitest';
import { anchorDigest } from './anchors.ts';
import { sha256 } from './canonical.ts';
import { erasureDigest } from './erasures.ts';
import { formatReport } from './report.ts';
import type { AuditReport } from './verify-audit.ts';

const report: AuditReport = {
  chains: [
    { chain: 'c-1', name: 'bright-smile', events: 12_345, position: 12_345, head: 'ab'.repeat(32) },
    { chain: 'c-2', name: null, events: 2, position: 2, head: 'cd'.repeat(32) },
  ],
  findings: [],
  events: 12_347,
  unsealed: 3,
  oldestUnsealed: '2026-11-21T08:15:30.123456Z',
  erasures: 1,
  anchors: 9,
  heads: 18,
  droppedBefore: null,
};

describe('the report', () => {
  it('sums up a log that is as it was written', () => {
    const text = formatReport(report, { day: '2026-11-20', digest: 'ef' });
    expect(text).toContain('✓ bright-smile    12,345  abababababababab…');
    expect(text).toContain('✓ c-2');
    expect(text).toContain(
      '12,347 events in 2 chains verified, 3 not sealed yet (the last minute, since 2026-',
    );
    expect(text).toContain('The digest of 2026-11-20 fits.');
    expect(text).toMatch(/The audit log is as it was written\.$/);
    expect(formatReport(report, null)).toContain('No digest was given');
  });

  it('counts in the singular and the plural', () => {
    const chains = report.chains.slice(1);
    const one = { ...report, chains, events: 1, unsealed: 0, oldestUnsealed: null, anchors: 1, heads: 1 };
    const text = formatReport(one, null);
    expect(text).toContain('1 event in 1 chain verified, 0 not sealed yet (the last minute).');
    expect(text).toContain('1 anchor with 1 position and 1 erasure checked.');
    expect(formatReport(report, null)).toContain('9 anchors with 18 positions and 1 erasure checked.');
    expect(formatReport({ ...report, anchors: 0, heads: 0, erasures: 0 }, null)).toContain(
      '0 anchors with 0 positions and 0 erasures checked.',
    );
  });

  it('says what retention has dropped', () => {
    const text = formatReport({ ...report, droppedBefore: '2020-11-01T00:00:00.000000Z' }, null);
    expect(text).toContain('Retention has dropped the events before 2020-11-01T00:00:00.000000Z.');
    expect(formatReport(report, null)).not.toContain('Retention');
  });

  it('names what is wrong, by the name of the clinic', () => {
    const finding = {
      damage: 'content_changed',
      chain: 'c-1',
      position: 7,
      eventId: 'e-7',
      occurredAt: '2026-11-21T08:15:30.123456Z',
      action: 'client.updated',
      detail: 'changed after sealing: what it says',
    } as const;
    const text = formatReport({ ...report, findings: [finding] }, null);
    expect(text).toContain('✗ bright-smile');
    expect(text).toContain(
      'CONTENT CHANGED in bright-smile, position 7, event e-7, 2026-11-21T08:15:30.123456Z, client.updated: changed after sealing: what it says',
    );
    expect(text).toMatch(/THE AUDIT LOG HAS BEEN CHANGED: 1 finding\.$/);
    expect(formatReport({ ...report, findings: [finding, finding] }, null)).toMatch(/: 2 findings\.$/);
  });
});

describe('a digest', () => {
  it('of an anchor covers the one before it and a line for each head', () => {
    expect(anchorDigest('', ['c 1 aa', 'd 2 bb'])).toBe(sha256('\nc 1 aa\nd 2 bb\n').toString('hex'));
    expect(anchorDigest('ff', [])).toBe(sha256('ff\n').toString('hex'));
  });

  it('of an erasure does not depend on the order of its lines', () => {
    expect(erasureDigest(['b actor\n', 'a content\n', 'a actor\n'])).toBe(
      sha256('a actor\na content\nb actor\n').toString('hex'),
    );
  });
});
