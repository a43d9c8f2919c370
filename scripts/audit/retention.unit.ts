import { describe, expect, it } from 'vitest';
import type { AuditEvent } from './canonical.ts';
import { judgeCutOff, mayBeGone, provenCutOff, sealCutOff, uncoveredStart } from './retention.ts';

const start = (month: string): string => `${month}-01T00:00:00.000000Z`;

function eventOf(action: string, month: string, fields: Partial<AuditEvent>): AuditEvent {
  return {
    ...{
      id: '1',
      occurred_at: `${month}-01T00:10:00.123456Z`,
      tenant_id: null,
      actor_id: null,
      actor_role: null,
    },
    ...{
      action: `audit.${action}`,
      target_type: 'audit',
      target_id: null,
      succeeded: 'true',
      schema_version: '1',
    },
    ...{
      actor_salt: null,
      actor_email: null,
      ip: null,
      user_agent: null,
      request_id: null,
      session_id: null,
    },
    ...{ content_salt: null, target_label: null, before: null, after: null, details: null, reason: null },
    ...fields,
  };
}

const applied = (month: string, droppedBefore: string): AuditEvent =>
  eventOf('retention_applied', month, { details: `{"months": 1, "dropped_before": "${droppedBefore}"}` });

const changed = (month: string, months: number): AuditEvent =>
  eventOf('retention_changed', month, { after: `{"retention_months": ${months}}` });

const proven = (...events: AuditEvent[]): string | null => provenCutOff({ events, isWhole: true });
/** Of a platform chain of which retention has dropped the beginning. */
const provenLater = (...events: AuditEvent[]): string | null => provenCutOff({ events, isWhole: false });

describe('the cut-off that events prove', () => {
  it('is none without retention having been applied', () => {
    expect(proven()).toBeNull();
    expect(proven(changed('2026-11', 12))).toBeNull();
    expect(proven({ ...applied('2026-11', '2020-11-01'), succeeded: 'false' })).toBeNull();
  });

  it('is 72 months before the month in which it was applied, or what was claimed if that is less', () => {
    expect(proven(applied('2026-11', '2020-11-01'))).toBe(start('2020-11'));
    expect(proven(applied('2026-11', '2020-03-01'))).toBe(start('2020-03'));
    expect(proven(applied('2026-11', '2026-01-01'))).toBe(start('2020-11'));
    expect(proven(applied('2026-11', '2020-11-01'), applied('2026-12', '2019-01-01'))).toBe(start('2020-11'));
  });

  it('is not read from what is no beginning of a month', () => {
    expect(proven(applied('2026-11', '2020-10-31'))).toBeNull();
    expect(proven(applied('2026-11', 'infinity'))).toBeNull();
    expect(proven({ ...applied('2026-11', ''), details: null })).toBeNull();
    expect(proven({ ...applied('2026-11', ''), details: '[]' })).toBeNull();
  });

  it('follows the changes recorded before, which never go below a year', () => {
    expect(proven(changed('2026-10', 24), applied('2026-11', '2024-11-01'))).toBe(start('2024-11'));
    expect(proven(applied('2026-11', '2024-11-01'), changed('2026-11', 24))).toBe(start('2020-11'));
    expect(proven(changed('2026-10', 24), changed('2026-10', 120), applied('2026-11', '2024-11-01'))).toBe(
      start('2016-11'),
    );
    expect(proven(changed('2026-10', 1), applied('2026-11', '2026-11-01'))).toBe(start('2025-11'));
  });

  it('takes a change that says nothing for the longest retention', () => {
    const emptied = { ...changed('2026-10', 24), after: null };
    expect(proven(emptied, applied('2026-11', '2024-11-01'))).toBe(start('2006-11'));
  });

  it('follows a year of practice where the change itself may have been dropped', () => {
    const year = [applied('2025-11', '2024-11-01'), applied('2026-11', '2025-11-01')];
    expect(provenLater(...year)).toBe(start('2025-11'));
    expect(proven(...year)).toBe(start('2020-11'));
    expect(provenLater(...year.slice(1))).toBe(start('2020-11'));
    expect(provenLater(applied('2025-12', '2024-12-01'), applied('2026-11', '2025-11-01'))).toBe(
      start('2020-11'),
    );
    // Practice of two years, and then somebody drops more.
    expect(provenLater(applied('2024-11', '2022-11-01'), applied('2026-11', '2025-11-01'))).toBe(
      start('2024-11'),
    );
    expect(provenLater(...year, changed('2026-11', 36), applied('2026-12', '2025-12-01'))).toBe(
      start('2025-11'),
    );
  });
});

describe('the cut-off that the database states', () => {
  it('counts up to the proven one', () => {
    const fine = { eventsBefore: start('2015-02'), problem: null };
    expect(judgeCutOff(start('2015-02'), start('2020-11'))).toEqual(fine);
    expect(judgeCutOff(start('2015-02'), start('2015-02'))).toEqual(fine);
    expect(judgeCutOff(null, start('2020-11'))).toEqual({ eventsBefore: null, problem: null });
  });

  it('does not count further, without proof, or in the middle of a month', () => {
    expect(judgeCutOff(start('2020-12'), start('2020-11'))).toEqual({
      eventsBefore: start('2020-11'),
      problem: expect.stringContaining(`nothing after ${start('2020-11')}`),
    });
    expect(judgeCutOff(start('2020-11'), null)).toEqual({
      eventsBefore: null,
      problem: expect.stringContaining('no verified event'),
    });
    for (const stated of ['infinity', '2020-10-02T00:00:00.000000Z', '2020-10-01T00:00:00.000001Z'])
      expect(judgeCutOff(stated, start('2020-11'))).toMatchObject({
        problem: expect.stringContaining('not the beginning of a month'),
      });
  });
});

describe('what retention dropped', () => {
  const dropped = {
    eventsBefore: start('2020-11'),
    sealsBefore: start('2020-10'),
    monthsKept: new Set(['2019-05']),
  };

  it('are events of whole months', () => {
    expect(mayBeGone('2020-10-31T23:59:59.999999Z', dropped)).toBe(true);
    expect(mayBeGone('2020-11-01T00:00:00.000000Z', dropped)).toBe(false);
    expect(mayBeGone('2019-05-10T00:00:00.000000Z', dropped)).toBe(false);
    expect(mayBeGone('2019-05-10T00:00:00.000000Z', { ...dropped, eventsBefore: null })).toBe(false);
  });

  it('are seals of up to a month before', () => {
    expect(sealCutOff(start('2020-11'))).toBe(start('2020-10'));
    expect(sealCutOff(start('2020-01'))).toBe(start('2019-12'));
    expect(sealCutOff(null)).toBeNull();
  });

  it('are links that the anchor after them had reached', () => {
    const reach = { day: '2020-10-01', positions: new Map([['c', 5]]) };
    expect(uncoveredStart('c', 0, { ...dropped, sealsBefore: null }, null)).toBeNull();
    expect(uncoveredStart('c', 5, dropped, reach)).toBeNull();
    expect(uncoveredStart('c', 5, dropped, null)).toBeNull();
    expect(uncoveredStart('c', 6, dropped, reach)).toContain('only those up to 5 were old enough');
    expect(uncoveredStart('d', 1, dropped, reach)).toContain('only those up to 0 were old enough');
    expect(uncoveredStart('c', 1, { ...dropped, sealsBefore: null }, reach)).toContain('has not dropped any');
  });
});
