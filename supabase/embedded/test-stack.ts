/** Throw-away stacks for tests: a migrated database is made once per set of migrations and copied in a second. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { defaultProject, openDatabase, platformScript, type Database } from './database/database.ts';
import { findEngine, type Engine } from './database/engine.ts';
import { describeStack, stackEnvironment, type StackDescription } from './description.ts';
import { loadKeys } from './keys.ts';
import { databaseUser, checkoutData, prepareDataPaths } from './paths.ts';
import { readProjectConfig } from './project-config.ts';
import { startStack, type Stack } from './stack.ts';

const run = promisify(execFile);
const templatesKept = 8;

export interface TestStackOptions {
  /** The project's supabase directory; default: the repository's. */
  project?: string;
  /** Gateway port; default: any free one. */
  port?: number;
  appUrl?: string;
  functionSecrets?: Record<string, string>;
  functionWallLimitMilliseconds?: number;
  smtpPort?: number;
  seed?: boolean;
  engine?: Engine;
}

export interface TestStack {
  stack: Stack;
  description: StackDescription;
  /** SUPABASE_URL, keys and the rest, as tests read them. */
  environment: Record<string, string>;
  /** Stops the stack and deletes its data. */
  stop(): Promise<void>;
}

/** Starts a stack with a fresh database that has all migrations, pgTAP and plpgsql_check. */
export async function startTestStack(options: TestStackOptions = {}): Promise<TestStack> {
  const engine = options.engine ?? findEngine();
  const project = options.project ?? defaultProject;
  const template = await ensureTemplate(engine, project, options.seed ?? false);
  const data = temporaryDirectory();
  const { cluster } = prepareDataPaths(data, databaseUser());
  await copyDirectory(join(template, 'postgres'), cluster);
  await run('cp', [join(template, 'keys.json'), data]);
  const removeData = () => remove(data, cluster);
  const stack = await startStack({
    ...{ data, project, engine, durable: false, seed: false },
    port: options.port ?? (await freePort()),
    databasePort: await freePort(),
    ...(options.smtpPort ? { smtpPort: options.smtpPort } : {}),
    functionSecrets: options.functionSecrets ?? {},
    ...(options.appUrl ? { siteUrl: options.appUrl } : {}),
    ...(options.functionWallLimitMilliseconds
      ? { functionWallLimitMilliseconds: options.functionWallLimitMilliseconds }
      : {}),
  }).catch((error: unknown) => {
    removeData();
    throw error;
  });
  const description = describeStack(stack, options.appUrl ?? readProjectConfig(project).auth.siteUrl);
  const stop = async () => {
    await stack.stop();
    removeData();
  };
  return { stack, description, environment: stackEnvironment(description), stop };
}

/**
 * A database on PostgreSQL 17, the platform's version, with all migrations and pgTAP; no gateway.
 * `url` logs in as postgres.
 */
export async function startPostgres17(
  project = defaultProject,
): Promise<{ url: string; stop(): Promise<void> }> {
  const data = temporaryDirectory();
  const { database, cluster } = await openThrowAway(data, findEngine('embedded'), project, false);
  const stop = async () => {
    await database.stop();
    remove(data, cluster);
  };
  return { url: database.url('postgres'), stop };
}

/** The directory of a stopped, migrated cluster and its keys; made when there is none for these files. */
async function ensureTemplate(engine: Engine, project: string, seed: boolean): Promise<string> {
  const templates = join(checkoutData, 'templates');
  const template = join(templates, fingerprint(engine, project, seed));
  if (existsSync(template)) return template;
  const data = temporaryDirectory();
  const { database, cluster } = await openThrowAway(data, engine, project, seed);
  await database.stop();
  mkdirSync(templates, { recursive: true });
  const unfinished = mkdtempSync(join(templates, 'unfinished-'));
  await copyDirectory(cluster, join(unfinished, 'postgres'));
  await run('cp', [join(data, 'keys.json'), unfinished]);
  remove(data, cluster);
  try {
    renameSync(unfinished, template);
  } catch (error) {
    // Another run has just made the same one.
    rmSync(unfinished, { recursive: true, force: true });
    if (!existsSync(template)) throw error;
  }
  removeOldTemplates(templates);
  return template;
}

