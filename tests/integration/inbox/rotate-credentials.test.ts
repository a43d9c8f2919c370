import { randomBytes, randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestStack } from '../../../supabase/embedded/test-stack.ts';
import {
  decryptSecret,
  encryptSecret,
  readKeyRing,
} from '../../../supabase/functions/_shared/credentials/key-ring.ts';

/** Changing the key of an installation: its own stack, because every stack has keys of its own. */

const key = () => randomBytes(32).toString('base64');
const [oldKey, newKey] = [`old:${key()}`, `new:${key()}`];
const test = await startTestStack({
  functionSecrets: { CREDENTIAL_KEYS: `${newKey},${oldKey}`, CRON_SECRET: 'secret of the schedule' },
});
const sql = postgres(test.environment['SUPABASE_DB_URL'] ?? '', { max: 2, onnotice: () => {} });
// Only this file calls the worker.
await test.stack.database.admin`update cron.job set active = false where jobname = 'jobs'`;
afterAll(async () => {
  await sql.end();
  await test.stop();
});

let tenantId = '';
beforeAll(async () => {
  const [row] =
    await sql`insert into public.tenants (slug, name, max_seats) values ('rotate', 'Rotate', 1) returning id`;
  tenantId = String(row?.id);
});

const names = (ownerId: string) => ({ tenantId, ownerTable: 'mail_accounts', ownerId, field: 'password' });
async function plant(ring: string, secret: string): Promise<string> {
  const id = randomUUID();
  const { kid, iv, ciphertext } = await encryptSecret(readKeyRing(ring), names(id), secret);
  await sql`select private.store_credential(${tenantId}, 'mail_accounts', ${id}, 'password', ${kid}, ${iv}, ${ciphertext})`;
  return id;
}
async function stored(id: string): Promise<{ kid: string; iv: string; ciphertext: string }> {
  const [row] = await sql<{ kid: string; iv: string; ciphertext: string }[]>`
    select kid, iv, ciphertext from private.credentials where owner_id = ${id}`;
  if (!row) throw new Error('the secret is gone');
  return row;
}
/** Orders the rotation as a super-admin does in the SQL editor, and does the job. */
async function rotate(): Promise<{ state: string; last_error: string | null }> {
  const [ordered] = await sql`select private.rotate_credentials() as id`;
  const response = await fetch(`${test.description.url}/functions/v1/run-jobs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-cron-secret': 'secret of the schedule' },
    body: '{"wait":true}',
  });
  expect(response.status).toBe(200);
  const [job] = await sql<{ state: string; last_error: string | null }[]>`
    select state, last_error from private.jobs where id = ${String(ordered?.id)}`;
  if (!job) throw new Error('the job is gone');
  return job;
}

it('encrypts every secret anew, so that the old key can be taken away', async () => {
  const ids = await Promise.all(Array.from({ length: 130 }, (_, n) => plant(oldKey, `secret ${n}`)));
  expect(await rotate()).toMatchObject({ state: 'done', last_error: null });
  for (const [n, id] of ids.entries())
    expect(await decryptSecret(readKeyRing(newKey), names(id), await stored(id))).toBe(`secret ${n}`);
  const kids = await sql`select kid, count(*)::integer as count from private.credentials group by kid`;
  expect(kids).toEqual([{ kid: 'new', count: 130 }]);
});

it('does the rest and says how many secrets no key fits', async () => {
  const lost = await plant(`lost:${key()}`, 'unreadable');
  const readable = await plant(oldKey, 'readable');
  const before = await stored(lost);
  expect(await rotate()).toMatchObject({
    state: 'dead',
    last_error: expect.stringContaining('1 secrets cannot be read with CREDENTIAL_KEYS'),
  });
  expect((await stored(readable)).kid).toBe('new');
  expect(await stored(lost)).toEqual(before);
});
