/**
 * npm run demo
 *
 * Two demo clinics with people and clients, made once, over the public API alone and with real
 * tokens: what works here works for everybody. `npm start` calls it; on another stack the variables
 * SUPABASE_URL, SUPABASE_PUBLISHABLE_KEY, SUPABASE_SECRET_KEY and INBOX_URL name it.
 */
import { join } from 'node:path';
import type { SupabaseClient } from '@supabase/supabase-js';
import { localData } from '../supabase/embedded/paths.ts';
import { accessOf, adminAccounts } from './accounts/accounts-api.ts';
import { CommandFailure, exitCodes, failureOf } from './accounts/command-failure.ts';
import { findStackTarget, type StackTarget } from './accounts/stack-target.ts';
import { createSuperAdmin } from './accounts/super-admin.ts';
import { type DemoClinic, type DemoPerson, demoClinics, superAdmin } from './demo/demo-clinics.ts';
import { DemoState } from './demo/demo-state.ts';
import {
  callRpc,
  demoSession,
  type DemoTarget,
  ensureMailed,
  ensureMember,
  type Invitation,
} from './demo/invited-people.ts';

export interface DemoLogin {
  who: string;
  email: string;
  password: string;
}

export interface DemoOptions {
  /** Where the passwords are kept; `.chairside/demo.json` unless told otherwise. */
  statePath?: string;
  onProgress?: (step: string) => void;
}

const defaultStatePath = join(localData, 'demo.json');

/**
 * Creates what is missing of the demo, and returns its logins. Once it has been completed it is left
 * alone: what a developer changed or deleted since does not come back.
 *
 * @throws CommandFailure
 */
export async function ensureDemo(stack: StackTarget, options: DemoOptions = {}): Promise<DemoLogin[]> {
  if (!stack.inboxUrl) {
    throw new CommandFailure(
      'usage',
      'The demo needs the local inbox of the stack (INBOX_URL), where its invitations arrive.',
    );
  }
  const target: DemoTarget = { ...stack, inboxUrl: stack.inboxUrl };
  const state = new DemoState(options.statePath ?? defaultStatePath);
  const progress = options.onProgress ?? (() => {});
  if (!(state.completed && (await isThere(target, state)))) {
    progress('the super-admin');
    const admin = await ensureSuperAdmin(target, state);
    for (const clinic of demoClinics) {
      progress(clinic.name);
      await ensureClinic(target, state, admin, clinic);
    }
    state.complete();
  }
  return logins(state);
}

/** The logins as lines to print. */
export function formatLogins(entries: DemoLogin[]): string[] {
  const width = (field: 'who' | 'email'): number => Math.max(...entries.map((entry) => entry[field].length));
  return entries.map(
    ({ who, email, password }) => `${who.padEnd(width('who'))}  ${email.padEnd(width('email'))}  ${password}`,
  );
}

/** Any login that still works shows that this is the stack on which the demo was completed. */
async function isThere(target: DemoTarget, state: DemoState): Promise<boolean> {
  for (const person of [superAdmin, ...demoClinics.map((clinic) => clinic.owner)]) {
    if (await demoSession(target, state, person)) return true;
  }
  return false;
}

function logins(state: DemoState): DemoLogin[] {
  const found = new Map<string, DemoLogin>();
  const add = (person: DemoPerson, role: string): void => {
    const known = found.get(person.email);
    const who = known ? `${known.who} and ${role}` : role;
    found.set(person.email, { who, email: person.email, password: state.passwordOf(person.email) });
  };
  add(superAdmin, 'super-admin');
  for (const clinic of demoClinics) {
    add(clinic.owner, `owner, ${clinic.name}`);
    for (const person of clinic.staff) add(person, `staff, ${clinic.name}`);
  }
  return [...found.values()];
}

async function ensureSuperAdmin(target: DemoTarget, state: DemoState): Promise<SupabaseClient> {
  const known = await demoSession(target, state, superAdmin);
  if (known && (await accessOf(known)).is_super_admin) return known;
  await createSuperAdmin(superAdmin, async () => state.passwordOf(superAdmin.email), adminAccounts(target));
  const session = await demoSession(target, state, superAdmin);
  if (session) return session;
  throw new CommandFailure(
    'refused',
    `There is an account ${superAdmin.email} with another password than the one kept here. "npm run reset" starts over.`,
  );
}

async function ensureClinic(
  target: DemoTarget,
  state: DemoState,
  admin: SupabaseClient,
  clinic: DemoClinic,
): Promise<void> {
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
  const findOrInvite = async (email: string): Promise<Invitation> => {
    const { invitations } = await callRpc<{ invitations: Invitation[] }>(owner, 'list_team', {
      tenant_id: tenantId,
    });
    return pendingFor(invitations, email) ?? callRpc(owner, 'invite_member', { tenant_id: tenantId, email });
  };
  for (const person of clinic.staff) {
    await ensureMember(target, state, person, tenantId, owner, () => findOrInvite(person.email));
  }
  for (const email of clinic.invited) await ensureMailed(target, owner, await findOrInvite(email));
  await ensureClients(owner, tenantId, clinic);
}

function pendingFor(invitations: Invitation[], email: string): Invitation | undefined {
  return invitations.find(
    (each) => each.email === email && (each.state === 'open' || each.state === 'expired'),
  );
}

async function ensureTenant(admin: SupabaseClient, clinic: DemoClinic): Promise<string> {
  interface Tenant {
    id: string;
    slug: string;
  }
  const { tenants } = await callRpc<{ tenants: Tenant[] }>(admin, 'admin_list_tenants', {
    search: clinic.name,
  });
  const known = tenants.find((each) => each.slug === clinic.slug);
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
  const { count, error } = await owner
    .from('clients')
    .select('id', { count: 'exact', head: true })
    .eq('tenant_id', tenantId);
  if (error) throw failureOf(error, `Reading the clients of ${clinic.name}`);
  if (count) return;
  const rows = clinic.clients.map((client) => ({ tenant_id: tenantId, ...client }));
  const inserted = await owner.from('clients').insert(rows);
  if (inserted.error) throw failureOf(inserted.error, `Writing the clients of ${clinic.name}`);
}

async function main(): Promise<void> {
  const target = findStackTarget();
  if (typeof target === 'string') throw new CommandFailure('unreachable', target);
  const found = await ensureDemo(target, { onProgress: (step) => console.log(`Demo: ${step}…`) });
  console.log(formatLogins(found).join('\n'));
}

if (import.meta.main) {
  main().catch((error: unknown) => {
    const failure =
      error instanceof CommandFailure
        ? error
        : new CommandFailure('unexpected', `Unexpected: ${String(error)}`);
    console.error(failure.message);
    process.exitCode = exitCodes[failure.reason];
  });
}