/** Every change of a migration makes a new template; the last few are enough. */
function removeOldTemplates(directory: string): void {
  const age = (name: string) => statSync(join(directory, name)).mtimeMs;
  const old = readdirSync(directory)
    .toSorted((a, b) => age(b) - age(a))
    .slice(templatesKept);
  for (const name of old) rmSync(join(directory, name), { recursive: true, force: true });
}

async function openThrowAway(
  data: string,
  engine: Engine,
  project: string,
  seed: boolean,
): Promise<{ database: Database; cluster: string }> {
  const user = databaseUser();
  const paths = prepareDataPaths(data, user);
  const quiet = () => undefined;
  let database: Database | undefined;
  try {
    database = await openDatabase({
      ...{ engine, paths, user, project, seed, durable: false, log: quiet, progress: quiet },
      port: await freePort(),
      keys: await loadKeys(paths.keys),
    });
    await addTestTools(database);
  } catch (error) {
    await database?.stop();
    remove(data, paths.cluster);
    throw error;
  }
  return { database, cluster: paths.cluster };
}

/** pgTAP and plpgsql_check. Only a superuser may create them; pgTAP is plain SQL and runs on any engine. */
async function addTestTools({ admin }: Database): Promise<void> {
  const rows = await admin`select name from pg_available_extensions where name in ('pgtap', 'plpgsql_check')`;
  const available = rows.map((row) => row.name as string);
  for (const name of available)
    await admin.unsafe(`create extension if not exists ${name} with schema extensions`);
  if (available.includes('pgtap')) return;
  const script = pgtapScript();
  // The first line stops psql from running an extension's script by hand, which is what happens here.
  const sql = readFileSync(script, 'utf8').replace(/^\\echo.*$/m, '');
  await admin.begin(async (transaction) => {
    await transaction`set local search_path = extensions, public`;
    await transaction.unsafe(sql);
  });
}

/** pgTAP's SQL, of whichever PostgreSQL version it is installed for; it is the same for all of them. */
function pgtapScript(): string {
  const root = '/usr/share/postgresql';
  for (const version of existsSync(root) ? readdirSync(root).toSorted() : []) {
    const directory = join(root, version, 'extension');
    const names = existsSync(directory) ? readdirSync(directory) : [];
    const script = names.find((name) => /^pgtap--\d+\.\d+\.\d+\.sql$/.test(name));
    if (script) return join(directory, script);
  }
  throw new Error(
    'Test databases need pgTAP, which is not installed. Debian, Ubuntu: sudo apt-get install postgresql-15-pgtap',
  );
}

/** Changes with everything the database is made of; lite's tables are part of the platform's script. */
function fingerprint(engine: Engine, project: string, seed: boolean): string {
  const hash = createHash('sha256').update(`${engine.kind} ${engine.version} ${platformScript(engine)}`);
  const directory = join(project, 'migrations');
  for (const name of existsSync(directory) ? readdirSync(directory).toSorted() : []) {
    hash.update(name).update(readFileSync(join(directory, name)));
  }
  const seedFile = join(project, 'seed.sql');
  if (seed && existsSync(seedFile)) hash.update(readFileSync(seedFile));
  return hash.digest('hex').slice(0, 24);
}

/** Owner and rights are kept: the cluster belongs to the database's own user. */
async function copyDirectory(from: string, to: string): Promise<void> {
  rmSync(to, { recursive: true, force: true });
  await run('cp', ['-a', from, to]);
}

function remove(...paths: string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'chairside-stack-'));
  chmodSync(directory, 0o711);
  return directory;
}

/** A port nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
