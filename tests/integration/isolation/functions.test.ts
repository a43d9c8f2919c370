import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin } from '../../support/people.ts';
import { readFunctions, readTables, type PublicFunction } from './catalog.ts';
import { memberFunctions, openFunctions } from './declaration.ts';
import { Samples } from './samples.ts';

/**
 * Every function of the exposed schema: closed without a session, and for a stranger another clinic's ids answer exactly
 * like ids that do not exist. The list comes from the catalog.
 */

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { owner: stranger } = await createClinic(admin);
const functions = await readFunctions(sql);
const tables = await readTables(sql);
const samples = new Samples(sql, tables);
for (const [table, column, id] of [
  ['tenants', 'id', clinic.id],
  ['profiles', 'user_id', staff.userId],
  ['memberships', 'user_id', staff.userId],
  ['platform_admins', 'user_id', admin.userId],
] as const) {
  const [row] = await sql`select * from public.${sql(table)} where ${sql(column)} = ${id}`;
  if (row) samples.adopt(table, clinic.id, row);
}

/** What an argument named after a table's id points at, for the clinic or for nothing that exists. */
async function argument(name: string, type: string, real: boolean): Promise<unknown> {
  if (name === 'tenant_id') return real ? clinic.id : randomUUID();
  if (name === 'user_id') return real ? staff.userId : randomUUID();
  const named = (prefix: string) =>
    tables.find((t) => `${prefix}${name}` === `${t.name.replace(/s$/, '')}_id`);
  const table = named('') ?? named('client_') ?? named('message_');
  if (table) return real ? (await samples.row(table.name, clinic.id)).id : randomUUID();
  const values: Record<string, unknown> = {
    uuid: randomUUID(),
    integer: 10,
    bigint: 10,
    'text[]': [],
    'bigint[]': [],
    'uuid[]': [randomUUID()],
    'date[]': [],
    boolean: false,
    jsonb: {},
    date: '2026-01-01',
    'timestamp with time zone': '2026-01-01T00:00:00Z',
  };
  if (name === 'email' || name === 'owner_email') return `nobody.${randomUUID().slice(0, 8)}@example.test`;
  if (name === 'time_zone') return 'Europe/Bucharest';
  if (name === 'role') return 'staff';
  return type in values ? values[type] : 'x';
}

async function argumentsFor(fn: PublicFunction, real: boolean): Promise<Record<string, unknown>> {
  const entries = fn.argumentTypes.map(async (type, index) => {
    const name = fn.argumentNames[index] ?? '';
    return [name, await argument(name, type, real)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

const takesId = (fn: PublicFunction): boolean =>
  fn.argumentNames.some((name) => name.endsWith('_id') && !name.startsWith('after_'));

it('finds the functions it is to cover', () => {
  expect(functions.map((fn) => fn.name)).toEqual(
    expect.arrayContaining(['my_access', 'list_team', ...openFunctions]),
  );
});

describe('without a session', () => {
  for (const fn of functions) {
    const isOpen = openFunctions.includes(fn.name);
    it(`${fn.name} is ${isOpen ? 'open' : 'closed'}`, async () => {
      const answer = await dataApi('POST', `rpc/${fn.name}`, { body: await argumentsFor(fn, true) });
      expect(answer.status).toBe(isOpen ? 200 : 401);
      expect(fn.forAnonymous).toBe(isOpen);
    });
  }
});

describe('for a stranger with a session', () => {
  for (const fn of functions.filter((f) => takesId(f))) {
    it(`${fn.name} does not tell another clinic's ids from ids that do not exist`, async () => {
      const ask = async (real: boolean) =>
        dataApi('POST', `rpc/${fn.name}`, {
          accessToken: stranger.accessToken,
          body: await argumentsFor(fn, real),
        });
      const answer = await ask(true);
      expect([403, 404]).toContain(answer.status);
      expect(answer).toEqual(await ask(false));
    });
  }
});

describe('for a member with a session', () => {
  for (const fn of functions.filter((f) => !f.forSignedIn)) {
    it(`${fn.name} is for the service role alone`, async () => {
      const answer = await dataApi('POST', `rpc/${fn.name}`, {
        accessToken: owner.accessToken,
        body: await argumentsFor(fn, true),
      });
      expect(answer.status).toBe(403);
    });
  }

  for (const fn of functions.filter((f) => f.forSignedIn && f.name.startsWith('admin_'))) {
    it(`${fn.name} is refused to an owner`, async () => {
      const answer = await dataApi('POST', `rpc/${fn.name}`, {
        accessToken: owner.accessToken,
        body: await argumentsFor(fn, true),
      });
      expect(answer).toMatchObject({ status: 403, body: { hint: 'super_admin_required' } });
    });
  }

  for (const fn of functions.filter(
    (f) =>
      f.forSignedIn &&
      f.argumentNames.includes('tenant_id') &&
      !f.name.startsWith('admin_') &&
      !memberFunctions.includes(f.name),
  )) {
    it(`${fn.name} is refused to staff`, async () => {
      const answer = await dataApi('POST', `rpc/${fn.name}`, {
        accessToken: staff.accessToken,
        body: await argumentsFor(fn, true),
      });
      expect(answer).toMatchObject({ status: 403, body: { hint: 'owner_required' } });
    });
  }
});
