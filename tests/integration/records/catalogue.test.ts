import { afterAll, describe, expect, it } from 'vitest';
import { ownerConnection } from '../../support/environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  refusal,
  type Person,
} from '../../support/people.ts';

/** The catalogue over HTTP: written with the permission only, whichever table or function is tried. */

const sql = ownerConnection();
afterAll(() => sql.end());

const admin = await createSuperAdmin();
const { clinic, owner } = await createClinic(admin);
const staff = await addStaff(owner, clinic);
const { owner: stranger } = await createClinic(admin);
const tenant_id = clinic.id;

const addRow = async (person: Person, table: string, values: object) => {
  const { data, error } = await person.client
    .from(table)
    .insert({ tenant_id, ...values })
    .select('id')
    .single<{ id: string }>();
  if (error) throw new Error(error.message);
  return data.id;
};

const provider = await addRow(owner, 'providers', { name: 'Dr Maria' });
const resource = await addRow(owner, 'resources', { name: 'Chair 1' });
const service = (
  await call<{ id: string }>(owner.client, 'save_service', {
    ...{ tenant_id, service_id: null, fields: { name: 'Cleaning', price: '200' } },
    ...{ provider_ids: [provider], resource_ids: [resource] },
  })
).id;

const everything = () => sql`
  select (select jsonb_agg(p order by id) from public.providers p where tenant_id = ${tenant_id}) as providers,
    (select jsonb_agg(r order by id) from public.resources r where tenant_id = ${tenant_id}) as resources,
    (select jsonb_agg(s order by id) from public.services s where tenant_id = ${tenant_id}) as services,
    (select jsonb_agg(x order by id) from public.service_providers x where tenant_id = ${tenant_id}) as providing,
    (select jsonb_agg(x order by id) from public.service_resources x where tenant_id = ${tenant_id}) as needing`;

async function tryEverything(person: Person): Promise<void> {
  const { client } = person;
  const inserts: Record<string, object> = {
    providers: { name: 'Intruder' },
    resources: { name: 'Intruder' },
    services: { name: 'Intruder' },
    service_providers: { service_id: service, provider_id: provider },
    service_resources: { service_id: service, resource_id: resource },
  };
  for (const [table, values] of Object.entries(inserts)) {
    expect((await client.from(table).insert({ tenant_id, ...values })).status).toBe(403);
    const removed = await client.from(table).delete().eq('tenant_id', tenant_id).select('id');
    expect(removed.data).toEqual([]);
  }
  for (const table of ['providers', 'resources', 'services']) {
    for (const change of [{ name: 'Changed' }, { archived_at: new Date().toISOString() }]) {
      const changed = await client.from(table).update(change).eq('tenant_id', tenant_id).select('id');
      expect(changed.data).toEqual([]);
    }
  }
}

describe('staff without the permission', () => {
  it('reads everything and changes nothing', async () => {
    const before = await everything();
    await tryEverything(staff);
    expect(
      await refusal(staff.client, 'save_service', { tenant_id, service_id: service, fields: { price: '0' } }),
    ).toBe('403 catalogue_not_permitted');
    expect(await everything()).toEqual(before);
    const { data } = await staff.client
      .from('services')
      .select('name, service_providers(provider_id), service_resources(resource_id)')
      .eq('tenant_id', tenant_id);
    expect(data).toEqual([
      {
        name: 'Cleaning',
        service_providers: [{ provider_id: provider }],
        service_resources: [{ resource_id: resource }],
      },
    ]);
  });

  it('may as soon as an owner gives it, and no longer once it is taken', async () => {
    const allow = (permissions: string[]) =>
      call(owner.client, 'set_member_permissions', { tenant_id, user_id: staff.userId, permissions });
    await allow(['catalogue']);
    const id = await addRow(staff, 'resources', { name: 'X-ray', kind: 'equipment' });
    await call(staff.client, 'save_service', {
      ...{ tenant_id, service_id: service, fields: { duration_minutes: 45 }, provider_ids: [provider] },
      ...{ resource_ids: [resource, id] },
    });
    await allow(['exports', 'overbooking']);
    const before = await everything();
    await tryEverything(staff);
    expect(await everything()).toEqual(before);
  });
});

describe('names', () => {
  it('are given once, also when two people press at the same moment', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() =>
        owner.client.rpc('save_service', { tenant_id, service_id: null, fields: { name: 'Whitening' } }),
      ),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409, 409]);
    expect(answers.filter(({ error }) => error).every(({ error }) => error?.hint === 'name_taken')).toBe(
      true,
    );
  });
});

describe("another clinic's owner", () => {
  it('reads nothing and changes nothing', async () => {
    const before = await everything();
    for (const table of ['providers', 'resources', 'services', 'service_providers', 'service_resources'])
      expect((await stranger.client.from(table).select('id').eq('tenant_id', tenant_id)).data).toEqual([]);
    await tryEverything(stranger);
    expect(
      await refusal(stranger.client, 'save_service', {
        tenant_id,
        service_id: service,
        fields: { name: 'Mine' },
      }),
    ).toBe('404 clinic_not_found');
    expect(await everything()).toEqual(before);
  });
});
