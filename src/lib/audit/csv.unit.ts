import { expect, it } from 'vitest';
import { csvFileName, toCsv } from './csv.ts';
import type { AuditEvent } from './schemas.ts';

const event: AuditEvent = {
  id: 'e1',
  occurred_at: '2026-11-21T11:07:02.123456+00:00',
  action: 'client.created',
  tenant_id: 't1',
  tenant_name: 'Bright, "Smile"',
  tenant_slug: 'bright',
  actor_id: 'u1',
  actor_email: 'ana@example.test',
  actor_role: 'owner',
  target_type: 'client',
  target_id: 'c1',
  target_label: '=HYPERLINK("http://evil.test")',
  before: null,
  after: { last_name: '=1+1' },
  details: null,
  reason: null,
  ip: '127.0.0.1',
  user_agent: null,
  request_id: null,
  succeeded: true,
  erased: false,
  withheld: false,
};

it('writes the column names once and one line per event', async () => {
  const text = await toCsv([event, event], { withHeader: true, timeZone: 'Europe/Bucharest' });
  const lines = text.split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^time_utc,time_local,actor_email,/);
  expect(lines[1]).toMatch(/^2026-11-21T11:07:02\.123Z,2026-11-21 13:07:02,ana@example\.test,owner,/);
  expect(await toCsv([event], { withHeader: false, timeZone: 'UTC' })).not.toContain('time_utc');
});

it('quotes what CSV would take apart and defuses formulas', async () => {
  const text = await toCsv([event], { withHeader: false, timeZone: 'UTC' });
  expect(text).toContain('"Bright, ""Smile"""');
  expect(text).toContain(`"'=HYPERLINK(""http://evil.test"")"`);
});

it('writes nothing for no events', async () => {
  expect(await toCsv([], { withHeader: false, timeZone: 'UTC' })).toBe('');
});

it('names the file after the clinic and the days', () => {
  expect(csvFileName({ clinicSlug: 'bright', first: '2026-11-01', last: '2026-11-21' })).toBe(
    'chairside-audit-bright-2026-11-01-to-2026-11-21.csv',
  );
  expect(csvFileName({ clinicSlug: null, first: '2026-11-01', last: '2026-11-01' })).toMatch(/all-clinics/);
});
