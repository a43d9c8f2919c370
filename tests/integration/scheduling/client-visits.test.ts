import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataApi, ownerConnection } from '../../support/environment.ts';
import { call, type Clinic, createClinic, createSuperAdmin, type Person } from '../../support/people.ts';

/** A client's visits over HTTP, as the client's page and the dashboard read them. */

const sql = ownerConnection();
afterAll(() => sql.end());
let clinic: Clinic;
let owner: Person;
let stranger: Person;
let clientId: string;

interface Visit {
  id: string;
  starts_at: string;
  service: { name: string } | null;
  provider: { name: string } | null;
}

const hour = 3_600_000;

beforeAll(async () => {
  const admin = await createSuperAdmin();
  ({ clinic, owner } = await createClinic(admin));
  stranger = (await createClinic(admin)).owner;
  const insert = async (table: string, row: Record<string, unknown>): Promise<string> => {
    const [made] = await sql<[{ id: string }]>`insert into public.${sql(table)} ${sql(row)} returning id`;
    return made.id;
  };
  const tenant_id = clinic.id;
  clientId = await insert('clients', { tenant_id, first_name: 'Ana', last_name: 'Pop' });
  const provider_id = await insert('providers', { tenant_id, name: 'Dr. One' });
  const service_id = await insert('services', { tenant_id, name: 'Filling' });
  // Seven that were, two of them at the same moment, and one to come.
  for (const hoursAgo of [2, 26, 26, 50, 74, 98, 122, -48]) {
    const starts = Date.now() - hoursAgo * hour;
    await insert('appointments', {
      ...{ tenant_id, client_id: clientId, service_id, provider_id },
      ...{ starts_at: new Date(starts), ends_at: new Date(starts + hour / 2) },
      ...(hoursAgo > 0 ? { status: 'completed', completed_at: new Date(starts + hour / 2) } : {}),
    });
  }
});

/** As `src/lib/scheduling/visits/queries.ts` asks. */
async function past(person: Person, after: Visit | null): Promise<Visit[]> {
  let asked = person.client
    .from('appointments')
    .select(
      `id, starts_at, service:services!appointments_tenant_id_service_id_fkey(name),
       provider:providers!appointments_tenant_id_provider_id_fkey(name)`,
    )
    .eq('tenant_id', clinic.id)
    .eq('client_id', clientId)
    .lte('starts_at', after?.starts_at ?? new Date().toISOString());
  if (after) asked = asked.or(`starts_at.lt."${after.starts_at}",id.lt.${after.id}`);
  const { data, error } = await asked
    .order('starts_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(2)
    .overrideTypes<Visit[], { merge: false }>();
  expect(error).toBeNull();
  return data ?? [];
}

it('lists what was page by page, each visit once, with service and provider', async () => {
  const seen: Visit[] = [];
  for (let page = await past(owner, null); page.length > 0; page = await past(owner, page.at(-1) ?? null))
    seen.push(...page);
  expect(seen).toHaveLength(7);
  expect(new Set(seen.map(({ id }) => id)).size).toBe(7);
  expect(seen.map(({ starts_at }) => starts_at)).toEqual(
    seen.map(({ starts_at }) => starts_at).toSorted((a, b) => Date.parse(b) - Date.parse(a)),
  );
  for (const { service, provider } of seen)
    expect([service, provider]).toEqual([{ name: 'Filling' }, { name: 'Dr. One' }]);
  expect(await past(stranger, null)).toEqual([]);
});

it('counts them, and takes them along in a record', async () => {
  const counts = await call(owner.client, 'client_visits', { tenant_id: clinic.id, client_id: clientId });
  expect(counts).toMatchObject({ upcoming: 1, completed: 7, no_shows: 0, late_cancels: 0 });
  const record = await call<{ appointments: Visit[] }>(owner.client, 'client_record', {
    ...{ tenant_id: clinic.id, client_id: clientId },
  });
  expect(record.appointments).toHaveLength(8);
  expect(record.appointments[0]).toMatchObject({
    service: 'Filling',
    provider: 'Dr. One',
    status: 'completed',
  });
});

it('is written by no request', async () => {
  const body = { status: 'no_show' };
  const path = `appointments?tenant_id=eq.${clinic.id}`;
  expect(await dataApi('PATCH', path, { accessToken: owner.accessToken, body })).toMatchObject({
    status: 403,
  });
  const counts = await call(owner.client, 'client_visits', { tenant_id: clinic.id, client_id: clientId });
  expect(counts).toMatchObject({ completed: 7, no_shows: 0 });
});

it('is on the dashboard with what was used of the hours', async () => {
  const dashboard = await call<{
    visits: { due: number; by_day: unknown[] };
    utilisation: { open_minutes: number; by_provider: { name: string; booked_minutes: number }[] };
    today: { next: unknown[] };
  }>(owner.client, 'dashboard', { tenant_id: clinic.id, days: 30 });
  expect(dashboard.visits).toMatchObject({ due: 7, no_shows: 0, late_cancels: 0 });
  expect(dashboard.visits.by_day).toHaveLength(30);
  expect(dashboard.utilisation.by_provider).toMatchObject([{ name: 'Dr. One', booked_minutes: 210 }]);
  expect(dashboard.utilisation.open_minutes).toBeGreaterThan(8_000);
});
