import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { KeptDigest } from '../../../scripts/audit/anchors.ts';
import { chainStart, sha256 } from '../../../scripts/audit/canonical.ts';
import type { Finding } from '../../../scripts/audit/chain.ts';
import { verifyAudit } from '../../../scripts/audit/verify-audit.ts';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';

/**
 * Everything the owner of the database can do to the audit log, done as the owner of the database, and found.
 *
 * On a stack of its own: the tests leave a log behind that no other test, and no real stack, should have.
 */

const stack = await startTestStack();
const dbUrl = stack.environment['SUPABASE_DB_URL'] ?? '';
const sql = postgres(dbUrl, { max: 2, onnotice: () => {} });
afterAll(async () => {
  await sql.end();
  await stack.stop();
});

/** A chain of this many sealed events, and the ids of the events in their order. */
async function sealedChain(events = 8): Promise<{ chain: string; ids: string[] }> {
  const chain = randomUUID();
  const ids: string[] = [];
  for (let n = 1; n <= events; n += 1) ids.push(await recordEvent(chain, `Client ${n}`));
  await sealAll();
  return { chain, ids };
}

async function recordEvent(chain: string | null, label: string): Promise<string> {
  const [row] = await sql<Array<{ id: string }>>`
    select private.record_event('client.updated', ${chain}::uuid, 'client', ${label}, ${label},
      '{"phone": "1", "note": "ăîș"}', '{"phone": "2", "nested": {"a": [1, null, "x"]}}', 'because', '{"n": 1.50}') as id`;
  return row?.id ?? '';
}

/** Open transactions anywhere in the cluster hold sealing back for a moment. */
async function sealAll(): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await sql`select private.seal_audit()`;
    const [row] = await sql<Array<{ unsealed: number }>>`
      select count(*)::int as unsealed from public.audit_events e, private.audit_sealing m
      where e.transaction_id >= m.next_transaction
        and not exists (select from private.audit_seals s where s.event_id = e.id)`;
    if (row?.unsealed === 0) return;
    await sleep(100);
  }
  throw new Error('events are still not sealed');
}

type Tables = 'public.audit_events' | 'private.audit_seals';

/** Changes a table past its triggers, as whoever owns it can. */
async function tamper(
  table: Tables,
  change: (transaction: postgres.TransactionSql) => Promise<unknown>,
): Promise<void> {
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`alter table ${table} disable trigger append_only`);
    await change(transaction);
    await transaction.unsafe(`alter table ${table} enable trigger append_only`);
  });
}

async function findings(chain: string | null, kept: KeptDigest | null = null): Promise<Finding[]> {
  return (await verifyAudit(sql, { chain, kept })).findings;
}

/** Runs the command as a person does. */
function command(...args: string[]): Promise<{ code: number; output: string }> {
  const script = join(import.meta.dirname, '../../../scripts/audit-verify.ts');
  const env = { ...process.env, SUPABASE_DB_URL: dbUrl };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

describe('a log as it was written', () => {
  it('is verified, with the events of the last minute counted apart', async () => {
    const { chain } = await sealedChain(3);
    await recordEvent(null, 'Platform');
    await sealAll();
    await recordEvent(chain, 'Just now');
    const { code, output } = await command();
    expect(output).toMatch(/\d+ events in \d+ chains verified, 1 not sealed yet/);
    expect(output).toContain('The audit log is as it was written.');
    expect(output).toMatch(/✓ platform/);
    expect(code).toBe(0);
    await sealAll();
  });

  it('is verified for one chain, as JSON', async () => {
    const { chain } = await sealedChain(4);
    const { code, output } = await command('--tenant', chain, '--json');
    expect(code).toBe(0);
    const report = JSON.parse(output) as Record<string, unknown>;
    expect(report).toMatchObject({ events: 4, unsealed: 0, findings: [], chains: [{ chain, position: 4 }] });
  });

  it('is verified after personal data has been erased on request', async () => {
    const { chain, ids } = await sealedChain(3);
    await sql`select private.erase_audit_of_target('client', 'Client 2', 'Asked for it')`;
    await sealAll();
    expect(await findings(null)).toEqual([]);
    const [event] =
      await sql`select target_label, content_salt from public.audit_events where id = ${ids[1] ?? ''}`;
    expect(event).toEqual({ target_label: null, content_salt: null });
    expect((await verifyAudit(sql, { chain, kept: null })).erasures).toBe(1);
  });

  it('is verified where retention has dropped the oldest months', async () => {
    const chain = randomUUID();
    await oldEvents(chain, 5);
    const [row] = await sql<
      Array<{ done: { dropped: string[] } }>
    >`select private.maintain_audit_partitions() as done`;
    expect(row?.done.dropped).toHaveLength(1);
    await recordEvent(chain, 'After retention');
    await sealAll();
    const report = await verifyAudit(sql, { chain: null, kept: null });
    expect(report.findings).toEqual([]);
    expect(report.chains.find((each) => each.chain === chain)).toMatchObject({ events: 1, position: 6 });

    await sql`update private.audit_checkpoints set hash = sha256(hash) where chain = ${chain}`;
    expect(await findings(chain)).toMatchObject([{ damage: 'checkpoint_broken', position: 6 }]);
    await sql`delete from private.audit_checkpoints where chain = ${chain}`;
    expect(await findings(chain)).toMatchObject([{ damage: 'order_broken', position: 6 }]);
  });

  it('says how it is used', async () => {
    expect(await command('--help')).toMatchObject({ code: 0 });
    for (const args of [['--day', '2026-11-21'], ['--nonsense'], ['--tenant', 'no-such-clinic']])
      expect(await command(...args)).toMatchObject({
        code: 2,
        output: expect.stringContaining('Usage: npm run audit:verify'),
      });
  });
});

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
    const cut = async (wanted: string[]) => {
      await tamper('public.audit_events', (t) => t`delete from public.audit_events where id in ${t(wanted)}`);
      await tamper(
        'private.audit_seals',
        (t) => t`delete from private.audit_seals where event_id in ${t(wanted)}`,
      );
    };
    await cut(ids.slice(6));
    expect(await findings(chain)).toMatchObject([
      { damage: 'seal_changed', position: 6, detail: expect.stringContaining('8 had been sealed') },
    ]);
    await cut(ids);
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

  it('events deleted under the pretext of retention', async () => {
    const { chain, ids } = await sealedChain();
    await tamper('public.audit_events', (t) => t`delete from public.audit_events where id in ${t(ids)}`);
    const [kept] = await sql`select dropped_before from private.audit_settings`;
    await sql`update private.audit_settings set dropped_before = now()`;
    expect(await findings(chain)).toMatchObject([{ damage: 'event_missing', position: 1 }]);
    await sql`update private.audit_settings set dropped_before = ${kept?.dropped_before as string}`;
  });
});

