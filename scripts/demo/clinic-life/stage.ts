/** Where the everyday life of a clinic is played: its people's sessions, its clients by name. */
import type { SupabaseClient } from '@supabase/supabase-js';
import { CommandFailure, failureOf, type ServiceError } from '../../accounts/command-failure.ts';
import type { DemoClinic, DemoPerson } from '../demo-clinics.ts';
import type { DemoState } from '../demo-state.ts';
import { demoSession, type DemoTarget } from '../invited-people.ts';

export interface Stage {
  tenantId: string;
  timeZone: string;
  owner: SupabaseClient;
  /** The session of somebody who works at the clinic. */
  as: (person: DemoPerson) => SupabaseClient;
  userIdOf: (person: DemoPerson) => string;
  /** The client called so; read by `withClients`. */
  clientId: (name: string) => string;
}

/**
 * Signs everybody of a clinic in.
 *
 * @throws CommandFailure
 */
export async function openStage(
  target: DemoTarget,
  state: DemoState,
  clinic: DemoClinic,
  tenantId: string,
): Promise<Stage> {
  const people = await Promise.all(
    [clinic.owner, ...clinic.staff].map(async (person) => {
      const session = await demoSession(target, state, person);
      const user = (await session?.auth.getSession())?.data.session?.user;
      if (!session || !user) throw new CommandFailure('refused', `${person.email} cannot sign in.`);
      return { person, session, userId: user.id };
    }),
  );
  const find = (person: DemoPerson) => {
    const found = people.find((each) => each.person.email === person.email);
    if (!found) throw new Error(`${person.email} does not work at ${clinic.name}.`);
    return found;
  };
  return {
    tenantId,
    timeZone: clinic.timeZone,
    owner: find(clinic.owner).session,
    as: (person) => find(person).session,
    userIdOf: (person) => find(person).userId,
    clientId: (name) => {
      throw new Error(`The clients have not been read: ${name}`);
    },
  };
}

/** The stage with the clients there are now. Of two who are called alike, the one who was there first. */
export async function withClients(stage: Stage): Promise<Stage> {
  const rows = await readAll<{ id: string; first_name: string; last_name: string }>(
    stage,
    'clients',
    'id, first_name, last_name',
  );
  const ids = new Map(
    rows.toReversed().map(({ id, first_name, last_name }) => [`${first_name} ${last_name}`, id]),
  );
  const clientId = (name: string): string => {
    const id = ids.get(name);
    if (!id) throw new Error(`The demo has no client ${name}.`);
    return id;
  };
  return { ...stage, clientId };
}

/** All rows of one of the clinic's tables, oldest first. */
export async function readAll<T>({ owner, tenantId }: Stage, table: string, columns: string): Promise<T[]> {
  const answer = await owner
    .from(table)
    .select(columns)
    .eq('tenant_id', tenantId)
    .order('created_at')
    .order('id');
  return succeeded(answer, `Reading ${table}`) as T[];
}

/** Adds rows to one of the clinic's tables in one statement, as the person whose session it is; nothing for none. */
export async function addRows(
  session: SupabaseClient,
  { tenantId }: Stage,
  table: string,
  rows: Record<string, unknown>[],
): Promise<void> {
  if (rows.length === 0) return;
  const stamped = rows.map((row) => ({ tenant_id: tenantId, ...row }));
  succeeded(await session.from(table).insert(stamped, { defaultToNull: false }), `Writing ${table}`);
}

/** The data of an answer, or a CommandFailure. */
export function succeeded<T>(
  answer: { data: T; error: null } | { data: unknown; error: ServiceError },
  what: string,
): T {
  if (answer.error) throw failureOf(answer.error, what);
  return answer.data as T;
}
