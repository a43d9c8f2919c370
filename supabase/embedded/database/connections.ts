/** The database connections lite works through, each under the role the official service uses. */
import { sql, type Kysely, type Transaction } from 'kysely';
import postgres from 'postgres';
import type { AnyAST, ConnectionContextOptions, IntrospectResult, VarsContext } from '@supabase/lite';
import { PostgresConnection } from '@supabase/lite/postgres';
import { requestScope } from '../request-scope.ts';
import { encodeJson } from './json-values.ts';
import { restError } from './sql-errors.ts';
import { isoTimestamp, utcTimestamp, wireTypes } from './wire-types.ts';

const quietNotices = { onnotice: () => undefined };

const { timestamptz } = wireTypes(utcTimestamp);
const storageTypes = {
  timestamptz,
  bigint: { to: 20, from: [20], serialize: String, parse: Number },
} as Record<string, postgres.PostgresType>;

/** The Storage service's session. */
export function createStorageSession(url: string): postgres.Sql {
  return postgres(url, { ...quietNotices, max: 8, types: storageTypes });
}

/** A connection for lite's Auth service: plain statements, no impersonation. */
export function createServiceConnection(url: string): PostgresConnection {
  return new PostgresConnection({
    url,
    postgresOptions: { ...quietNotices, max: 8, types: wireTypes(utcTimestamp) },
  });
}

/**
 * The Data API's connection. It logs in as `authenticator` and, like PostgREST, runs every request in one transaction
 * as the token's role, with that role's settings, the claims and the request in `request.*`, read-only for GET and HEAD.
 * Lite's own version grants the API roles everything on every schema that has RLS; that must never run.
 */
export class DataApiConnection extends PostgresConnection {
  readonly #catalog: PostgresConnection;
  #roleSettings: Promise<Map<string, [string, string][]>> | undefined;

  /** `catalogUrl` logs in with a role that sees the whole catalog, which `authenticator` does not. */
  constructor(url: string, catalogUrl: string) {
    super({ url, postgresOptions: { ...quietNotices, max: 20, types: wireTypes(isoTimestamp) } });
    this.#catalog = new PostgresConnection({ url: catalogUrl, postgresOptions: { ...quietNotices, max: 2 } });
  }

  override introspect(options?: { useCache?: boolean }): Promise<IntrospectResult> {
    return this.#catalog.introspect(options);
  }

  /** Forgets tables, functions and role settings; called when the schema has changed. */
  override async clearSchemaCache(): Promise<void> {
    this.#roleSettings = undefined;
    await this.#catalog.clearSchemaCache();
  }

  override async onPostgrestAST(ast: AnyAST): Promise<AnyAST> {
    return encodeJson(await super.onPostgrestAST(ast), await this.introspect({ useCache: true }));
  }

  override async withContext<T>(
    vars: VarsContext | undefined,
    work: (db: Kysely<unknown>) => Promise<T>,
    _options?: ConnectionContextOptions,
  ): Promise<T> {
    const auth = (vars as { auth?: { role?: string; jwt?: object | null } } | undefined)?.auth;
    const role = auth?.role ?? 'anon';
    const scope = requestScope.getStore();
    if (scope) scope.role = role;
    const settings = await this.#settingsOf(role);
    return this.kysely.transaction().execute(async (transaction: Transaction<unknown>) => {
      if (scope && ['GET', 'HEAD'].includes(scope.method))
        await sql`set transaction read only`.execute(transaction);
      const context: [string, string][] = [
        ['search_path', 'public, extensions'],
        ...settings,
        ['role', role],
        ['request.jwt.claims', JSON.stringify(auth?.jwt ?? { role })],
        ['request.method', scope?.method ?? ''],
        ['request.path', scope?.path ?? ''],
        ['request.headers', JSON.stringify(scope?.headers ?? {})],
        ['response.headers', ''],
        ['response.status', ''],
      ];
      const calls = context.map(([name, value]) => sql`set_config(${name}, ${value}, true)`);
      await sql`select ${sql.join(calls)}`.execute(transaction);
      return work(transaction);
    });
  }

  override normalizeDbError(error: unknown): unknown {
    return restError(error);
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), this.#catalog.close()]);
  }

  /** `alter role … set …` of the roles PostgREST may become; it applies them per request. */
  async #settingsOf(role: string): Promise<[string, string][]> {
    this.#roleSettings ??= this.#readRoleSettings();
    return (await this.#roleSettings).get(role) ?? [];
  }

  async #readRoleSettings(): Promise<Map<string, [string, string][]>> {
    const { rows } = await sql<{ role: string; setting: string }>`
      select roles.rolname as role, unnest(setting.setconfig) as setting
      from pg_db_role_setting as setting join pg_roles as roles on roles.oid = setting.setrole
      where setting.setdatabase = 0`.execute(this.#catalog.kysely);
    const settings = new Map<string, [string, string][]>();
    for (const { role, setting } of rows) {
      const separator = setting.indexOf('=');
      settings.set(role, [
        ...(settings.get(role) ?? []),
        [setting.slice(0, separator), setting.slice(separator + 1)],
      ]);
    }
    return settings;
  }
}
