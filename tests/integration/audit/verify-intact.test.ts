import { describe, expect, it } from 'vitest';
import { verifyAudit } from '../../../scripts/audit/verify-audit.ts';
import { command, findings, recordEvent, sealAll, sealedChain, sql, withoutSealing } from './audit-log.ts';

describe('a log as it was written', () => {
  it('is verified, with the events of the last minute counted apart', async () => {
    const { chain } = await sealedChain(3);
    await recordEvent(null, 'Platform');
    await sealAll();
    await withoutSealing(async () => {
      await recordEvent(chain, 'Just now');
      const { code, output } = await command();
      expect(output).toMatch(/\d+ events in \d+ chains verified, 1 not sealed yet/);
      expect(output).toContain('The audit log is as it was written.');
      expect(output).toMatch(/✓ platform/);
      expect(code).toBe(0);
    });
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

  it('says how it is used', async () => {
    expect(await command('--help')).toMatchObject({ code: 0 });
    for (const args of [['--day', '2026-11-21'], ['--nonsense'], ['--tenant', 'no-such-clinic']])
      expect(await command(...args)).toMatchObject({
        code: 2,
        output: expect.stringContaining('Usage: npm run audit:verify'),
      });
  });
});
