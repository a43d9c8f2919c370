import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { dataApi, ownerConnection, type Answer } from '../../support/environment.ts';
import { addStaff, createClinic, createSuperAdmin, type Person } from '../../support/people.ts';
import { call } from '../../support/people.ts';
import { readTables, type Column, type Table } from './catalog.ts';
import {
  alternatives,
  companions,
  declared,
  sampleValues,
  type Audience,
  type Command,
  type Rights,
} from './declaration.ts';
import { Samples, sampleValue, type Row } from './samples.ts';

/**
 * Every table × select, insert, update, delete × everybody, over HTTP with real tokens. The list of tables comes from the
 * catalog, so a new table is covered the moment it exists; what is expected comes from `declaration.ts`.
 */

interface Actor {
  who: string;
  person: Person | null;
  /** The clinic whose rows the actor reaches for. */
  clinicId: string;
  belongs: 'owner' | 'staff' | 'outside';
}

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const supporter = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const suspendedPerson = await addStaff(owner, clinic);
const removed = await addStaff(owner, clinic);
const { owner: otherOwner, clinic: otherClinic } = await createClinic(admin);
const { owner: ownerOfSuspended, clinic: suspendedClinic } = await createClinic(admin);

const tables = await readTables(sql);
const samples = new Samples(sql, tables);
for (const [id, person] of [
  [clinic.id, owner],
  [suspendedClinic.id, ownerOfSuspended],
  [otherClinic.id, otherOwner],
] as const) {
  const one = async (query: Promise<Row[]>) => (await query)[0] as Row;
  samples.adopt('tenants', id, await one(sql`select * from public.tenants where id = ${id}`));
  samples.adopt(
    'profiles',
    id,
    await one(sql`select * from public.profiles where user_id = ${person.userId}`),
  );
  samples.adopt(
    'memberships',
    id,
    await one(sql`select * from public.memberships where tenant_id = ${id} and user_id = ${person.userId}`),
  );
  samples.adopt('invitations', id, await one(sql`select * from public.invitations where tenant_id = ${id}`));
  samples.adopt(
    'platform_admins',
    id,
    await one(sql`select * from public.platform_admins where user_id = ${admin.userId}`),
  );
  samples.adopt(
    'scheduling_settings',
    id,
    await one(sql`select * from public.scheduling_settings where tenant_id = ${id}`),
  );
  for (const table of tables) await samples.row(table.name, id);
}

await call(supporter.client, 'admin_open_support_access', {
  ...{ tenant_id: clinic.id, reason: 'isolation matrix', minutes: 60 },
});

// The states are changed last, with the sessions already open: it is the old token that must stop working.
await sql`update public.profiles set status = 'suspended', status_reason = 'test', status_changed_at = now() where user_id = ${suspendedPerson.userId}`;
await call(owner.client, 'remove_member', { tenant_id: clinic.id, user_id: removed.userId });
await call(admin.client, 'admin_suspend_tenant', {
  tenant_id: suspendedClinic.id,
  reason: 'isolation matrix',
});

const actors: Actor[] = [
  { who: 'the owner', person: owner, clinicId: clinic.id, belongs: 'owner' },
  { who: 'staff', person: staff, clinicId: clinic.id, belongs: 'staff' },
  { who: "another clinic's owner", person: otherOwner, clinicId: clinic.id, belongs: 'outside' },
  { who: 'a suspended person', person: suspendedPerson, clinicId: clinic.id, belongs: 'outside' },
  {
    who: 'the owner of a suspended clinic',
    person: ownerOfSuspended,
    clinicId: suspendedClinic.id,
    belongs: 'outside',
  },
  { who: 'a removed member', person: removed, clinicId: clinic.id, belongs: 'outside' },
  { who: 'a super-admin', person: admin, clinicId: clinic.id, belongs: 'outside' },
  { who: 'a super-admin with support access', person: supporter, clinicId: clinic.id, belongs: 'outside' },
  { who: 'a visitor without a session', person: null, clinicId: clinic.id, belongs: 'outside' },
];

/** What holds for a table that nobody has described: whatever is granted is for members of the clinic. */
function rightsOf(table: Table): Rights {
  const known = declared[table.name];
  if (known) return known;
  const granted = (yes: boolean): Audience => (yes ? 'members' : 'nobody');
  return {
    select: granted(table.columns.some((column) => column.selectable)),
    insert: granted(table.columns.some((column) => column.insertable)),
    update: granted(table.columns.some((column) => column.updatable)),
    delete: granted(table.deletable),
  };
}

function isAllowed(audience: Audience, actor: Actor, row: Row): boolean {
  if (audience === 'members') return actor.belongs !== 'outside';
  if (audience === 'owners') return actor.belongs === 'owner';
  return audience === 'self' && actor.person !== null && row.user_id === actor.person.userId;
}

const keyOf = (table: Table): string =>
  table.columns.some((column) => column.name === 'id') ? 'id' : 'user_id';
const names = (table: Table, mayUse: (column: Column) => boolean): string =>
  table.columns
    .filter(mayUse)
    .map((column) => column.name)
    .join(',');
const readBack = async (table: Table, key: unknown): Promise<Row | undefined> =>
  (
    await sql<Row[]>`select * from public.${sql(table.name)} where ${sql(keyOf(table))} = ${key as string}`
  )[0];

/** A refusal is 401 without a session, otherwise 403 for a missing grant or a policy. */
function expectRefusal(answer: Answer, actor: Actor): void {
  expect(answer.status).toBe(actor.person ? 403 : 401);
}

/** Compares what an outsider is told about a row with what anybody is told about one that does not exist. */
async function expectSameAsMissing(
  method: string,
  path: (key: string) => string,
  actor: Actor,
  answer: Answer,
  body?: unknown,
): Promise<void> {
  const missing = await dataApi(method, path(randomUUID()), { accessToken: actor.person?.accessToken, body });
  expect(answer).toEqual(missing);
}

