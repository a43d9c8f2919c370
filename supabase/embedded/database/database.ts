/** The stack's database: a running cluster with the platform's schemas, migrated and seeded. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { getAuthSchemaSql, getStorageSchemaSql } from '@supabase/lite';
import postgres from 'postgres';
import type { StackKeys } from '../keys.ts';
import { repositoryRoot, type DataPaths, type SystemUser } from '../paths.ts';
import { clusterVersion, initialiseCluster, startCluster } from './cluster.ts';
import type { Engine } from './engine.ts';
import { applyMigrations, applySeed, ensureHistory } from './migrations.ts';

export interface DatabaseOptions {
  engine: Engine;
  paths: DataPaths;
  user: SystemUser | null;
  port: number;
  keys: StackKeys;
  durable: boolean;
  /** The project's supabase directory. */
  project: string;
  /** Whether a new database gets seed.sql. */
  seed: boolean;
  log: (text: string) => void;
  progress: (text: string) => void;
}

export interface Database {
  /** Session of the superuser, for the stack's own work. */
  admin: postgres.Sql;
  url(role: DatabaseRole): string;
  /** Applies new migrations; returns their names. */
  migrate(): Promise<string[]>;
  stop(): Promise<void>;
}

export type DatabaseRole =
  'supabase_admin' | 'postgres' | 'authenticator' | 'supabase_auth_admin' | 'supabase_storage_admin';

const platformDirectory = join(import.meta.dirname, '../platform');

/** Starts the cluster, creating and filling it when it is new, and applies pending migrations. */
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { engine, paths, user, port, keys, durable, log, progress } = options;
  const clusterOptions = {
    engine,
    directory: paths.cluster,
    user,
    port,
    adminPassword: keys.passwords.admin,
    durable,
    log,
  };
  if (clusterVersion(paths.cluster) === null) {
    progress(`Creating a PostgreSQL ${engine.version} database…`);
    await initialiseCluster(clusterOptions);
  }
  const cluster = await startCluster(clusterOptions);
  const url = (role: DatabaseRole) => databaseUrl(role, port, keys);
  const admin = postgres(url('supabase_admin'), { max: 4, onnotice: () => undefined });
  const stop = async () => {
    try {
      await admin.end({ timeout: 5 });
    } finally {
      await cluster.stop();
    }
  };
  try {
    await ensurePlatform(admin, engine, keys, progress);
    await ensureHistory(admin);
    const migrate = () => applyMigrations(admin, join(options.project, 'migrations'));
    const isNew = (await admin`select from supabase_migrations.schema_migrations limit 1`).length === 0;
    const applied = await migrate();
    if (applied.length > 0)
      progress(`Applied ${applied.length} migration${applied.length === 1 ? '' : 's'}.`);
    if (isNew && options.seed) await applySeed(admin, join(options.project, 'seed.sql'));
    return { admin, url, migrate, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function databaseUrl(role: DatabaseRole, port: number, keys: StackKeys): string {
  const { admin, postgres: owner, services } = keys.passwords;
  const password = role === 'supabase_admin' ? admin : role === 'postgres' ? owner : services;
  return `postgresql://${role}:${password}@127.0.0.1:${port}/postgres`;
}

/** Creates what a Supabase project has before its first migration, in one transaction so that a kill leaves nothing half done. */
async function ensurePlatform(
  admin: postgres.Sql,
  engine: Engine,
  keys: StackKeys,
  progress: (text: string) => void,
): Promise<void> {
  const script = platformScript(engine);
  const version = createHash('sha256').update(script).digest('hex').slice(0, 16);
  const [row] =
    await admin`select shobj_description(oid, 'pg_database') as version from pg_database where datname = 'postgres'`;
  if (row?.version === version) return;
  if (String(row?.version).length === version.length) {
    // Nobody could sign in without these tables, so a database from before them gets them.
    await admin.unsafe(multiFactorScript());
    progress(
      'The embedded platform has changed since this database was made. To get the new one: npm run reset',
    );
    return;
  }
  await admin.begin(async (transaction) => {
    await transaction.unsafe(script);
    for (const role of ['authenticator', 'supabase_auth_admin', 'supabase_storage_admin']) {
      await transaction.unsafe(`alter role ${role} password '${keys.passwords.services}'`);
    }
    await transaction.unsafe(`alter role postgres password '${keys.passwords.postgres}'`);
    await transaction.unsafe(`comment on database postgres is '${version}'`);
  });
}

/** The Auth service's tables that lite does not know. */
function multiFactorScript(): string {
  const sql = readFileSync(join(platformDirectory, 'mfa.sql'), 'utf8');
  return `set role supabase_auth_admin;\n${sql}\nreset role;\n`;
}

/** The SQL that makes an empty database a Supabase project. */
export function platformScript(engine: Engine): string {
  const file = (name: string) => readFileSync(join(platformDirectory, name), 'utf8');
  const ownedBy = (role: string, sql: string) => `set role ${role};\n${sql}\nreset role;\n`;
  return [
    file('roles.sql'),
    ownedBy('supabase_auth_admin', getAuthSchemaSql()),
    multiFactorScript(),
    ownedBy('supabase_storage_admin', getStorageSchemaSql()),
    file('services.sql'),
    file('net.sql'),
    file('vault.sql'),
    file(engine.hasCron ? 'cron.sql' : 'cron-stand-in.sql'),
  ].join('\n');
}

export const defaultProject = join(repositoryRoot, 'supabase');
