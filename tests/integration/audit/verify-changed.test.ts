import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  command,
  findings,
  recordEvent,
  removeLinks,
  sealAll,
  sealedChain,
  sql,
  tamper,
} from './audit-log.ts';

/** Everything the owner of the database can do to single events and seals, done as the owner of the database, and found. */

describe('a log that was changed names', () => {
  it('an event with another content, in the words of the command', async () => {
    const { chain, ids } = await sealedChain();
    await tamper(
      'public.audit_events',
      (t) => t`update public.audit_events set after = '{"phone": "3"}' where id = ${ids[4] ?? ''}`,
    );
    const { code, output } = await command('--tenant', chain);
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(
        `CONTENT CHANGED in ${chain}, position 5, event ${ids[4]}, 20\\S+Z, client\\.updated: .*what it says`,
      ),
    );
    expect(output).toContain('THE AUDIT LOG HAS BEEN CHANGED');
  });

  it.each([
    ['actor_email', "'nobody@example.test'", 'who acted'],
    ['ip', "'198.51.100.9'", 'who acted'],
    ['reason', "'another'", 'what it says'],
    ['actor_id', 'gen_random_uuid()', 'the facts of the event'],
    ['action', "'client.created'", 'the facts of the event'],
    ['succeeded', 'false', 'the facts of the event'],
  ])('the first of two events of which %s was changed', async (column, value, what) => {
    const { chain, ids } = await sealedChain(5);
    await tamper('public.audit_events', (t) =>
      t.unsafe(`update public.audit_events set ${column} = ${value} where id in ('${ids[1]}', '${ids[3]}')`),
    );
    expect(await findings(chain)).toMatchObject([
      { damage: 'content_changed', position: 2, eventId: ids[1], detail: `changed after sealing: ${what}` },
    ]);
  });

  it('an event that was deleted, also with its seal', async () => {
    const { chain, ids } = await sealedChain();
    await tamper('public.audit_events', (t) => t`delete from public.audit_events where id = ${ids[2] ?? ''}`);
    expect(await findings(chain)).toMatchObject([
      { damage: 'event_missing', position: 3, eventId: ids[2], occurredAt: expect.stringMatching(/^20/) },
    ]);
    await tamper(
      'private.audit_seals',
      (t) => t`delete from private.audit_seals where event_id = ${ids[2] ?? ''}`,
    );
    expect(await findings(chain)).toMatchObject([
      { damage: 'order_broken', position: 4, detail: 'no seals from position 3 to 3' },
    ]);
  });

  it('the end of a chain that was cut off, and a whole chain that is gone', async () => {
    const { chain, ids } = await sealedChain();
    await removeLinks(ids.slice(6));
    expect(await findings(chain)).toMatchObject([
      { damage: 'seal_changed', position: 6, detail: expect.stringContaining('8 had been sealed') },
    ]);
    await removeLinks(ids);
    expect(await findings(chain)).toMatchObject([{ damage: 'seal_changed', position: 0 }]);
  });

  it('an event that is dated back, whether past sealing or not', async () => {
    const passed = await sealedChain(3);
    const inserted = randomUUID();
    await sql`
      insert into public.audit_events (id, occurred_at, tenant_id, action, target_type, transaction_id)
      values (${inserted}, now() - interval '1 hour', ${passed.chain}, 'client.read', 'client', 3)`;
    expect(await findings(passed.chain)).toMatchObject([
      { damage: 'event_inserted', eventId: inserted, action: 'client.read', position: null },
    ]);

    const sealed = await sealedChain(3);
    const older = randomUUID();
    await sql`
      insert into public.audit_events (id, occurred_at, tenant_id, action, target_type)
      values (${older}, now() - interval '10 days', ${sealed.chain}, 'client.read', 'client')`;
    expect(await findings(sealed.chain)).toMatchObject([{ damage: 'event_inserted', eventId: older }]);
    await sql`select private.seal_audit()`;
    expect(await findings(sealed.chain)).toMatchObject([
      { damage: 'event_inserted', eventId: older, position: 4 },
    ]);
  });

  it('two events that changed places, whatever was swapped', async () => {
    const { chain } = await sealedChain();
    await swapSeals(chain, 3, 5, ['event_id', 'event_at']);
    expect(await findings(chain)).toMatchObject([{ damage: 'order_broken', position: 3 }]);
    const other = await sealedChain();
    await swapSeals(other.chain, 3, 5, [
      'event_id',
      'event_at',
      'actor_hash',
      'content_hash',
      'event_hash',
      'hash',
    ]);
    expect(await findings(other.chain)).toMatchObject([{ damage: 'order_broken', position: 3 }]);
  });

  it.each(['hash', 'event_hash', 'actor_hash', 'content_hash'])(
    'a seal of which %s was changed',
    async (column) => {
      const { chain } = await sealedChain(4);
      await tamper('private.audit_seals', (t) =>
        t.unsafe(
          `update private.audit_seals set ${column} = sha256(${column}) where chain = '${chain}' and position = 2`,
        ),
      );
      expect(await findings(chain)).toMatchObject([{ damage: 'seal_changed', position: 2 }]);
    },
  );

  it('a seal that stands there twice', async () => {
    const { chain } = await sealedChain(4);
    await sql`
      insert into private.audit_seals
      select chain, position, event_id, event_at, actor_hash, content_hash, event_hash, hash, sealed_at + interval '1 second'
      from private.audit_seals where chain = ${chain} and position = 2`;
    expect(await findings(chain)).toMatchObject([{ damage: 'order_broken', position: 2 }]);
  });

  it('an erasure that nobody recorded, and one that took more than was recorded', async () => {
    const { chain, ids } = await sealedChain();
    const empty = async (id: string) => {
      await sql.begin(async (t) => {
        await t`set local chairside.erasing = 'on'`;
        await t`update public.audit_events set content_salt = null, target_label = null, before = null, after = null,
          details = null, reason = null where id = ${id}`;
      });
    };
    await empty(ids[3] ?? '');
    expect(await findings(chain)).toMatchObject([
      { damage: 'erasure_not_recorded', position: 4, eventId: ids[3] },
    ]);

    // With a list entry of its own: no event tells of such an erasure.
    await sql`
      insert into private.audit_erasures (event_id, event_at, part, erasure_id)
      select id, occurred_at, 'content', ${randomUUID()} from public.audit_events where id = ${ids[3] ?? ''}`;
    expect(await findings(chain)).toMatchObject([
      {
        damage: 'erasure_not_recorded',
        eventId: ids[3],
        detail: expect.stringContaining('no event of the platform'),
      },
    ]);

    // Smuggled into an erasure that did happen.
    const other = await sealedChain();
    const label = `Client ${randomUUID()}`;
    const asked = await recordEvent(other.chain, label);
    await sealAll();
    await sql`select private.erase_audit_of_target('client', ${label}, 'Asked for it')`;
    await empty(other.ids[0] ?? '');
    await sql`
      insert into private.audit_erasures (event_id, event_at, part, erasure_id)
      select e.id, e.occurred_at, 'content', (select erasure_id from private.audit_erasures where event_id = ${asked})
      from public.audit_events e where e.id = ${other.ids[0] ?? ''}`;
    expect(await findings(other.chain)).toMatchObject([
      {
        damage: 'erasure_not_recorded',
        detail: expect.stringContaining('2 parts were emptied, but its event says 1'),
      },
    ]);
  });

  it('an erased part that holds data again', async () => {
    const { chain, ids } = await sealedChain(3);
    const label = `Client ${randomUUID()}`;
    const asked = await recordEvent(chain, label);
    await sealAll();
    await sql`select private.erase_audit_of_target('client', ${label}, 'Asked for it')`;
    expect(await findings(chain)).toEqual([]);
    await tamper(
      'public.audit_events',
      (t) => t`update public.audit_events set reason = 'x' where id = ${asked}`,
    );
    expect(await findings(chain)).toMatchObject([
      {
        damage: 'content_changed',
        position: ids.length + 1,
        detail: expect.stringContaining('holds data again'),
      },
    ]);
  });
});

async function swapSeals(chain: string, a: number, b: number, columns: string[]): Promise<void> {
  const assignments = columns.map((column) => `${column} = other.${column}`).join(', ');
  await tamper('private.audit_seals', (t) =>
    t.unsafe(`
      update private.audit_seals s set ${assignments} from private.audit_seals other
      where s.chain = '${chain}' and other.chain = s.chain and (s.position, other.position) in ((${a}, ${b}), (${b}, ${a}))`),
  );
}
