import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';
import { createResendSimulator } from '../../simulators/resend.ts';
import { denoProcesses } from '../stack/fixture.ts';

/**
 * A worker that dies between handing a reminder over and writing that down, and minutes in which nobody called it. On a stack of
 * its own with the real functions, copied so that its Deno can be told from others.
 */

const repository = join(import.meta.dirname, '../../../supabase');
const project = mkdtempSync(join(tmpdir(), 'chairside-reminders-'));
for (const name of ['functions', 'templates'])
  cpSync(join(repository, name), join(project, name), { recursive: true });
cpSync(join(repository, 'config.toml'), join(project, 'config.toml'));
symlinkSync(join(repository, 'migrations'), join(project, 'migrations'));

const resend = await createResendSimulator({ requestsPerSecond: 100 });
const test = await startTestStack({
  project,
  functionSecrets: {
    ...{ RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url },
    ...{ MAIL_FROM: 'Chairside <reminders@app.example>', APP_URL: 'http://app.example' },
    ...{ CRON_SECRET: 'secret of the schedule' },
  },
});
const sql = postgres(test.environment['SUPABASE_DB_URL'] ?? '', { max: 2, onnotice: () => {} });
// Only this file calls the worker.
await test.stack.database.admin`update cron.job set active = false where jobname in ('jobs', 'reminders')`;

afterAll(async () => {
  await sql.end();
  await test.stop();
  await resend.close();
  rmSync(project, { recursive: true, force: true });
});

let tenantId = '';
let provider = '';
beforeAll(async () => {
  const [row] = await sql<{ tenant: string; provider: string }[]>`
    with clinic as (insert into public.tenants (slug, name, max_seats) values ('remind', 'Remind', 3) returning id)
    , p as (insert into public.providers (tenant_id, name) select id, 'Dr. One' from clinic returning id, tenant_id)
    select p.tenant_id as tenant, p.id as provider from p`;
  [tenantId, provider] = [row?.tenant ?? '', row?.provider ?? ''];
  await sql`update public.scheduling_settings set quiet_from = '00:00', quiet_to = '00:00' where tenant_id = ${tenantId}`;
  await sql`insert into public.reminder_rules (tenant_id, channel, minutes_before) values (${tenantId}, 'email', 2880)`;
});

async function work(wait = true) {
  const response = await fetch(`${test.description.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': 'secret of the schedule' },
    body: JSON.stringify({ wait }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

/** Visits in so many days, one for each address, whose reminders fell due some minutes ago. */
async function due(addresses: string[], days: number): Promise<void> {
  for (const [n, email] of addresses.entries()) {
    const [client] = await sql<{ id: string }[]>`
      insert into public.clients (tenant_id, first_name, email, consent_reminders)
      values (${tenantId}, 'Ana', ${email}, true) returning id`;
    await sql`
      insert into public.appointments (tenant_id, client_id, provider_id, starts_at, ends_at)
      select ${tenantId}, ${client?.id ?? ''}, ${provider}, s, s + interval '30 minutes'
      from (select now() + make_interval(days => ${days}, hours => ${n}) as s) x`;
  }
  await sql`
    update public.reminder_deliveries d set due_at = now() - make_interval(mins => (random() * 10)::integer)
    where d.state = 'scheduled'`;
}

const deliveries = async () =>
  (
    await sql<{ line: string }[]>`
      select concat_ws(' ', d.state, d.attempts, d.content is null) as line
      from public.reminder_deliveries d join public.appointments v on v.id = d.appointment_id
      join public.clients c on c.id = v.client_id order by c.email`
  ).map(({ line }) => line);
const mailsTo = (address: string) => [...resend.emails.values()].filter(({ to }) => to.includes(address));

it('sends each reminder once although the worker is killed before it could write that down', async () => {
  const addresses = Array.from({ length: 4 }, (_, n) => `killed-${n}@x.example`);
  await due(addresses, 5);
  // Resend has each mail at once, but takes its time to say so.
  for (const to of addresses) resend.faults.add({ to, delayMs: 60_000 });
  expect(await work(false)).toEqual({ status: 202, body: {} });
  // All have begun, and what the first has handed over is with Resend.
  await expect.poll(deliveries, { timeout: 20_000 }).toEqual(addresses.map(() => 'sending 1 f'));
  await expect.poll(() => addresses.flatMap(mailsTo).length, { timeout: 20_000 }).toBeGreaterThan(0);

  const [deno, ...others] = denoProcesses(project);
  expect(others).toEqual([]);
  process.kill(Number(deno), 'SIGKILL');
  await expect.poll(() => denoProcesses(project), { timeout: 5_000 }).not.toContain(deno);
  resend.faults.clear();
  expect(await deliveries()).toEqual(addresses.map(() => 'sending 1 f'));
  // A correction in the meantime must not make it another mail.
  await sql`update public.clients set first_name = 'Anna' where tenant_id = ${tenantId}`;

  await sql`update private.jobs set lease_until = now() - interval '1 second' where state = 'running'`;
  await expect
    .poll(() => work(), { timeout: 20_000 })
    .toEqual({ status: 200, body: { done: 4, failed: 0, dead: 0, lost: 0 } });
  expect(await deliveries()).toEqual(addresses.map(() => 'sent 2 t'));
  for (const address of addresses) expect(mailsTo(address)).toHaveLength(1);
  expect(resend.requests.filter(({ status }) => status === 409)).toEqual([]);
});

it('forgets nothing in minutes in which nobody called', async () => {
  await sql`delete from public.appointments where tenant_id = ${tenantId}`;
  const addresses = Array.from({ length: 25 }, (_, n) => `missed-${String(n).padStart(2, '0')}@x.example`);
  await due(addresses, 6);
  expect(await work()).toMatchObject({ status: 200, body: { done: 25 } });
  expect(await deliveries()).toEqual(addresses.map(() => 'sent 1 t'));
  for (const address of addresses) expect(mailsTo(address)).toHaveLength(1);
  expect(await work()).toMatchObject({ body: { done: 0 } });
});
