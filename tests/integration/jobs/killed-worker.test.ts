import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeEach, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';
import { createResendSimulator } from '../../simulators/resend.ts';
import { denoProcesses, serviceRole } from '../stack/fixture.ts';

/**
 * A worker that is killed in the middle of its jobs. On a stack of its own, whose functions are the real ones but for the
 * handlers: these send a mail and then, the first time, never come to an end.
 */

const repository = join(import.meta.dirname, '../../../supabase');
const project = mkdtempSync(join(tmpdir(), 'chairside-jobs-'));
for (const name of ['functions', 'templates'])
  cpSync(join(repository, name), join(project, name), { recursive: true });
cpSync(join(repository, 'config.toml'), join(project, 'config.toml'));
symlinkSync(join(repository, 'migrations'), join(project, 'migrations'));
writeFileSync(
  join(project, 'functions/_shared/jobs/handlers.ts'),
  `import { FinalError, RetryLater, type Job, type JobContext, type JobHandler } from './job.ts';
const mail = async ({ id, payload }: Job, context: JobContext) => {
  const text = String(payload['to']);
  await context.sendMail({ to: text, subject: 'A job', html: text, text }, 'test/' + id);
};
export const handlers: Record<string, JobHandler> = {
  'send': mail,
  'send-then-hang': async (job, context) => {
    await mail(job, context);
    if (job.attempts === 1) await new Promise(() => {});
  },
  'later': async () => { throw new RetryLater('come back', 600); },
  'never': async () => { throw new FinalError('no such thing'); },
};
`,
);

const resend = await createResendSimulator({ requestsPerSecond: 100 });
const test = await startTestStack({
  project,
  functionSecrets: {
    ...{
      RESEND_API_KEY: resend.apiKey,
      RESEND_BASE_URL: resend.url,
      MAIL_FROM: 'Chairside <jobs@app.example>',
    },
    ...{ CRON_SECRET: 'secret of the schedule' },
  },
});
const sql = postgres(test.environment['SUPABASE_DB_URL'] ?? '', { max: 2, onnotice: () => {} });
// Only this file calls the worker.
await test.stack.database.admin`update cron.job set active = false where jobname = 'jobs'`;

afterAll(async () => {
  await sql.end();
  await test.stop();
  await resend.close();
  rmSync(project, { recursive: true, force: true });
});
beforeEach(() => sql`delete from private.jobs`);

async function work(wait = true) {
  const response = await fetch(`${test.description.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': 'secret of the schedule' },
    body: JSON.stringify({ wait }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

async function enqueue(kind: string, ...addresses: string[]): Promise<void> {
  for (const to of addresses) await sql`select private.enqueue_job(${kind}, ${sql.json({ to })})`;
}

const states = async () =>
  (
    await sql<Array<{ job: string }>>`
      select concat_ws(' ', state, attempts, last_error) as job from private.jobs order by payload ->> 'to', kind`
  ).map(({ job }) => job);

const mailsTo = (address: string) => [...resend.emails.values()].filter(({ to }) => to.includes(address));

it('loses nothing and sends nothing twice when it is killed', async () => {
  const addresses = Array.from({ length: 6 }, (_, n) => `killed-${n}@x.example`);
  await enqueue('send-then-hang', ...addresses);
  expect(await work(false)).toEqual({ status: 202, body: {} });
  await expect.poll(() => addresses.flatMap(mailsTo).length, { timeout: 20_000 }).toBe(6);

  const [deno, ...others] = denoProcesses(project);
  expect(others).toEqual([]);
  process.kill(Number(deno), 'SIGKILL');
  await expect.poll(() => denoProcesses(project), { timeout: 5_000 }).not.toContain(deno);
  expect(await states()).toEqual(addresses.map(() => 'running 1'));

  // Deno is started again by the next call; the leases of the dead worker still hold.
  const nothing = { done: 0, failed: 0, dead: 0, lost: 0 };
  await expect.poll(() => work(), { timeout: 15_000 }).toEqual({ status: 200, body: nothing });
  expect(await states()).toEqual(addresses.map(() => 'running 1'));

  await sql`update private.jobs set lease_until = now() - interval '1 second'`;
  expect(await work()).toEqual({ status: 200, body: { ...nothing, done: 6 } });
  expect(await states()).toEqual(addresses.map(() => 'done 2'));
  for (const address of addresses) expect(mailsTo(address)).toHaveLength(1);
  const asked = resend.requests.filter(({ to }) => to.some((address) => address.startsWith('killed-')));
  expect(asked).toHaveLength(12);
});

it('tries again what may work later, and sets aside what never will', async () => {
  await enqueue('send', 'fine@x.example', 'down@x.example', 'bad@x.example');
  await enqueue('later', 'l@x.example');
  await enqueue('never', 'n@x.example');
  resend.faults.add({ to: 'down@x.example', status: 503, times: 9 });
  resend.faults.add({ to: 'bad@x.example', status: 422, message: 'bad@x.example is no address.' });
  expect((await work()).body).toEqual({ done: 1, failed: 2, dead: 2, lost: 0 });
  expect(await states()).toEqual([
    'dead 1 Resend refused the e-mail (422 validation_error): [address] is no address.',
    'waiting 1 Resend has a problem (503 internal_server_error). Try again later.',
    'done 1',
    'waiting 1 come back',
    'dead 1 no such thing',
  ]);
  const [pauses] = await sql<Array<{ down: boolean; later: boolean }>>`
    select
      bool_and(run_at - now() between interval '30 seconds' and interval '3 minutes') filter (where kind = 'send') as down,
      bool_and(run_at - now() between interval '9 minutes' and interval '10 minutes') filter (where kind = 'later') as later
    from private.jobs where state = 'waiting'`;
  expect(pauses).toEqual({ down: true, later: true });

  resend.faults.clear();
  await sql`update private.jobs set run_at = now() where kind = 'send' and state = 'waiting'`;
  expect((await work()).body).toEqual({ done: 1, failed: 0, dead: 0, lost: 0 });
  expect(mailsTo('down@x.example')).toHaveLength(1);
});

it('leaves jobs of a suspended clinic where they are until it is back', async () => {
  const [clinic] = await sql<Array<{ id: string }>>`
    insert into public.tenants (slug, name, max_seats) values ('held', 'Held', 1) returning id`;
  await sql`select private.enqueue_job('send', '{"to": "held@x.example"}', ${clinic?.id ?? ''})`;
  await sql`select public.admin_suspend_tenant(${clinic?.id ?? ''}, 'unpaid')`;
  expect((await work()).body).toMatchObject({ done: 0, failed: 0 });
  expect(await states()).toEqual(['waiting 0']);
  await sql`select public.admin_resume_tenant(${clinic?.id ?? ''}, 'paid')`;
  expect((await work()).body).toMatchObject({ done: 1 });
  expect(mailsTo('held@x.example')).toHaveLength(1);
});

it('never hands a job to two workers, however many ask at once', async () => {
  await sql`select private.enqueue_job('send', '{}') from generate_series(1, 40)`;
  const service = serviceRole(test);
  const worker = async (): Promise<string[]> => {
    const { data, error } = await service.rpc('claim_jobs', { max_jobs: 3 });
    if (error) throw error;
    const ids = (data as Array<{ id: string }>).map(({ id }) => id);
    return ids.length === 0 ? [] : [...ids, ...(await worker())];
  };
  const claimed = (await Promise.all(Array.from({ length: 8 }, worker))).flat();
  expect(claimed).toHaveLength(40);
  expect(new Set(claimed).size).toBe(40);
});
