import { dataApi, ownerConnection } from '../../support/environment.ts';
import {
  addStaff,
  call,
  type Clinic,
  createClinic,
  createSuperAdmin,
  type Person,
  refusal,
} from '../../support/people.ts';

/** What the tests of support access share: a clinic with two clients, another clinic, and super-admins with grants. */

export interface Grant {
  id: string;
  state: string;
  reason: string;
  ended_by: string | null;
  admin_email: string;
  reads: number;
}

/** A recorded look that has not been shown yet. */
export interface Look {
  look_id: string;
}

export interface ClientPage {
  clients: { id: string; first_name: string; last_name: string; email: string | null }[];
  next: { after_name: string; after_id: string } | null;
}

/** A clinic with the clients Ash and Birch, and a stranger's clinic with the client Elm. Close `sql` at the end. */
export async function createSupportScene() {
  const sql = ownerConnection();
  const admin = await createSuperAdmin();
  const { clinic, owner } = await createClinic(admin);
  const staff = await addStaff(owner, clinic);
  const { clinic: otherClinic, owner: stranger } = await createClinic(admin);

  const addClients = async (person: Person, rows: Record<string, string>[]): Promise<string[]> => {
    const { data, error } = await person.client.from('clients').insert(rows).select('id');
    if (error) throw error;
    return data.map((row) => row.id as string);
  };
  const [ash, birch] = (await addClients(owner, [
    { tenant_id: clinic.id, first_name: 'Ana', last_name: 'Ash', email: 'ana_a@example.test' },
    { tenant_id: clinic.id, first_name: 'Bo', last_name: 'Birch', email: 'anaxa@example.test' },
  ])) as [string, string];
  const [elm] = (await addClients(stranger, [{ tenant_id: otherClinic.id, last_name: 'Elm' }])) as [string];

  const open = (person: Person, where: Clinic = clinic, minutes = 60): Promise<Grant> =>
    call<Grant>(person.client, 'admin_open_support_access', {
      ...{ tenant_id: where.id, reason: 'cannot find a patient', minutes },
    });

  return {
    ...{ sql, admin, clinic, owner, staff, otherClinic, stranger, ash, birch, elm, addClients, open },
    /** A super-admin of their own for each case, because one may have a single open grant for a clinic. */
    openAsNewAdmin: async (where: Clinic = clinic): Promise<{ supporter: Person; grant: Grant }> => {
      const supporter = await createSuperAdmin();
      return { supporter, grant: await open(supporter, where) };
    },
    /** Events of looks made with the grant, oldest first. */
    looksOf: (grant: Grant) => sql`
      select action, actor_id, actor_role, actor_email, tenant_id, target_type, target_id, target_label, reason, details
      from public.audit_events where details ->> 'support_grant_id' = ${grant.id} order by occurred_at, id`,
    readsOf: async (grant: Grant): Promise<number> => {
      const [row] = await sql`select reads from public.support_grants where id = ${grant.id}`;
      return row?.reads as number;
    },
    expire: (grant: Grant) => sql`
      update public.support_grants set starts_at = now() - interval '1 hour', expires_at = now() where id = ${grant.id}`,
  };
}

/** Records a look through the list of clients: the first of its two steps. */
export const recordLook = (person: Person, grant: Grant, args: Record<string, unknown> = {}): Promise<Look> =>
  call<Look>(person.client, 'admin_support_list_clients', { support_grant_id: grant.id, ...args });

/** Shows what a recorded look found: the second step. */
export const show = (person: Person, look: Look): Promise<ClientPage> =>
  call<ClientPage>(person.client, 'admin_support_show', { ...look });

/** A look through the list of clients, recorded and shown. */
export const listClients = async (
  person: Person,
  grant: Grant,
  args: Record<string, unknown> = {},
): Promise<ClientPage> => show(person, await recordLook(person, grant, args));

/** The refusal of a look that is to be recorded. */
export const refusedLook = (person: Person, grant: Grant): Promise<string> =>
  refusal(person.client, 'admin_support_list_clients', { support_grant_id: grant.id });

/** The refusal of showing a recorded look. */
export const refusedShow = (person: Person, look: Look): Promise<string> =>
  refusal(person.client, 'admin_support_show', { ...look });

/** One raw call of an RPC with query parameters that PostgREST applies to the function's answer. */
export const callWithQuery = (person: Person, name: string, query: string, body: object) =>
  dataApi('POST', `rpc/${name}?${query}`, { accessToken: person.accessToken, body });
