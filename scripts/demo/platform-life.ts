/** What happens on a platform over time, so that its pages have something to show. */
import type { SupabaseClient } from '@supabase/supabase-js';
import { type DemoClinic, type DemoPerson, demoClinics } from './demo-clinics.ts';
import { ensureClinic, ensureStaff, findTenant } from './ensure-clinic.ts';
import type { DemoState } from './demo-state.ts';
import { callRpc, demoSession, type DemoTarget } from './invited-people.ts';

interface ClinicFate {
  clinic: DemoClinic;
  steps: {
    call: 'admin_suspend_tenant' | 'admin_delete_tenant' | 'admin_restore_tenant';
    reason: string;
  }[];
}

const [brightSmile, harbour] = demoClinics as [DemoClinic, DemoClinic];

/** Has left Bright Smile. */
export const formerMember: DemoPerson = {
  email: 'radu.enache@brightsmile.example',
  firstName: 'Radu',
  lastName: 'Enache',
  language: 'ro',
  daysAgo: 66,
};

/** Works at Harbour, and is suspended. */
export const suspendedPerson: DemoPerson = {
  email: 'freya.lindholm@harbourdental.example',
  firstName: 'Freya',
  lastName: 'Lindholm',
  language: 'en',
  daysAgo: 51,
};

/** Clinics beside the two that the demo is played in, and what became of them, in order. */
export const clinicFates: ClinicFate[] = [
  {
    clinic: {
      name: 'Lakeside Dental Care',
      slug: 'lakeside-dental-care',
      timeZone: 'Europe/Bucharest',
      maxSeats: 3,
      owner: person('victor.stoica@lakesidedental.example', 'Victor', 'Stoica', 'ro', 44),
      staff: [person('daria.neagu@lakesidedental.example', 'Daria', 'Neagu', 'ro', 40)],
      invited: [],
      clients: [],
    },
    steps: [
      {
        call: 'admin_suspend_tenant',
        reason: 'Two invoices unpaid; the owner was told by phone a week ago.',
      },
    ],
  },
  {
    clinic: {
      name: 'Old Town Orthodontics',
      slug: 'old-town-orthodontics',
      timeZone: 'Europe/London',
      maxSeats: 2,
      owner: person('hannah.brook@oldtownortho.example', 'Hannah', 'Brook', 'en', 33),
      staff: [],
      invited: [],
      clients: [],
    },
    steps: [
      { call: 'admin_delete_tenant', reason: 'The practice has closed; the owner asked for it in writing.' },
    ],
  },
  {
    clinic: {
      name: 'Northgate Family Dentistry',
      slug: 'northgate-family-dentistry',
      timeZone: 'Europe/London',
      maxSeats: 4,
      owner: person('samuel.okafor@northgatedental.example', 'Samuel', 'Okafor', 'en', 19),
      staff: [person('lucy.marsh@northgatedental.example', 'Lucy', 'Marsh', 'en', 12)],
      invited: [],
      clients: [],
    },
    steps: [
      { call: 'admin_delete_tenant', reason: 'Taken for the clinic of the same name that has closed.' },
      {
        call: 'admin_restore_tenant',
        reason: 'Deleted by mistake: it is the other Northgate that has closed.',
      },
    ],
  },
];

function person(
  email: string,
  firstName: string,
  lastName: string,
  language: 'en' | 'ro',
  daysAgo: number,
): DemoPerson {
  return { email, firstName, lastName, language, daysAgo };
}

interface User {
  user_id: string;
  email: string;
  status: string;
  memberships: { tenant_id: string; status: string }[];
}

interface SupportGrant {
  id: string;
  state: string;
}

/**
 * Plays what is missing of it. Each step looks at what is there, so a run that broke off is completed.
 *
 * @param admin the super-admin's session
 * @throws CommandFailure
 */
export async function ensurePlatformLife(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
): Promise<void> {
  for (const fate of clinicFates) await ensureFate(target, state, admin, fate);
  const bright = await clinicOf(target, state, admin, brightSmile);
  const seaside = await clinicOf(target, state, admin, harbour);
  await callRpc(admin, 'admin_set_seats', {
    tenant_id: bright.tenantId,
    max_seats: brightSmile.maxSeats + 2,
  });
  await ensureTrust(admin, bright);
  await ensureRemoval(target, state, admin, bright);
  await ensureSuspension(target, state, admin, seaside);
  await ensureSupport(admin, bright, seaside);
}