describe('a chain that was rewritten as a whole', () => {
  let rewritten: string;
  let kept: KeptDigest;

  beforeAll(async () => {
    const { chain, ids } = await sealedChain();
    rewritten = chain;
    const [row] = await sql<Array<{ anchor: KeptDigest }>>`select private.anchor_audit() as anchor`;
    kept = { day: row?.anchor.day ?? '', digest: row?.anchor.digest ?? '' };
    if ((await findings(chain, kept)).length > 0) throw new Error('the chain was not in order to begin with');
    await tamper(
      'public.audit_events',
      (t) => t`update public.audit_events set reason = 'nothing happened' where id = ${ids[1] ?? ''}`,
    );
    await resealByDatabase(chain);
  });

  it('fits in itself, but not with the anchor that the database keeps', async () => {
    const found = await findings(rewritten);
    expect(found).toMatchObject([{ damage: 'anchor_broken', chain: rewritten, position: 8 }]);
  });

  it('is found by the digest that was mailed, when the database was made to fit throughout', async () => {
    await sql`
      update private.audit_anchor_heads h set hash = a.hash from private.audit_heads a
      where a.chain = h.chain and h.chain = ${rewritten}`;
    await sql`
      update private.audit_anchors a set digest = sha256(convert_to(E'\n' || (
        select string_agg(format(E'%s %s %s\n', h.chain, h.position, encode(h.hash, 'hex')), '' order by h.chain)
        from private.audit_anchor_heads h where h.day = a.day), 'UTF8'))`;
    expect(await findings(rewritten)).toEqual([]);

    const { code, output } = await command('--tenant', rewritten, '--day', kept.day, '--digest', kept.digest);
    expect(code).toBe(1);
    expect(output).toContain(`ANCHOR BROKEN: the chains as they are give another digest for ${kept.day}`);
    expect(await findings(rewritten, { ...kept, day: '2020-01-01' })).toMatchObject([
      { damage: 'anchor_broken', detail: 'there is no anchor of 2020-01-01' },
    ]);
  });
});

/** Events of a month that retention will drop, sealed in the month after. */
async function oldEvents(chain: string, events: number): Promise<void> {
  await sql`select private.add_partition('public.audit_events', '2015-01-01'),
    private.add_partition('private.audit_seals', '2015-02-01')`;
  await sql`
    insert into public.audit_events (occurred_at, tenant_id, action, target_type)
    select timestamptz '2015-01-10' + n * interval '1 hour', ${chain}, 'client.read', 'client'
    from generate_series(1, ${events}::integer) n`;
  await sealAll();
  await tamper(
    'private.audit_seals',
    (t) => t`update private.audit_seals set sealed_at = '2015-02-01' where chain = ${chain}`,
  );
}

async function swapSeals(chain: string, a: number, b: number, columns: string[]): Promise<void> {
  const assignments = columns.map((column) => `${column} = other.${column}`).join(', ');
  await tamper('private.audit_seals', (t) =>
    t.unsafe(`
      update private.audit_seals s set ${assignments} from private.audit_seals other
      where s.chain = '${chain}' and other.chain = s.chain and (s.position, other.position) in ((${a}, ${b}), (${b}, ${a}))`),
  );
}

/** Makes every seal of a chain anew from its events, as somebody with the functions of the database would. */
async function resealByDatabase(chain: string): Promise<void> {
  await tamper('private.audit_seals', async (t) => {
    const rows = await t<Array<{ position: number; actor: Buffer; content: Buffer; facts: Buffer }>>`
      select s.position::int as position, private.audit_actor_hash(e) as actor, private.audit_content_hash(e) as content,
        private.audit_facts(e) as facts
      from private.audit_seals s join public.audit_events e on e.id = s.event_id
      where s.chain = ${chain} order by s.position`;
    let hash = chainStart(chain);
    for (const { position, actor, content, facts } of rows) {
      const event = sha256(facts, actor, content);
      hash = sha256(hash, event);
      await t`
        update private.audit_seals set actor_hash = ${actor}, content_hash = ${content}, event_hash = ${event}, hash = ${hash}
        where chain = ${chain} and position = ${position}`;
    }
    await t`update private.audit_heads set hash = ${hash} where chain = ${chain}`;
  });
}
