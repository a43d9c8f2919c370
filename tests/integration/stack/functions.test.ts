import { createHmac } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { signToken } from '../../../supabase/embedded/tokens.ts';
import type { TestStack } from '../../../supabase/embedded/test-stack.ts';
import { anonymous, denoProcesses, fixtureProject, newPerson, raw, startFixture } from './fixture.ts';

let stack: TestStack;
let project: string;

beforeAll(async () => {
  // A copy, because these tests edit functions.
  project = mkdtempSync(join(tmpdir(), 'chairside-functions-'));
  cpSync(fixtureProject, project, { recursive: true });
  const functionSecrets = { OWN_SECRET: 'x', CRON_SECRET: 'own cron secret' };
  stack = await startFixture({ project, functionSecrets, functionWallLimitMilliseconds: 3_000 });
});
afterAll(async () => {
  await stack.stop();
  rmSync(project, { recursive: true, force: true });
});

const call = (path: string, init: RequestInit = {}) => raw(stack, `/functions/v1/${path}`, init);

function edit(name: string): void {
  const path = join(project, 'functions', name, 'index.ts');
  writeFileSync(path, readFileSync(path, 'utf8').replaceAll("'first'", "'second'"));
}

describe('calls', () => {
  test('method, path, query, body and headers arrive; the path is without the prefix', async () => {
    const { body } = await call('echo/deeper?x=1', {
      method: 'POST',
      body: '{"a":1}',
      headers: { 'x-probe': 'yes' },
    });
    expect(body).toMatchObject({ method: 'POST', pathname: '/echo/deeper', search: '?x=1', body: '{"a":1}' });
    expect(body.headers).toMatchObject({ 'x-probe': 'yes', 'content-type': 'application/json' });
  });

  test("every request has an id; a caller's own is kept", async () => {
    expect((await call('echo')).body.headers).toMatchObject({
      'x-request-id': expect.stringMatching(/^[\w-]{36}$/) as string,
    });
    const own = await call('echo', { headers: { 'x-request-id': 'my-own-id-1' } });
    expect(own.body.headers).toMatchObject({ 'x-request-id': 'my-own-id-1' });
  });

  test("the platform's variables and the project's secrets are there, and nothing of the machine", async () => {
    const { environment } = (await call('echo')).body as { environment: string[] };
    const platform = [
      'URL',
      'PUBLISHABLE_KEYS',
      'SECRET_KEYS',
      'JWKS',
      'ANON_KEY',
      'SERVICE_ROLE_KEY',
      'DB_URL',
    ];
    expect(environment).toEqual(
      expect.arrayContaining([...platform.map((name) => `SUPABASE_${name}`), 'OWN_SECRET', 'CRON_SECRET']),
    );
    expect(environment).not.toContain('VITEST');
  });

  test("the project's own CRON_SECRET is the one that scheduled jobs find in Vault", async () => {
    const rows = await stack.stack.database.admin`
      select decrypted_secret from vault.decrypted_secrets where name = 'cron_secret'`;
    expect(rows).toEqual([{ decrypted_secret: 'own cron secret' }]);
  });

  test('an unknown function is 404, and a name cannot leave the directory', async () => {
    expect(await call('unknown')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await call('..%2Fechoes')).status).toBe(404);
  });
});

describe('verify_jwt (Supabase documentation, "Function configuration")', () => {
  test('on by default: a valid token or key passes, anything else is 401', async () => {
    expect((await call('person', { headers: { apikey: '' } })).status).toBe(401);
    const forged = signToken({ sub: 'x', role: 'authenticated' }, 'another secret');
    expect(await call('person', { headers: { authorization: `Bearer ${forged}` } })).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED_INVALID_JWT' },
    });
  });

  test('@supabase/server accepts the token (it names a key of SUPABASE_JWKS) and acts as that person', async () => {
    const { client, id } = await newPerson(stack);
    const { data, error } = await client.functions.invoke('person');
    expect(error).toBeNull();
    expect(data).toMatchObject({ id, data: { uid: id, role: 'authenticated', session: 'authenticator' } });
  });

  test('a token without a key id is signed anew on its way', async () => {
    const { id, token } = await newPerson(stack);
    const [, claims] = token.split('.');
    const header = Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url');
    const signature = createHmac('sha256', stack.description.jwtSecret)
      .update(`${header}.${claims}`)
      .digest('base64url');
    const answer = await call('person', {
      headers: { authorization: `Bearer ${header}.${claims}.${signature}` },
    });
    expect(answer.body).toMatchObject({ id });
  });
});

