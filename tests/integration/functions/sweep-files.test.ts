import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ownerConnection, serviceClient, stack } from '../../support/environment.ts';
import { call, createClinic, createSuperAdmin } from '../../support/people.ts';
import { addClient, begin, put, textFile, upload, type StoredFile } from '../records/uploads.ts';

/** The hourly sweep: what nobody needs is removed, what is lost is marked, everything else is left alone. */

const sql = ownerConnection();
afterAll(() => sql.end());
const { clinic, owner } = await createClinic(await createSuperAdmin());
const clientId = await addClient(owner, clinic);
const inClinic = { tenant_id: clinic.id };
const bucket = serviceClient().storage.from('client-files');
let secret = '';

beforeAll(async () => {
  const [row] = await sql<Array<{ secret: string }>>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'cron_secret'`;
  secret = row?.secret ?? '';
});

async function sweep(headers: Record<string, string> = { 'x-cron-secret': secret }, body = '{"wait":true}') {
  const response = await fetch(`${stack.url}/functions/v1/sweep-files`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const isThere = async (objectName: string) => (await bucket.exists(objectName)).data === true;

async function stateOf(id: string): Promise<string | null> {
  const [row] = await sql<Array<{ state: string }>>`select state from public.client_files where id = ${id}`;
  return row?.state ?? null;
}

async function deleted(age: string): Promise<StoredFile> {
  const file = await upload(owner, clinic, clientId);
  await call(owner.client, 'delete_file', { ...inClinic, file_id: file.id });
  await sql`update public.client_files set deleted_at = now() - ${age}::text::interval where id = ${file.id}`;
  return file;
}

async function unfinished(age: string) {
  const begun = await begin(owner, clinic, clientId, textFile());
  await put(owner.accessToken, begun.object_name, textFile());
  await sql`update public.client_files set created_at = now() - ${age}::text::interval where id = ${begun.file_id}`;
  return begun;
}

async function stray(age: string): Promise<string> {
  const name = `tenants/${clinic.id}/clients/${clientId}/stray-${age.replaceAll(' ', '-')}`;
  await put(owner.accessToken, name, textFile());
  await sql`update storage.objects set created_at = now() - ${age}::text::interval where name = ${name}`;
  return name;
}

describe('the sweep', () => {
  // Other tests leave something to remove as well: of files, and of what was attached to mails.
  beforeEach(async () => {
    await sweep();
  });

  it('removes and marks what it should, in one run, and nothing else', async () => {
    const kept = await upload(owner, clinic, clientId);
    const inBin = await deleted('6 days 23 hours');
    const outOfBin = await deleted('7 days 1 hour');
    const uploading = await unfinished('23 hours');
    const abandoned = await unfinished('25 hours');
    const newStray = await stray('23 hours');
    const oldStray = await stray('25 hours');
    const lost = await upload(owner, clinic, clientId);
    await bucket.remove([lost.object_name]);

    const { status, body } = await sweep();
    expect(status).toBe(200);
    expect(body).toMatchObject({ left: 0, removed: { deleted: 1, abandoned: 1, orphan: 1 } });

    for (const name of [outOfBin.object_name, abandoned.object_name, oldStray])
      expect(await isThere(name)).toBe(false);
    for (const name of [kept.object_name, inBin.object_name, uploading.object_name, newStray])
      expect(await isThere(name)).toBe(true);
    expect([await stateOf(kept.id), await stateOf(inBin.id)]).toEqual(['stored', 'deleting']);
    expect([await stateOf(outOfBin.id), await stateOf(lost.id)]).toEqual(['deleted', 'missing']);
    expect([await stateOf(uploading.file_id), await stateOf(abandoned.file_id)]).toEqual(['uploading', null]);
    const args = { ...inClinic, file_id: inBin.id };
    expect(await call<StoredFile>(owner.client, 'restore_file', args)).toMatchObject({ state: 'stored' });

    const again = await sweep();
    expect(again.body).toMatchObject({
      missing: 0,
      left: 0,
      removed: { deleted: 0, cancelled: 0, abandoned: 0, orphan: 0 },
    });
  });

  it('shares the work between two runs at the same time', async () => {
    const files = await Promise.all(Array.from({ length: 6 }, () => deleted('8 days')));
    const runs = await Promise.all([sweep(), sweep(), sweep()]);
    const removed = runs.map(({ body }) => (body['removed'] as { deleted: number }).deleted);
    expect(removed.reduce((sum, count) => sum + count)).toBe(6);
    for (const file of files) expect(await stateOf(file.id)).toBe('deleted');
  });

  it('takes over what a run has left behind, once its lease is over', async () => {
    const file = await deleted('8 days');
    await sql`select private.claim_file_removals(100)`;
    expect((await sweep()).body).toMatchObject({ removed: { deleted: 0 } });
    expect(await stateOf(file.id)).toBe('deleting');
    await sql`
      update private.object_removals r set leased_until = now() - interval '1 second'
      from public.client_files f where f.id = ${file.id} and r.object_name = f.object_name`;
    expect((await sweep()).body).toMatchObject({ removed: { deleted: 1 } });
  });

  it('is called by the schedule, answered with 202 at once, and done', async () => {
    const file = await deleted('8 days');
    expect(await sweep({ 'x-cron-secret': secret }, '{}')).toEqual({ status: 202, body: {} });
    await expect.poll(() => stateOf(file.id), { timeout: 20_000 }).toBe('deleted');
    const scheduled = await deleted('8 days');
    const [job] = await sql<Array<{ command: string; schedule: string }>>`
      select command, schedule from cron.job where jobname = 'file-sweep'`;
    expect(job?.schedule).toBe('45 * * * *');
    await sql.unsafe(job?.command ?? '');
    await expect.poll(() => stateOf(scheduled.id), { timeout: 20_000 }).toBe('deleted');
  });

  it('is refused to anybody else', async () => {
    const file = await deleted('8 days');
    const bearer = { authorization: `Bearer ${owner.accessToken}`, apikey: stack.publishableKey };
    for (const headers of [{}, bearer, { apikey: stack.secretKey }, { 'x-cron-secret': `${secret}x` }]) {
      const { status, body } = await sweep(headers as Record<string, string>);
      expect([status, body['code']]).toEqual([401, 'cron_secret_required']);
    }
    expect(await stateOf(file.id)).toBe('deleting');
    expect((await sweep({ 'x-cron-secret': secret }, '{"wait":1}')).status).toBe(400);
    await sweep();
  });
});
