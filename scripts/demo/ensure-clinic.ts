import type { SupabaseClient } from '@supabase/supabase-js';
import { failureOf } from '../accounts/command-failure.ts';
import type { DemoClinic, DemoPerson } from './demo-clinics.ts';
import type { DemoState } from './demo-state.ts';
import { callRpc, type DemoTarget, ensureMailed, ensureMember, type Invitation } from './invited-people.ts';

/**
 * Creates what is missing of a clinic: itself, its owner, staff, invitations and clients.
 *
 * @returns the clinic's id and its owner's session
 * @throws CommandFailure
 */
export async function ensureClinic(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
  clinic: DemoClinic,
): Promise<{ tenantId: string; owner: SupabaseClient }> {
  const tenantId = await ensureTenant(admin, clinic);
  const owner = await ensureMember(target, state, clinic.owner, tenantId, admin, async () => {
    const { invitations } = await callRpc<{ invitations: Invitation[] }>(admin, 'admin_get_tenant', {
      tenant_id: tenantId,
    });
    const email = clinic.owner.email;
    return (
      pendingFor(invitations, email) ??
      callRpc(admin, 'admin_invite', { tenant_id: tenantId, email, role: 'owner' })
    );
  });
  for (const person of clinic.staff) await ensureStaff(target, state, owner, tenantId, person);
  for (const email of clinic.invited)
    await ensureMailed(target, owner, await findOrInvite(owner, tenantId, email));
  await ensureClients(owner, tenantId, clinic);
  return { tenantId, owner };
}

/** Makes somebody a staff member, by the owner's invitation. Does nothing for a member. */
export async function ensureStaff(
  target: DemoTarget,
  state: DemoState,
  owner: SupabaseClient,
  tenantId: string,
  person: DemoPerson,
): Promise<void> {
  await ensureMember(target, state, person, tenantId, owner, () =>
    findOrInvite(owner, tenantId, person.email),
  );
}

async function findOrInvite(owner: SupabaseClient, tenantId: string, email: string): Promise<Invitation> {
  const { invitations } = await callRpc<{ invitations: Invitation[] }>(owner, 'list_team', {
    tenant_id: tenantId,
  });
  return pendingFor(invitations, email) ?? callRpc(owner, 'invite_member', { tenant_id: tenantId, email });
}

function pendingFor(invitations: Invitation[], email: string): Invitation | undefined {
  return invitations.find(
    (each) => each.email === email && (each.state === 'open' || each.state === 'expired'),
  );
}

interface Tenant {
  id: string;
  slug: string;
  status: string;
  status_reason: string | null;
}

/** The clinic as the platform sees it, whatever its status; undefined before it has been created. */
export async function findTenant(admin: SupabaseClient, clinic: DemoClinic): Promise<Tenant | undefined> {
  const { tenants } = await callRpc<{ tenants: Tenant[] }>(admin, 'admin_list_tenants', {
    search: clinic.slug,
  });
  return tenants.find((each) => each.slug === clinic.slug);
}

async function ensureTenant(admin: SupabaseClient, clinic: DemoClinic): Promise<string> {
  const known = await findTenant(admin, clinic);
  if (known) return known.id;
  const { tenant } = await callRpc<{ tenant: Tenant }>(admin, 'admin_create_tenant', {
    name: clinic.name,
    slug: clinic.slug,
    owner_email: clinic.owner.email,
    max_seats: clinic.maxSeats,
    time_zone: clinic.timeZone,
  });
  return tenant.id;
}

/** One insert for all, so a clinic has either all of its clients or none. */
async function ensureClients(owner: SupabaseClient, tenantId: string, clinic: DemoClinic): Promise<void> {
  if (clinic.clients.length === 0) return;
  const { count, error } = await owner
    .from('clients')
    .select('id', { count: 'exact', head: true })
    .eq('tenant_id', tenantId);
  if (error) throw failureOf(error, `Reading the clients of ${clinic.name}`);
  if (count) return;
  const rows = clinic.clients.map((client) => ({ tenant_id: tenantId, ...client }));
  const inserted = await owner.from('clients').insert(rows, { defaultToNull: false });
  if (inserted.error) throw failureOf(inserted.error, `Writing the clients of ${clinic.name}`);
}