describe('functions that misbehave leave everything else standing', () => {
  const echoStands = async () => expect((await call('echo')).status).toBe(200);

  test('an exception in the handler is 500', async () => {
    expect(await call('crash')).toMatchObject({ status: 500, body: { code: 'WORKER_ERROR' } });
    await echoStands();
  });

  test('an exception outside of it ends that worker alone: 500', async () => {
    expect(await call('crash', { method: 'POST' })).toMatchObject({
      status: 500,
      body: { code: 'WORKER_ERROR' },
    });
    await echoStands();
  });

  test('one that cannot be loaded is 503 BOOT_ERROR', async () => {
    expect(await call('broken')).toMatchObject({ status: 503, body: { code: 'BOOT_ERROR' } });
    await echoStands();
  });

  test('one that never answers is 504 after the wall limit', async () => {
    expect(await call('slow?ms=60000')).toMatchObject({ status: 504, body: { code: 'IDLE_TIMEOUT' } });
    await echoStands();
  });

  test('an endless loop is ended, and others answer meanwhile', async () => {
    const looping = call('loop');
    await echoStands();
    expect([504, 546]).toContain((await looping).status);
    await expect.poll(busyProcessors, { timeout: 10_000, interval: 500 }).toBeLessThan(0.5);
    expect((await raw(stack, '/rest/v1/books?select=id&limit=1', { headers: {} })).status).toBe(401);
  });

  test('with Deno itself killed, the next call starts it again', async () => {
    const killed = denoPid();
    process.kill(killed, 'SIGKILL');
    await expect.poll(() => denoProcesses(project), { timeout: 5_000 }).not.toContain(killed);
    await expect.poll(async () => (await call('echo')).status, { timeout: 10_000 }).toBe(200);
    expect(denoPid()).toBeGreaterThan(0);
    expect(denoPid()).not.toBe(killed);
  });
});

/** How many processors Deno keeps busy, measured over a moment. */
async function busyProcessors(): Promise<number> {
  const ticks = () => {
    const fields = readFileSync(`/proc/${denoPid()}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number(fields[11]) + Number(fields[12]);
  };
  const before = ticks();
  await new Promise((resolve) => setTimeout(resolve, 500));
  return (ticks() - before) / 50;
}

/** The one Deno process of this stack; NaN while there is none. */
function denoPid(): number {
  const [pid, ...others] = denoProcesses(project);
  expect(others).toEqual([]);
  return Number(pid);
}

test('work given to EdgeRuntime.waitUntil goes on after the answer', async () => {
  const report = encodeURIComponent(`${stack.description.inboxUrl}/messages`);
  expect((await call(`background?report=${report}`, { method: 'POST' })).status).toBe(202);
  const reports = async () =>
    (await fetch(`${stack.description.inboxUrl}/messages?to=background@example.test`)).json() as Promise<
      unknown[]
    >;
  expect(await reports()).toHaveLength(0);
  await expect.poll(reports, { timeout: 5_000 }).toHaveLength(1);
});

test('hot reload: new requests run the new code, those under way end on the old', async () => {
  const before = call('slow?ms=1500');
  await new Promise((resolve) => setTimeout(resolve, 300));
  edit('slow');
  edit('echo');
  await expect.poll(async () => (await call('echo')).body.version, { timeout: 5_000 }).toBe('second');
  expect((await before).body).toEqual({ text: 'first' });
});

test('a preflight reaches the function even where a token is needed', async () => {
  const { status } = await call('person', {
    method: 'OPTIONS',
    headers: { apikey: '', origin: 'http://127.0.0.1:3000' },
  });
  expect(status).toBeLessThan(300);
  expect((await anonymous(stack).functions.invoke('person')).error).not.toBeNull();
});
