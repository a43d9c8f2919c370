import { beforeAll, describe, expect, it } from 'vitest';
import type { KeptDigest } from '../../../scripts/audit/anchors.ts';
import { chainStart, sha256 } from '../../../scripts/audit/canonical.ts';
import { command, findings, sealedChain, sql, tamper } from './audit-log.ts';

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
