import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findEngine } from '../../../supabase/embedded/database/engine.ts';
import type { TestStack } from '../../../supabase/embedded/test-stack.ts';
import { fixtureProject, startFixture } from './fixture.ts';

const minute = 60_000;

// Both at once, so that the minute their cron jobs wait for is the same one.
const stacks = {
  system: startFixture({ engine: findEngine('system') }),
  embedded: startFixture({ engine: findEngine('embedded') }),
};
afterAll(async () => {
  for (const stack of Object.values(stacks)) await (await stack).stop();
});

/** What a hosted project's database offers and refuses to the role that migrations run as, on both engines. */
describe.each(['system', 'embedded'] as const)('the platform on the %s engine', (kind) => {
  let stack: TestStack;
  let owner: postgres.Sql;

  beforeAll(async () => {
    stack = await stacks[kind];
    owner = postgres(stack.description.dbUrl, { max: 2, onnotice: () => undefined });
  });
  afterAll(() => owner.end());

  test('postgres is no superuser, but may create roles and databases and bypasses row-level security', async () => {
    const [role] =
      await owner`select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = current_user`;
    expect(role).toEqual({ rolsuper: false, rolcreaterole: true, rolcreatedb: true, rolbypassrls: true });
  });

  test('the old default privileges grant the API roles everything, so that a forgotten revoke shows', async () => {
    const rows = await stack.stack.database.admin`
      select defaclobjtype as kind, defaclacl::text as acl from pg_default_acl
      where defaclnamespace = 'public'::regnamespace and defaclrole = 'supabase_admin'::regrole order by 1`;
    expect(rows.map((row) => row.kind as string)).toEqual(['S', 'f', 'r']);
    for (const row of rows)
      for (const role of ['anon', 'authenticated', 'service_role']) expect(row.acl).toContain(`${role}=`);
  });

  test('what the fixture migration revoked is revoked', async () => {
    await owner`create table public.fresh (id int)`;
    const [row] = await owner`select has_table_privilege('anon', 'public.fresh', 'select') as may`;
    expect(row?.may).toBe(false);
  });

  test('postgres may put triggers on auth.users and auth.identities, not alter them', async () => {
    await expect(owner`alter table auth.users add column x int`).rejects.toThrow('must be owner');
    await expect(owner`alter table storage.objects add column x int`).rejects.toThrow('must be owner');
    await expect(owner`create table auth.more (id int)`).rejects.toThrow('permission denied for schema auth');
    const triggers =
      await owner`select tgname from pg_trigger where tgrelid = 'auth.users'::regclass and tgname = 'admit'`;
    expect(triggers).toHaveLength(1);
  });

  test('policies on storage.objects are written by migrations, as the platform allows', async () => {
    const policies =
      await owner`select policyname from pg_policies where schemaname = 'storage' and tablename = 'objects'`;
    expect(policies).toHaveLength(3);
  });

  test('auth.uid(), auth.role(), auth.jwt() read the claims', async () => {
    const claims = JSON.stringify({
      sub: '11111111-1111-4111-8111-111111111111',
      role: 'authenticated',
      email: 'a@b.test',
    });
    const [row] = await owner.begin(async (transaction) => {
      await transaction`select set_config('request.jwt.claims', ${claims}, true)`;
      return transaction`select auth.uid() as uid, auth.role() as role, auth.email() as email, auth.jwt() ->> 'sub' as sub`;
    });
    const uid = '11111111-1111-4111-8111-111111111111';
    expect(row).toEqual({ uid, role: 'authenticated', email: 'a@b.test', sub: uid });
  });

  test("the migration history is the CLI's", async () => {
    const [row] =
      await owner`select version, name, statements[1] as first from supabase_migrations.schema_migrations`;
    expect(row).toMatchObject({ version: '20260101000000', name: 'notes' });
    expect(row?.first).toMatch(/^alter default privileges/);
  });

  describe('net, a stand-in for pg_net', () => {
    const answer = async (id: string) => {
      await expect
        .poll(() => owner`select from net._http_response where id = ${id}`, { timeout: 8_000 })
        .toHaveLength(1);
      return (await owner`select * from net._http_response where id = ${id}`)[0];
    };

    test('a request is sent once its transaction commits, with body, headers and encoded parameters', async () => {
      const url = `${stack.description.url}/functions/v1/echo`;
      const [row] =
        await owner`select net.http_post(${url}, '{"a": 1}'::jsonb, '{"q": "ä b"}'::jsonb, '{"x-probe": "yes"}'::jsonb) as id`;
      const response = await answer(row?.id as string);
      expect(response).toMatchObject({ status_code: 200, timed_out: false, error_msg: null });
      expect(JSON.parse(response?.content as string)).toMatchObject({
        ...{ method: 'POST', search: '?q=%C3%A4%20b', body: '{"a": 1}' },
        headers: { 'x-probe': 'yes', 'content-type': 'application/json' },
      });
    });

    test('nothing is sent when the transaction rolls back', async () => {
      const marker = `rolled-back-${kind}@example.test`;
      const message = { from: 'x', to: [marker], subject: 'never' };
      const undo = new Error('undo');
      const rolledBack = owner.begin(async (transaction) => {
        await transaction`select net.http_post(${`${stack.description.inboxUrl}/messages`}, ${owner.json(message)})`;
        throw undo;
      });
      await expect(rolledBack).rejects.toBe(undo);
      const [row] =
        await owner`select net.http_get(${`${stack.description.inboxUrl}/messages`}, ${owner.json({ to: marker })}) as id`;
      expect((await answer(row?.id as string))?.content).toBe('[]');
    });

    test('an answer with NUL, which Postgres cannot store, arrives without it', async () => {
      const server = createServer((_request, response) => response.end('a\0b')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const [row] = await owner`select net.http_get(${`http://127.0.0.1:${port}/`}) as id`;
      expect(await answer(row?.id as string)).toMatchObject({ status_code: 200, content: 'ab' });
      server.close();
    });

    test('the timeout is 5 s unless given; a batch is waited for as a whole before the next is read', async () => {
      const slow = `${stack.description.url}/functions/v1/slow?ms=20000`;
      const quick = `${stack.description.inboxUrl}/messages`;
      const [defaults] = await owner`select pg_get_function_arguments('net.http_get'::regproc) as arguments`;
      expect(defaults?.arguments).toContain('timeout_milliseconds integer DEFAULT 5000');
      const [first] = await owner`select net.http_get(${slow}, timeout_milliseconds := 1500) as id`;
      await new Promise((resolve) => setTimeout(resolve, 300));
      const [second] = await owner`select net.http_get(${quick}) as id`;
      await new Promise((resolve) => setTimeout(resolve, 500));
      expect(await owner`select from net._http_response where id = ${second?.id as string}`).toHaveLength(0);
      expect(await answer(first?.id as string)).toMatchObject({
        timed_out: true,
        status_code: null,
        error_msg: 'Timeout of 1500 ms reached',
      });
      expect(await answer(second?.id as string)).toMatchObject({ status_code: 200 });
    });
  });

  describe('vault, a stand-in for supabase_vault', () => {
    test('a secret is stored encrypted, read decrypted, updated by id', async () => {
      const [row] = await owner`select vault.create_secret('s3cret ü', 'the_name', 'what for') as id`;
      const read = async () =>
        (await owner`select * from vault.decrypted_secrets where name = 'the_name'`)[0];
      expect(await read()).toMatchObject({ decrypted_secret: 's3cret ü', description: 'what for' });
      expect((await read())?.secret).not.toContain('s3cret');
      await owner`select vault.update_secret(${row?.id as string}, 'another')`;
      expect((await read())?.decrypted_secret).toBe('another');
      await expect(owner`select vault.create_secret('x', 'the_name')`).rejects.toThrow('duplicate key');
    });

    test("the stack's own address and the secret of scheduled calls are there, and reach a function", async () => {
      const [row] = await owner`
        select net.http_post(
          (select decrypted_secret from vault.decrypted_secrets where name = 'project_url') || '/functions/v1/scheduled',
          headers := jsonb_build_object('x-cron-secret',
            (select decrypted_secret from vault.decrypted_secrets where name = 'cron_secret'))
        ) as id, net.http_post(
          (select decrypted_secret from vault.decrypted_secrets where name = 'project_url') || '/functions/v1/scheduled',
          headers := '{"x-cron-secret": "guessed"}'
        ) as guessed`;
      const status = async (id: unknown) =>
        (await owner`select status_code from net._http_response where id = ${id as string}`)[0]
          ?.status_code as number | undefined;
      await expect.poll(() => status(row?.id), { timeout: 15_000 }).toBe(202);
      await expect.poll(() => status(row?.guessed), { timeout: 15_000 }).toBe(401);
    });

    test('a further start updates the two in place', async () => {
      const { keepVaultSecrets } = await import('../../../supabase/embedded/database/vault-secrets.ts');
      const { admin } = stack.stack.database;
      const ids = () =>
        owner`select id from vault.secrets where name in ('project_url', 'cron_secret') order by name`;
      const before = await ids();
      const [kept] =
        await owner`select decrypted_secret from vault.decrypted_secrets where name = 'cron_secret'`;
      await keepVaultSecrets(admin, { project_url: 'http://127.0.0.1:1', cron_secret: 'another' });
      expect(await ids()).toEqual(before);
      const [changed] =
        await owner`select decrypted_secret from vault.decrypted_secrets where name = 'project_url'`;
      expect(changed?.decrypted_secret).toBe('http://127.0.0.1:1');
      const cron_secret = kept?.decrypted_secret as string;
      await keepVaultSecrets(admin, { project_url: stack.description.url, cron_secret });
    });

    test('anon and authenticated see nothing of it, and no API role sees the key', async () => {
      const reading = (role: string, table: string) =>
        owner.begin(async (transaction) => {
          await transaction.unsafe(`set local role ${role}`);
          await transaction.unsafe(`select * from vault.${table}`);
        });
      for (const role of ['anon', 'authenticated']) {
        await expect(reading(role, 'decrypted_secrets')).rejects.toThrow('permission denied');
      }
      await expect(reading('service_role', '_key')).rejects.toThrow('permission denied');
      await expect(owner`insert into vault.secrets (secret) values ('x')`).rejects.toThrow(
        'permission denied',
      );
    });
  });

  test(
    'cron runs a job that calls net.http_post, and its answer is stored',
    async () => {
      await expect
        .poll(() => owner`select from cron.job_run_details where status = 'succeeded'`, {
          timeout: 75_000,
          interval: 1_000,
        })
        .not.toHaveLength(0);
      const [job] = await owner`select username, active from cron.job where jobname = 'probe'`;
      expect(job).toEqual({ username: 'postgres', active: true });
      await expect
        .poll(() => owner`select from net._http_response where error_msg is not null and not timed_out`, {
          timeout: 5_000,
        })
        .not.toHaveLength(0);
      await owner`select cron.unschedule('probe')`;
      expect(await owner`select from cron.job`).toHaveLength(0);
    },
    2 * minute,
  );
});

describe('migrations', () => {
  test.each([
    [
      'a failing statement',
      'create table public.fine (id int);\n\ninsert into public.fine\nvalues (1),\n  (nothing);\n',
      '20260102000000_next.sql:5',
      'column "nothing" does not exist',
    ],
    ['a syntax error', 'select 1;\nselekt 2;\n', '20260102000000_next.sql:2', 'syntax error'],
    [
      'a violated rule',
      '-- a comment\n\ninsert into public.books (title) values (null);\n',
      '20260102000000_next.sql:3',
      'null value',
    ],
  ])(
    '%s stops with file, line and error, and leaves nothing of its file',
    async (_case, sql, place, message) => {
      const project = mkdtempSync(join(tmpdir(), 'chairside-migrations-'));
      cpSync(fixtureProject, project, { recursive: true });
      writeFileSync(join(project, 'migrations/20260102000000_next.sql'), sql);
      try {
        const starting = startFixture({ project });
        await expect(starting).rejects.toThrow(place);
        await expect(starting).rejects.toThrow(message);
      } finally {
        rmSync(project, { recursive: true });
      }
    },
  );

  test('new ones are applied to a running database, and only once', async () => {
    const project = mkdtempSync(join(tmpdir(), 'chairside-migrations-'));
    cpSync(fixtureProject, project, { recursive: true });
    const stack = await startFixture({ project });
    try {
      const { database } = stack.stack;
      expect(await database.migrate()).toEqual([]);
      writeFileSync(
        join(project, 'migrations/20260102000000_next.sql'),
        'create table public.later (id int);',
      );
      expect(await database.migrate()).toEqual(['20260102000000_next.sql']);
      expect(await database.migrate()).toEqual([]);
      const [row] = await database.admin`select tableowner from pg_tables where tablename = 'later'`;
      expect(row?.tableowner).toBe('postgres');
    } finally {
      await stack.stop();
      rmSync(project, { recursive: true });
    }
  });
});
