import { ownerConnection } from './environment.ts';
import { addStaff, call, createClinic, createSuperAdmin, type Clinic, type Person } from './people.ts';

/** A clinic in Bucharest with providers, for tests of its calendar. Times are the clinic's: "2027-01-12 10:00". */
export interface CalendarClinic {
  clinic: Clinic;
  owner: Person;
  staff: Person;
  /** Ids of the providers by name. */
  providers: Record<string, string>;
  /** Adds a client called "Ana Popescu"; returns its id. */
  addClient(name: string): Promise<string>;
  /** Books a visit; returns its id. */
  book(clientId: string, provider: string, from: string, until: string): Promise<string>;
  /** A client's visits, as "2027-01-12 10:00–10:45 Dr. Pop booked". */
  visitsOf(clientId: string): Promise<string[]>;
  /** Takes away all visits, holds and blocked times. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** The moment of a time in winter, when Bucharest is two hours ahead of UTC. */
export const winterTime = (time: string): string => `${time.replace(' ', 'T')}:00+02:00`;

export async function createCalendarClinic(names: string[]): Promise<CalendarClinic> {
  const sql = ownerConnection();
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const staff = await addStaff(owner, clinic);
  await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${clinic.id}`;
  const insert = async (table: string, row: object): Promise<string> => {
    const { data, error } = await owner.client
      .from(table)
      .insert({ tenant_id: clinic.id, ...row })
      .select('id')
      .single<{ id: string }>();
    if (error) throw new Error(`${table}: ${error.message}`);
    return data.id;
  };
  const providers: Record<string, string> = {};
  for (const name of names) providers[name] = await insert('providers', { name, colour: 'blue' });
  return {
    ...{ clinic, owner, staff, providers },
    addClient: (name) => {
      const [first_name = '', last_name = ''] = name.split(' ');
      return insert('clients', { first_name, last_name });
    },
    book: async (client_id, provider, from, until) => {
      const { id } = await call<{ id: string }>(staff.client, 'book_appointment', {
        tenant_id: clinic.id,
        fields: {
          ...{ client_id, provider_id: providers[provider], resource_ids: [] },
          ...{ starts_at: winterTime(from), ends_at: winterTime(until) },
        },
        outside_hours: true,
      });
      return id;
    },
    visitsOf: async (clientId) => {
      const rows = await sql`
        select to_char(a.starts_at at time zone 'Europe/Bucharest', 'YYYY-MM-DD HH24:MI') || '–'
          || to_char(a.ends_at at time zone 'Europe/Bucharest', 'HH24:MI') || ' ' || coalesce(p.name, 'nobody') || ' ' || a.status
          as visit
        from public.appointments a left join public.providers p on p.tenant_id = a.tenant_id and p.id = a.provider_id
        where a.tenant_id = ${clinic.id} and a.client_id = ${clientId} order by a.starts_at`;
      return rows.map((row) => row.visit as string);
    },
    empty: async () => {
      await sql`delete from public.allocations where tenant_id = ${clinic.id}`;
      await sql`delete from public.holds where tenant_id = ${clinic.id}`;
      await sql`delete from public.appointments where tenant_id = ${clinic.id}`;
      await sql`delete from public.blocked_times where tenant_id = ${clinic.id}`;
    },
    close: () => sql.end(),
  };
}
