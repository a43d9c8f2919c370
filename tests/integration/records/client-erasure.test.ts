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

const erase = (client_id: string, reason = 'request 17') =>
  expect
    .poll(
      () =>
        sql`select private.erase_client(${tenant_id}, ${client_id}, ${reason})`.then(
          () => 'erased',
          (error: { hint?: string }) => error.hint,
        ),
      // Events are sealed first, which waits for transactions of other tests.
      { timeout: 20_000, interval: 200 },
    )
    .toBe('erased');

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

  await erase(client.id);

  expect(await actionsWith('vanish')).toEqual([]);
  expect(await actionsWith('remaining@')).toEqual(kept);
  expect(await actionsWith('request 17')).toContain('client.erased');
  const report = await verifyAudit(sql, { chain: tenant_id, kept: null });
  expect(report.findings).toEqual([]);
  expect(report.events).toBeGreaterThan(10);
});

it('cancels the visits to come, whoever books and cancels at that moment', async () => {
  const client = await add('Fleeting', 'fleeting@mail.test');
  const other = await add('Present', 'present@mail.test');
  const providers = await sql<{ id: string }[]>`
    insert into public.providers (tenant_id, name) select ${tenant_id}, 'Dr. ' || n from generate_series(1, 3) n returning id`;
  const at = (hour: number) => new Date(Date.now() + (48 + hour) * 3_600_000);
  const book = (client_id: string, hour: number) =>
    owner.client.rpc('book_appointment', {
      tenant_id,
      fields: {
        ...{ client_id, provider_id: providers[hour % 3]?.id ?? '' },
        ...{ starts_at: at(hour).toISOString(), ends_at: at(hour + 1).toISOString() },
      },
      outside_hours: true,
    });
  const booked = await Promise.all(Array.from({ length: 9 }, (_, n) => book(client.id, n)));
  expect(booked.map(({ error }) => error)).toEqual(Array.from({ length: 9 }, () => null));
  const ids = booked.map(({ data }) => (data as { id: string }).id);

  const [, ...others] = await Promise.all([
    erase(client.id, 'request 18'),
    ...Array.from({ length: 6 }, (_, n) => book(client.id, 20 + n)),
    ...Array.from({ length: 6 }, (_, n) => book(other.id, 40 + n)),
    ...ids
      .slice(0, 3)
      .map((appointment_id) =>
        owner.client.rpc('set_appointment_status', { tenant_id, appointment_id, status: 'cancelled' }),
      ),
  ]);
  const refusals = others.flatMap(({ error }) => (error ? [error.hint] : []));
  expect(refusals.filter((hint) => !['client_erased', 'client_unknown'].includes(hint))).toEqual([]);
  const [left] = await sql`
    select count(*) filter (where v.client_id = ${client.id} and v.status <> 'cancelled')::integer as upcoming,
      count(*) filter (where v.client_id = ${other.id} and v.status = 'booked')::integer as others,
      (select count(*)::integer from public.allocations a join public.appointments x on x.id = a.appointment_id
        where x.client_id = ${client.id} and a.blocking) as taken
    from public.appointments v where v.tenant_id = ${tenant_id}`;
  expect(left).toEqual({ upcoming: 0, others: 6, taken: 0 });
  const again = await Promise.all(Array.from({ length: 9 }, (_, n) => book(other.id, n)));
  expect(again.map(({ error }) => error)).toEqual(Array.from({ length: 9 }, () => null));
});
