import { beforeAll, describe, expect, it } from 'vitest';
import { platformChain } from '../../../scripts/audit/canonical.ts';
import { verifyAudit } from '../../../scripts/audit/verify-audit.ts';
import {
  applyRetention,
  command,
  findings,
  monthAgo,
  oldChain,
  recordEvent,
  removeStart,
  sealAll,
  sealedChain,
  sql,
  tamper,
} from './audit-log.ts';

/** The day before which seals are gone: they are kept for a month more than events are. */
const lastDroppedSeals = monthAgo(73);

/** Makes the anchor of a day long ago. */
async function anchorOf(day: string): Promise<void> {
  await sql`select private.anchor_audit()`;
  await sql.begin(async (t) => {
    const [made] = await t<Array<{ day: string }>>`
      insert into private.audit_anchors (day, digest, chains, events)
      select ${day}::text::date, digest, chains, events from private.audit_anchors order by day desc limit 1
      returning (select max(day)::text from private.audit_anchors) as day`;
    await t`update private.audit_anchor_heads set day = ${day}::text::date where day = ${made?.day ?? ''}::text::date`;
    await t`delete from private.audit_anchors where day = ${made?.day ?? ''}::text::date`;
  });
}

describe('a log of which retention has dropped the oldest months', () => {
  let aged: string;
  let younger: string;
  let platformEvent: string;
  beforeAll(async () => {
    ({ chain: aged } = await oldChain('2015-01-01'));
    await anchorOf('2015-03-01');
    platformEvent = await recordEvent(null, 'Platform');
    await sealAll();
    await anchorOf(lastDroppedSeals);
    ({ chain: younger } = await oldChain(monthAgo(42)));
    await anchorOf(monthAgo(40));
    await applyRetention();
    await recordEvent(aged, 'After retention');
    await sealAll();
    await sql`select private.anchor_audit()`;
  });

  it('is verified from what is left', async () => {
    const report = await verifyAudit(sql, { chain: null, kept: null });
    expect(report).toMatchObject({ findings: [], droppedBefore: '2015-02-01T00:00:00.000000Z', anchors: 4 });
    expect(report.chains.find(({ chain }) => chain === aged)).toMatchObject({ events: 1, position: 6 });
    const { code, output } = await command('--tenant', aged);
    expect(output).toContain('1 event in 1 chain verified');
    expect(output).toContain('4 anchors with 2 positions and 0 erasures checked.');
    expect(output).toContain('Retention has dropped the events before 2015-02-01T00:00:00.000000Z.');
    expect(code).toBe(0);
  });

  it('still tells of a chain that lost more than was old enough', async () => {
    const { chain } = await sealedChain();
    await removeStart(chain, 5);
    expect(await findings(chain)).toMatchObject([
      {
        damage: 'checkpoint_broken',
        position: 5,
        detail: expect.stringContaining(
          `by the anchor of ${lastDroppedSeals} only those up to 0 were old enough`,
        ),
      },
    ]);
  });

  it('still tells of a month that was not dropped as a whole', async () => {
    const { chain, ids } = await oldChain('2018-05-01');
    await sql`update private.audit_settings set dropped_before = '2020-11-01T00:00:00Z'`;
    expect(await findings(chain)).toEqual([]);
    await tamper('public.audit_events', (t) => t`delete from public.audit_events where id = ${ids[2] ?? ''}`);
    expect(await findings(chain)).toMatchObject([{ damage: 'event_missing', position: 3, eventId: ids[2] }]);
    // Nor when nothing but the month's empty partition is left.
    await tamper('public.audit_events', (t) => t`delete from public.audit_events where id in ${t(ids)}`);
    expect(await findings(chain)).toMatchObject([{ damage: 'event_missing', position: 1, eventId: ids[0] }]);
    await sql`update private.audit_settings set dropped_before = '2015-02-01T00:00:00Z'`;
  });

  it('still tells of an event missing from a month that retention has not reached', async () => {
    const { chain, ids } = await sealedChain();
    await tamper('public.audit_events', (t) => t`delete from public.audit_events where id = ${ids[5] ?? ''}`);
    expect(await findings(chain)).toMatchObject([{ damage: 'event_missing', position: 6, eventId: ids[5] }]);
  });

  it('may be missing more once a shorter retention was recorded', async () => {
    await sql`update private.audit_settings set retention_months = 24`;
    await sql`
      select private.record_event('audit.retention_changed', null, 'audit', null,
        before => '{"retention_months": 72}', after => '{"retention_months": 24}', reason => 'Agreed with all clinics')`;
    expect(await applyRetention()).toContain(monthAgo(42).slice(0, 7));
    const report = await verifyAudit(sql, { chain: younger, kept: null });
    expect(report).toMatchObject({ findings: [], droppedBefore: `${monthAgo(41)}T00:00:00.000000Z` });
  });

  it('does not fit with a checkpoint that was changed or is gone', async () => {
    await sql`update private.audit_checkpoints set hash = sha256(hash) where chain = ${aged}`;
    const changed = await findings(aged);
    expect(changed).toMatchObject([
      { damage: 'checkpoint_broken', position: 6 },
      {
        damage: 'anchor_broken',
        position: 5,
        detail: expect.stringContaining('another hash than the checkpoint'),
      },
    ]);
    await sql`delete from private.audit_checkpoints where chain = ${aged}`;
    expect(await findings(aged)).toMatchObject([
      { damage: 'order_broken', position: 6, detail: 'no seals from position 1 to 5' },
      { damage: 'anchor_broken', position: 5, detail: expect.stringContaining('no such seal') },
    ]);
  });

  it('is not explained by a chain of the platform that was changed itself', async () => {
    await tamper(
      'public.audit_events',
      (t) => t`delete from public.audit_events where id = ${platformEvent}`,
    );
    expect(await findings(younger)).toMatchObject([
      { damage: 'event_missing', chain: platformChain, eventId: platformEvent },
    ]);
  });
});
