import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  applyRetention,
  command,
  findings,
  monthAgo,
  oldChain,
  recordEvent,
  removeLinks,
  removeStart,
  sealAll,
  sealedChain,
  sql,
  tamper,
  withoutSealing,
} from './audit-log.ts';

/** What the owner of the database does away with as if retention had dropped it. */

async function stateCutOff(cutOff: string): Promise<void> {
  await sql`update private.audit_settings set dropped_before = ${cutOff}::text::timestamptz, retention_months = 72`;
}
afterEach(() => stateCutOff('-infinity'));

/** What six years of retention leave. */
const sixYearsAgo = monthAgo(72);
/** A month that retention has not reached, and the one after it. */
const [younger, afterYounger] = [monthAgo(33), monthAgo(32)];

describe('the beginning of a log that was wiped', () => {
  let whole: string;
  let restarted: string;
  let cut: { chain: string; ids: string[] };
  beforeAll(async () => {
    ({ chain: whole } = await sealedChain());
    ({ chain: restarted } = await sealedChain());
    cut = await sealedChain();
    await sql`select private.anchor_audit()`;
    for (const chain of [restarted, cut.chain]) await recordEvent(chain, 'After the anchor');
    await sealAll();
    if ((await findings(null)).length > 0) throw new Error('the log was not in order to begin with');
    await removeStart(restarted, 8);
    await removeLinks(cut.ids);
  });

  it('up to the first anchor is missed, whatever checkpoint was left', async () => {
    expect(await findings(restarted)).toMatchObject([
      {
        damage: 'checkpoint_broken',
        position: 8,
        detail: 'the seals up to position 8 are gone, but retention has not dropped any',
      },
      { damage: 'anchor_broken', position: 8, detail: expect.stringContaining('retention has not reached') },
    ]);
    expect(await findings(cut.chain)).toMatchObject([
      { damage: 'order_broken', position: 9, detail: 'no seals from position 1 to 8' },
      { damage: 'anchor_broken', position: 8, detail: expect.stringContaining('no such seal') },
    ]);
    expect(await findings(whole)).toEqual([]);
  });

  it('is missed where the database says that retention did it', async () => {
    await stateCutOff(`${monthAgo(0)}T00:00:00Z`);
    expect(await findings(restarted)).toMatchObject([
      { damage: 'retention_unproven', chain: null },
      { damage: 'checkpoint_broken', position: 8 },
      { damage: 'anchor_broken', position: 8 },
    ]);
    const { code, output } = await command('--tenant', restarted);
    expect(code).toBe(1);
    expect(output).toMatch(/RETENTION UNPROVEN: .* but no verified event of the platform shows it/);
    expect(output).toContain('THE AUDIT LOG HAS BEEN CHANGED: 3 findings.');
  });
});

describe('a retention that was made up', () => {
  let aged: { chain: string; ids: string[] };
  beforeAll(async () => {
    aged = await oldChain(younger);
    await tamper('public.audit_events', (t) => t`delete from public.audit_events where id in ${t(aged.ids)}`);
    const partition = `private.audit_events_${younger.slice(0, 7).replace('-', '_')}`;
    await sql.unsafe(
      `alter table public.audit_events detach partition ${partition}; drop table ${partition}`,
    );
  });

  it.each([
    ['', `${afterYounger}T00:00:00Z`, 'no verified event of the platform shows it'],
    ['in the middle of a month', `${afterYounger.slice(0, 8)}02T00:00:00Z`, 'not the beginning of a month'],
    ['for ever', 'infinity', 'not the beginning of a month'],
  ])('by writing a cut-off %s does not explain missing events', async (_when, cutOff, detail) => {
    await stateCutOff(cutOff);
    expect(await findings(aged.chain)).toMatchObject([
      { damage: 'retention_unproven', detail: expect.stringContaining(detail) },
      { damage: 'event_missing', position: 1, eventId: aged.ids[0] },
    ]);
  });

  it('by an event that is not in the chain yet explains nothing', async () => {
    await stateCutOff(`${afterYounger}T00:00:00Z`);
    await withoutSealing(async () => {
      await sql`
        insert into public.audit_events (action, target_type, details)
        values ('audit.retention_applied', 'audit', ${sql.json({ dropped_before: sixYearsAgo, months: 1 })})`;
      expect(await findings(aged.chain)).toMatchObject([
        { damage: 'retention_unproven', detail: expect.stringContaining('no verified event') },
        { damage: 'event_missing', position: 1 },
      ]);
    });
  });

  it('by an event that claims more than six years explains no more than six years', async () => {
    await stateCutOff(`${afterYounger}T00:00:00Z`);
    await sql`
      select private.record_event('audit.retention_applied', null, 'audit', null,
        details => ${sql.json({ dropped_before: afterYounger, months: 1 })})`;
    await sealAll();
    expect(await findings(aged.chain)).toMatchObject([
      { damage: 'retention_unproven', detail: expect.stringContaining(`allow nothing after ${sixYearsAgo}`) },
      { damage: 'event_missing', position: 1 },
    ]);
  });

  it("by the database's own function explains nothing when the setting was changed without a record", async () => {
    const { chain, ids } = await oldChain(monthAgo(40));
    await sql`update private.audit_settings set retention_months = 12`;
    expect(await applyRetention()).toContain(monthAgo(40).slice(0, 7));
    expect(await findings(chain)).toMatchObject([
      { damage: 'retention_unproven', detail: expect.stringContaining(`allow nothing after ${sixYearsAgo}`) },
      { damage: 'checkpoint_broken', position: ids.length },
    ]);
  });
});