interface KnownClinic {
  tenantId: string;
  owner: SupabaseClient;
}

async function clinicOf(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
  clinic: DemoClinic,
): Promise<KnownClinic> {
  const tenant = await findTenant(admin, clinic);
  const owner = await demoSession(target, state, clinic.owner);
  if (!tenant || !owner) throw new Error(`${clinic.name} is missing.`);
  return { tenantId: tenant.id, owner };
}

async function ensureFate(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
  { clinic, steps }: ClinicFate,
): Promise<void> {
  const known = await findTenant(admin, clinic);
  // The reason of its status tells which step came last.
  const done = steps.findIndex(({ reason }) => reason === known?.status_reason);
  const tenantId =
    known && done >= 0 ? known.id : (await ensureClinic(target, state, admin, clinic)).tenantId;
  for (const { call, reason } of steps.slice(done + 1))
    await callRpc(admin, call, { tenant_id: tenantId, reason });
}

async function findUser(admin: SupabaseClient, { email }: DemoPerson): Promise<User | undefined> {
  const { users } = await callRpc<{ users: User[] }>(admin, 'admin_list_users', { search: email });
  return users.find((each) => each.email === email);
}

/** A staff member with permissions of their own. */
async function ensureTrust(admin: SupabaseClient, { tenantId, owner }: KnownClinic): Promise<void> {
  const [trusted] = brightSmile.staff;
  const user = trusted && (await findUser(admin, trusted));
  if (!user) return;
  await callRpc(owner, 'set_member_permissions', {
    tenant_id: tenantId,
    user_id: user.user_id,
    permissions: ['overbooking', 'exports'],
  });
}

async function ensureRemoval(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
  { tenantId, owner }: KnownClinic,
): Promise<void> {
  if (!(await findUser(admin, formerMember))) await ensureStaff(target, state, owner, tenantId, formerMember);
  const user = await findUser(admin, formerMember);
  if (user?.memberships.some((each) => each.tenant_id === tenantId && each.status === 'active'))
    await callRpc(owner, 'remove_member', { tenant_id: tenantId, user_id: user.user_id });
}

async function ensureSuspension(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
  { tenantId, owner }: KnownClinic,
): Promise<void> {
  if (!(await findUser(admin, suspendedPerson)))
    await ensureStaff(target, state, owner, tenantId, suspendedPerson);
  const user = await findUser(admin, suspendedPerson);
  if (user?.status === 'active')
    await callRpc(admin, 'admin_suspend_user', {
      user_id: user.user_id,
      reason: 'Laptop stolen on the train; suspended until the password is changed.',
    });
}

/** One support access that was used and ended by the clinic, and one that is open for an hour. */
async function ensureSupport(admin: SupabaseClient, past: KnownClinic, present: KnownClinic): Promise<void> {
  const [used] = await grantsOf(admin, past);
  const grant =
    used ??
    (await callRpc<SupportGrant>(admin, 'admin_open_support_access', {
      tenant_id: past.tenantId,
      reason: 'Two clients named Vasile Pop cannot be told apart; the owner asked us to look.',
      minutes: 30,
    }));
  if (grant.state === 'active') {
    const look = await callRpc<{ look_id: string }>(admin, 'admin_support_list_clients', {
      support_grant_id: grant.id,
      search: 'Pop',
    });
    await callRpc(admin, 'admin_support_show', look);
    await callRpc(past.owner, 'end_support_access', { tenant_id: past.tenantId, support_grant_id: grant.id });
  }
  if ((await grantsOf(admin, present)).length > 0) return;
  await callRpc(admin, 'admin_open_support_access', {
    tenant_id: present.tenantId,
    reason: 'A phone number is refused when it is saved; looking at the clients concerned.',
    minutes: 60,
  });
}

async function grantsOf(admin: SupabaseClient, { tenantId }: KnownClinic): Promise<SupportGrant[]> {
  const { support_grants } = await callRpc<{ support_grants: SupportGrant[] }>(admin, 'admin_get_tenant', {
    tenant_id: tenantId,
  });
  return support_grants;
}
