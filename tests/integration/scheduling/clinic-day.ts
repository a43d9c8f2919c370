import postgres from 'postgres';
import { ownerConnection, stack } from '../../support/environment.ts';
import type { Clinic, Person } from '../../support/people.ts';

/** A clinic with somebody to book, and many real connections at once to book with. */

export interface Fields {
  client_id?: string;
  service_id?: string | null;
  provider_id?: string | null;
  resource_ids?: string[];
  starts_at?: string;
  ends_at?: string;
}

/** How a call ended: "ok", or the SQLSTATE with the code of the refusal, as in "PT409 slot_taken". */
export type Outcome = string;

export class ClinicDay {
  readonly sql = ownerConnection();
  readonly #connections: postgres.Sql;
  readonly #tenantId: string;
  readonly #width: number;

  constructor(clinic: Clinic, width = 40) {
    this.#tenantId = clinic.id;
    this.#width = width;
    this.#connections = postgres(stack.dbUrl, { max: width, onnotice: () => {} });
  }

  async end(): Promise<void> {
    await Promise.all([this.sql.end(), this.#connections.end()]);
  }

  async add(table: 'clients' | 'providers' | 'resources', count: number): Promise<string[]> {
    const name = table === 'clients' ? 'last_name' : 'name';
    const rows = await this.sql<{ id: string }[]>`
      insert into public.${this.sql(table)} (tenant_id, ${this.sql(name)})
      select ${this.#tenantId}, ${table} || ' ' || gen_random_uuid() from generate_series(1, ${count}::integer)
      returning id`;
    return rows.map(({ id }) => id);
  }

  /** Opens all connections, so that what follows begins on all of them at once. */
  async warmUp(): Promise<void> {
    await Promise.all(Array.from({ length: this.#width }, () => this.#connections`select pg_sleep(0.05)`));
  }

  /** Calls a function as a person, in a transaction of its own on one of the connections. */
  async call<T = unknown>(person: Person, name: string, args: Record<string, unknown>): Promise<T> {
    const claims = JSON.stringify({ sub: person.userId, role: 'authenticated' });
    const given = Object.entries({ tenant_id: this.#tenantId, ...args });
    const list = given.map(([key], index) => `${key} => $${index + 1}`).join(', ');
    const rows = await this.#connections.begin(async (tx) => {
      await tx`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`;
      return tx.unsafe(
        `select public.${name}(${list}) as answer`,
        given.map(([, value]) => value) as never[],
      );
    });
    return rows[0]?.answer as T;
  }

  async outcome(person: Person, name: string, args: Record<string, unknown>): Promise<Outcome> {
    return this.call(person, name, args).then(
      () => 'ok',
      ({ code, hint, message }: { code?: string; hint?: string; message: string }) =>
        hint ? `${code} ${hint}` : `${code} ${message}`,
    );
  }

  /** Pairs of blocking times of one provider or chair that overlap: there must never be one. */
  async overlaps(): Promise<readonly unknown[]> {
    return this.sql`
      select a.id, b.id from public.allocations a
      join public.allocations b on b.tenant_id = a.tenant_id and b.id > a.id and b.during && a.during
        and coalesce(b.provider_id, b.resource_id) = coalesce(a.provider_id, a.resource_id)
      where a.tenant_id = ${this.#tenantId} and a.blocking and b.blocking`;
  }

  /** Live appointments whose times are not what a visit with a provider and chairs takes. */
  async misplaced(): Promise<readonly unknown[]> {
    return this.sql`
      select v.id from public.appointments v
      left join public.allocations a on a.tenant_id = v.tenant_id and a.appointment_id = v.id
      where v.tenant_id = ${this.#tenantId}
      group by v.tenant_id, v.id
      having count(a.provider_id) <> 1 or count(a.resource_id) < 1
        or bool_or(a.provider_id is not null and a.provider_id <> v.provider_id)
        or bool_or(a.during <> tstzrange(v.starts_at, v.ends_at))
        or bool_or(a.blocking <> (v.status not in ('cancelled', 'no_show')))`;
  }
}

/** How often each outcome came. */
export const tally = (outcomes: Outcome[]): Record<Outcome, number> =>
  outcomes.reduce<Record<Outcome, number>>(
    (counts, outcome) => ({ ...counts, [outcome]: (counts[outcome] ?? 0) + 1 }),
    {},
  );
