import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { createClinic, createSuperAdmin } from '../../support/people.ts';

/**
 * The worker of the job queue, on the stack under test. That stack's own schedule calls it as well, so what counts is what
 * becomes of the jobs of this file, not who has done them.
 */

const sql = ownerConnection();
afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const service = serviceClient();
let secret = '';

beforeAll(async () => {
  const [row] = await sql<Array<{ secret: string }>>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'cron_secret'`;
  secret = row?.secret ?? '';
});

interface StoredJob {
  state: string;
  attempts: number;
  last_error: string | null;
}

async function work(headers: Record<string, string> = { 'x-cron-secret': secret }, body = '{"wait":true}') {
  const response = await fetch(`${stack.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

async function enqueue(count: number, kind = 'queue-check'): Promise<string[]> {
  const rows = await sql<Array<{ id: string }>>`
    select private.enqueue_job(${kind}, '{}', ${clinic.id}) as id from generate_series(1, ${count}::int)`;
  return rows.map(({ id }) => id);
}

async function enqueueForLater(): Promise<string> {
  const [row] = await sql<Array<{ id: string }>>`
    select private.enqueue_job('queue-check', '{}', ${clinic.id}, now() + interval '1 hour') as id`;
  return row?.id ?? '';
}

const stored = (ids: string[]) => sql<StoredJob[]>`
  select state, attempts, last_error from private.jobs where id = any (${ids}::uuid[])`;

const stateOf = async (id: string) => (await stored([id]))[0]?.state;

const countDone = async (ids: string[]) => (await stored(ids)).filter(({ state }) => state === 'done').length;

describe('the worker', () => {
  it('does everything that is due, more than fits into one batch', async () => {
    const ids = await enqueue(25);
    const { status, body } = await work();
    expect(status).toBe(200);
    expect(body).toEqual({
      done: expect.any(Number),
      failed: expect.any(Number),
      dead: expect.any(Number),
      lost: expect.any(Number),
    });
    await expect.poll(() => countDone(ids), { timeout: 20_000 }).toBe(25);
  });

  it('does each job once when several run at the same time', async () => {
    const ids = await enqueue(60);
    const runs = await Promise.all([work(), work(), work()]);
    expect(runs.map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(() => countDone(ids), { timeout: 20_000 }).toBe(60);
    expect((await stored(ids)).map(({ attempts }) => attempts)).toEqual(Array.from({ length: 60 }, () => 1));
  });

  it('takes over what another has left behind, once its lease is over, and that other one settles nothing', async () => {
    // Not due before it is somebody's, so that the stack's own schedule is no quicker.
    const id = await enqueueForLater();
    const token = randomUUID();
    await sql`
      update private.jobs
      set state = 'running', attempts = 1, lease_token = ${token}, lease_until = now() + interval '3 minutes'
      where id = ${id}`;
    await work();
    expect(await stateOf(id)).toBe('running');
    await sql`update private.jobs set lease_until = now() - interval '1 second' where id = ${id}`;
    await work();
    await expect.poll(() => stateOf(id), { timeout: 20_000 }).toBe('done');
    expect((await stored([id]))[0]?.attempts).toBe(2);
    for (const [rpc, more] of [
      ['finish_job', {}],
      ['fail_job', { error: 'late', is_final: true }],
    ] as const) {
      const { error } = await service.rpc(rpc, { job_id: id, lease_token: token, ...more });
      expect([error?.code, error?.hint]).toEqual(['PT409', 'lease_lost']);
    }
    expect(await stored([id])).toMatchObject([{ state: 'done', last_error: null }]);
  });

  it('sets a job aside that nobody can do', async () => {
    const [id = ''] = await enqueue(1, 'no-such-kind');
    await work();
    await expect.poll(() => stateOf(id), { timeout: 20_000 }).toBe('dead');
    expect((await stored([id]))[0]?.last_error).toBe('There is no handler for the kind no-such-kind.');
    await sql`delete from private.jobs where id = ${id}`;
  });

  it('is called by the schedule when something is due, answered with 202 at once, and done', async () => {
    const [byHand = ''] = await enqueue(1);
    expect(await work({ 'x-cron-secret': secret }, '{}')).toEqual({ status: 202, body: {} });
    await expect.poll(() => stateOf(byHand), { timeout: 20_000 }).toBe('done');

    const [job] = await sql<Array<{ command: string; schedule: string }>>`
      select command, schedule from cron.job where jobname = 'jobs'`;
    expect(job?.schedule).toBe('* * * * *');
    const [scheduled = ''] = await enqueue(1);
    await sql.unsafe(job?.command ?? '');
    await expect.poll(() => stateOf(scheduled), { timeout: 20_000 }).toBe('done');
  });

  it('is refused to anybody else', async () => {
    const later = await enqueueForLater();
    const bearer = { authorization: `Bearer ${owner.accessToken}`, apikey: stack.publishableKey };
    for (const headers of [{}, bearer, { apikey: stack.secretKey }, { 'x-cron-secret': `${secret}x` }]) {
      const { status, body } = await work(headers as Record<string, string>, 'not json');
      expect([status, body['code']]).toEqual([401, 'cron_secret_required']);
    }
    const { status, body } = await work({ 'x-cron-secret': secret }, '{"wait":1}');
    expect([status, body['code']]).toEqual([400, 'invalid_input']);
    await work();
    expect(await stateOf(later)).toBe('waiting');
  });
});
