import { afterAll, expect, it } from 'vitest';
import { verifyAudit } from '../../../scripts/audit/verify-audit.ts';
import { ownerConnection } from '../../support/environment.ts';
import { call, createClinic, createSuperAdmin } from '../../support/people.ts';

/** What pgTAP cannot show in one transaction: the audit log forgets an erased client too, and its chain still holds. */

const sql = ownerConnection();
afterAll(() => sql.end());

const { clinic, owner } = await createClinic(await createSuperAdmin());
const tenant_id = clinic.id;

const add = (last_name: string, email: string) =>
  call<{ id: string }>(owner.client, 'save_client', {
    ...{ tenant_id, client_id: null, details: { last_name } },
    identifiers: [{ kind: 'email', raw: email }],
  });

/** Actions whose events still hold a word, oldest first. */
const actionsWith = async (word: string): Promise<string[]> => {
  const events = await sql<{ action: string }[]>`
    select e.action from public.audit_events e
    where e.tenant_id = ${tenant_id} and to_jsonb(e)::text ilike ${`%${word}%`} order by e.occurred_at`;
  return events.map(({ action }) => action);
};

it('empties all events about an erased client, of records that are gone too, and no others', async () => {
  const client = await add('Vanish', 'vanish@mail.test');
  const twin = await add('Vanishing', 'vanishing@mail.test');
  const other = await add('Remaining', 'remaining@mail.test');
  const task = await call<{ id: string }>(owner.client, 'save_task', {
    ...{ tenant_id, task_id: null, fields: { title: 'Call Vanish', client_id: client.id } },
  });
  await call(owner.client, 'save_task', {
    ...{ tenant_id, task_id: task.id, fields: { title: 'Write to Vanish' } },
  });
  await call(owner.client, 'delete_task', { tenant_id, task_id: task.id });
  await owner.client
    .from('client_notes')
    .insert({ tenant_id, client_id: client.id, body: 'Vanish likes mornings' });
  await call(owner.client, 'dismiss_duplicate', { tenant_id, client_a: client.id, client_b: other.id });
  await call(owner.client, 'merge_clients', { tenant_id, keep_id: client.id, merge_id: twin.id });
  expect((await actionsWith('vanish')).length).toBeGreaterThan(7);
  const kept = await actionsWith('remaining@');

  await expect
    .poll(
      () =>
        sql`select private.erase_client(${tenant_id}, ${client.id}, 'request 17')`.then(
          () => 'erased',
          (error: { hint?: string }) => error.hint,
        ),
      // Events are sealed first, which waits for transactions of other tests.
      { timeout: 20_000, interval: 200 },
    )
    .toBe('erased');

  expect(await actionsWith('vanish')).toEqual([]);
  expect(await actionsWith('remaining@')).toEqual(kept);
  expect(await actionsWith('request 17')).toContain('client.erased');
  const report = await verifyAudit(sql, { chain: tenant_id, kept: null });
  expect(report.findings).toEqual([]);
  expect(report.events).toBeGreaterThan(10);
});