const attempts: Record<Command, (table: Table, actor: Actor, audience: Audience) => Promise<void>> = {
  async select(table, actor, audience) {
    const row = await samples.row(table.name, actor.clinicId);
    const path = (key: string) =>
      `${table.name}?${keyOf(table)}=eq.${key}&select=${names(table, (c) => c.selectable) || '*'}`;
    const answer = await dataApi('GET', path(String(row[keyOf(table)])), {
      accessToken: actor.person?.accessToken,
    });
    if (isAllowed(audience, actor, row)) {
      expect(answer.status).toBe(200);
      expect(answer.body).toHaveLength(1);
    } else {
      if (answer.status === 200) expect(answer.body).toEqual([]);
      else expectRefusal(answer, actor);
      await expectSameAsMissing('GET', path, actor, answer);
    }
  },

  async insert(table, actor, audience) {
    const values = await samples.values(
      table.name,
      actor.clinicId,
      (column) => column.insertable || (audience === 'nobody' && !column.generated),
    );
    const count = async () => Number((await sql`select count(*) from public.${sql(table.name)}`)[0]?.count);
    const before = await count();
    const answer = await dataApi('POST', table.name, {
      accessToken: actor.person?.accessToken,
      body: values,
    });
    if (isAllowed(audience, actor, {})) {
      expect(answer).toMatchObject({ status: 201 });
      expect(await count()).toBe(before + 1);
    } else {
      expectRefusal(answer, actor);
      expect(await count()).toBe(before);
    }
  },

  async update(table, actor, audience) {
    const row = await samples.row(table.name, actor.clinicId);
    const key = row[keyOf(table)];
    const referring = new Set(table.references.flatMap((reference) => reference.columns));
    const isFree = (c: Column) => c.updatable && !referring.has(c.name) && !c.generated;
    const column =
      // A value that had to be declared has a form of its own, which a made-up one would not have.
      table.columns.find((c) => isFree(c) && !(c.name in (sampleValues[table.name] ?? {}))) ??
      table.columns.find(isFree) ??
      table.columns.find((c) => c.name !== keyOf(table) && !c.generated);
    if (!column) return;
    const change = { [column.name]: sampleValue(column) };
    const path = (id: string) => `${table.name}?${keyOf(table)}=eq.${id}`;
    const before = await readBack(table, key);
    const answer = await dataApi('PATCH', path(String(key)), {
      accessToken: actor.person?.accessToken,
      body: change,
    });
    const after = await readBack(table, key);
    if (isAllowed(audience, actor, row)) {
      expect(answer.status).toBe(204);
      expect(after).not.toEqual(before);
    } else {
      if (answer.status !== 204) expectRefusal(answer, actor);
      expect(after).toEqual(before);
      await expectSameAsMissing('PATCH', path, actor, answer, change);
    }
  },

  async delete(table, actor, audience) {
    const own = (await samples.row(table.name, actor.clinicId))[keyOf(table)];
    const allowed = isAllowed(audience, actor, {});
    // Where deleting is allowed it must not take the row that the other cases look at.
    const key = allowed ? (await samples.fresh(table.name, actor.clinicId))[keyOf(table)] : own;
    const path = (id: string) => `${table.name}?${keyOf(table)}=eq.${id}`;
    const answer = await dataApi('DELETE', path(String(key)), { accessToken: actor.person?.accessToken });
    if (allowed) {
      expect(answer.status).toBe(204);
      expect(await readBack(table, key)).toBeUndefined();
    } else {
      if (answer.status !== 204) expectRefusal(answer, actor);
      expect(await readBack(table, key)).toBeDefined();
      await expectSameAsMissing('DELETE', path, actor, answer);
    }
  },
};

it('finds the tables it is to cover', () => {
  expect(tables.map((table) => table.name)).toEqual(
    expect.arrayContaining(['clients', ...Object.keys(declared)]),
  );
});

for (const table of tables) {
  describe(`table ${table.name}`, () => {
    const rights = rightsOf(table);
    for (const command of ['select', 'insert', 'update', 'delete'] as const) {
      for (const actor of actors) {
        it(`${command} by ${actor.who}: for ${rights[command]}`, () =>
          attempts[command](table, actor, rights[command]));
      }
    }
  });
}

describe('references', () => {
  const composite = tables.flatMap((table) =>
    table.references
      .filter((r) => r.columns.includes('tenant_id') && r.columns.length > 1)
      .map((r) => ({ table, reference: r })),
  );

  it('exist to be tried', () => expect(composite.length).toBeGreaterThan(0));

  for (const { table, reference } of composite) {
    it(`${table.name} (${reference.columns.join(', ')}) cannot point into another clinic, not even for the owner of the database`, async () => {
      const row = await samples.row(table.name, clinic.id);
      const foreign = await samples.row(reference.target.replace(/^public\./, ''), otherClinic.id);
      const pairs = reference.columns
        .map((name, index) => [name, foreign[reference.targetColumns[index] ?? '']] as const)
        .filter(([name]) => name !== 'tenant_id');
      const others = (alternatives[table.name] ?? [])
        .filter((group) => group.some((name) => reference.columns.includes(name)))
        .flatMap((group) => group.map((name) => [name, null] as const));
      const along = reference.columns.flatMap((name) => Object.entries(companions[table.name]?.[name] ?? {}));
      const change = Object.fromEntries([...others, ...along, ...pairs]) as Record<string, string>;
      const attempt = sql`update public.${sql(table.name)} set ${sql(change)} where id = ${row.id as string}`;
      await expect(attempt).rejects.toMatchObject({ code: '23503' });
    });
  }
});
