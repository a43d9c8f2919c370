import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  addStaff,
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  issueToken,
  newEmail,
  type Person,
  refusal,
  signUp,
} from '../../support/people.ts';

interface User {
  user_id: string;
  email: string;
  last_seen_at: string | null;
  memberships: { tenant_id: string; role: string; joined_at?: string }[];
}
type NextPage = { after_name: string; after_id: string } | null;
interface Overview {
  tenants: Record<'active' | 'suspended' | 'deleted', number>;
  users: Record<'active' | 'suspended' | 'deleted', number>;
  active_users_7d: number;
  seats: { allocated: number; used: number };
  sign_ups: { day: string; users: number; clinics: number }[];
  health: { key: string; state: string }[];
  recent_events: { action: string; actor_email: string | null }[];
}

/** A word that no other test of this run has in its names. */
const mark = `q${randomUUID().slice(0, 8)}`;
let admin: Person;
let clinic: Clinic;
let owner: Person;
let people: Person[];

beforeAll(async () => {
  admin = await createSuperAdmin();
  ({ clinic, owner } = await createClinic(admin));
  people = [];
  for (const name of ['Ștefan', 'Ágnes', 'Łukasz']) {
    const person = await addStaff(owner, clinic);
    const { error } = await person.client
      .from('profiles')
      .update({ first_name: name, last_name: `Țurcanu ${mark}` })
      .eq('user_id', person.userId);
    if (error) throw error;
    people.push(person);
  }
});

/** All pages of a list, one after another, each of `size` rows. */
async function everyPage(
  name: string,
  key: 'users' | 'tenants',
  search: string,
  size: number,
): Promise<string[]> {
  const found: string[] = [];
  let next: NextPage = null;
  do {
    const page: Record<string, unknown> = await call(admin.client, name, {
      search,
      page_size: size,
      ...(next ?? {}),
    });
    const rows = page[key] as { id?: string; user_id?: string }[];
    expect(rows.length).toBeLessThanOrEqual(size);
    found.push(...rows.map((row) => row.id ?? row.user_id ?? ''));
    next = page.next as NextPage;
  } while (next);
  return found;
}

describe('people', () => {
  it('are found by parts of their names, without accents or case, in the order of the list', async () => {
    const { users } = await call<{ users: User[] }>(admin.client, 'admin_list_users', {
      search: ` turc ${mark.toUpperCase()} `,
    });
    expect(users.map((user) => user.email)).toEqual(
      [people[1], people[2], people[0]].map((person) => person?.email),
    );
    const one = await call<{ users: User[] }>(admin.client, 'admin_list_users', { search: `lukasz ${mark}` });
    expect(one.users).toMatchObject([
      { user_id: people[2]?.userId, memberships: [{ tenant_id: clinic.id, role: 'staff' }] },
    ]);
  });

  it('are paged without gap or repetition', async () => {
    const all = await everyPage('admin_list_users', 'users', mark, 200);
    expect(all).toHaveLength(3);
    expect(await everyPage('admin_list_users', 'users', mark, 1)).toEqual(all);
  });

  it('are shown with the invitations that wait for them', async () => {
    const { clinic: other } = await createClinic(admin);
    const invited = await call<{ id: string }>(admin.client, 'admin_invite', {
      tenant_id: other.id,
      email: owner.email,
      role: 'owner',
    });
    expect(await call(admin.client, 'admin_get_user', { user_id: owner.userId })).toMatchObject({
      email: owner.email,
      email_confirmed: true,
      memberships: [{ tenant_id: clinic.id, role: 'owner', joined_at: expect.any(String) }],
      open_invitations: [{ id: invited.id, tenant_id: other.id, clinic_name: other.name, role: 'owner' }],
    });
    expect(await refusal(admin.client, 'admin_get_user', { user_id: randomUUID() })).toBe(
      '404 user_not_found',
    );
  });

  it('were last seen when they signed in', async () => {
    const user = await call<User>(admin.client, 'admin_get_user', { user_id: owner.userId });
    expect(Date.now() - Date.parse(user.last_seen_at ?? '')).toBeLessThan(10 * 60_000);
    const team = await call<{ members: User[] }>(owner.client, 'list_team', { tenant_id: clinic.id });
    expect(team.members.find((member) => member.user_id === owner.userId)?.last_seen_at).toBe(
      user.last_seen_at,
    );
  });
});

describe('clinics', () => {
  it('are found by name and address, and paged', async () => {
    const words = clinic.name.toUpperCase();
    expect(await everyPage('admin_list_tenants', 'tenants', words, 200)).toEqual([clinic.id]);
    const all = await everyPage('admin_list_tenants', 'tenants', 'clinic', 200);
    expect(await everyPage('admin_list_tenants', 'tenants', 'clinic', 2)).toEqual(all);
    expect(all).toContain(clinic.id);
  });

  it('are listed by status', async () => {
    const list = async (status: string) =>
      (
        await call<{ tenants: { id: string }[] }>(admin.client, 'admin_list_tenants', {
          search: clinic.slug,
          status,
        })
      ).tenants.map((tenant) => tenant.id);
    expect(await list('active')).toEqual([clinic.id]);
    expect(await list('suspended')).toEqual([]);
  });

  it('are shown with their team and support grants', async () => {
    const shown = await call<{ members: User[]; support_grants: unknown[] }>(
      admin.client,
      'admin_get_tenant',
      {
        tenant_id: clinic.id,
      },
    );
    expect(shown.members).toHaveLength(4);
    expect(shown.support_grants).toEqual([]);
  });
});

describe('the overview', () => {
  it('follows what happens', async () => {
    const before = await call<Overview>(admin.client, 'admin_overview');
    const email = newEmail('owner');
    const made = await call<{ invitation: { id: string } }>(admin.client, 'admin_create_tenant', {
      name: `Overview ${mark}`,
      slug: `overview-${mark}`,
      owner_email: email,
      max_seats: 7,
    });
    await signUp(email, await issueToken(made.invitation.id, admin));
    const after = await call<Overview>(admin.client, 'admin_overview');
    // Other suites use the same stack at the same time, so the counts may have grown by more.
    expect(after.tenants.active).toBeGreaterThan(before.tenants.active);
    expect(after.users.active).toBeGreaterThan(before.users.active);
    expect(after.active_users_7d).toBeGreaterThan(before.active_users_7d);
    expect(after.seats.allocated).toBeGreaterThanOrEqual(before.seats.allocated + 7);
    expect(after.sign_ups).toHaveLength(90);
    expect(after.sign_ups.at(-1)?.clinics).toBeGreaterThan(before.sign_ups.at(-1)?.clinics ?? 0);
    expect(after.recent_events).toHaveLength(10);
    expect(after.health.map((line) => line.key)).toEqual(
      expect.arrayContaining(['invitation_mail', 'scheduled_jobs', 'audit_chain', 'audit_anchor']),
    );
  });

  it.each(['admin_overview', 'admin_list_users', 'admin_list_tenants'])(
    '%s is refused to owners',
    async (name) => {
      expect(await refusal(owner.client, name)).toBe('403 super_admin_required');
    },
  );
});
