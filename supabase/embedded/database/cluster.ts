/** One PostgreSQL cluster of our own: initialise, start, stop, and recover what a killed predecessor left behind. */
import { execFile, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import postgres from 'postgres';
import { exited, spawnTied, stopTied } from '../tied-process.ts';
import type { SystemUser } from '../paths.ts';
import { engineProgram, type Engine } from './engine.ts';

const run = promisify(execFile);
const stopGraceMilliseconds = 20_000;
const startTimeoutMilliseconds = 60_000;
const restartPauseMilliseconds = 500;
const restartAttempts = 20;

export interface ClusterOptions {
  engine: Engine;
  directory: string;
  user: SystemUser | null;
  port: number;
  adminPassword: string;
  /** False gives up crash safety for speed: for throw-away test clusters only. */
  durable: boolean;
  log: (text: string) => void;
}

export interface Cluster {
  stop(): Promise<void>;
}

/** The PostgreSQL version that wrote the cluster's files, or null when there are none yet. */
export function clusterVersion(directory: string): number | null {
  const path = join(directory, 'PG_VERSION');
  return existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
}

/** Creates the cluster's files with `supabase_admin` as its superuser, as on the platform. */
export async function initialiseCluster(options: ClusterOptions): Promise<void> {
  const passwordFile = join(options.directory, '..', `.password-${process.pid}`);
  writeFileSync(passwordFile, options.adminPassword, { mode: 0o600 });
  if (options.user) chownSync(passwordFile, options.user.uid, options.user.gid);
  try {
    await run(
      engineProgram(options.engine, 'initdb'),
      [
        ...['--pgdata', options.directory, '--username', 'supabase_admin', '--pwfile', passwordFile],
        ...['--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'],
        ...(options.durable ? [] : ['--no-sync']),
      ],
      { ...(options.user ?? {}), cwd: '/', env: { ...process.env, LC_ALL: 'C' } },
    );
  } catch (error) {
    for (const entry of readdirSync(options.directory))
      rmSync(join(options.directory, entry), { recursive: true });
    throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Starts the server and resolves once it answers. Should it die later, it is started again until it is stopped here. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const version = clusterVersion(options.directory);
  if (version !== options.engine.version) {
    throw new Error(
      `The data in ${options.directory} was written by PostgreSQL ${version}, but the engine at hand is ${options.engine.version}. ` +
        'Install that version, or start over with an empty database: npm run reset',
    );
  }
  let server = await startServer(options);
  let isStopping = false;
  const keepAlive = async () => {
    for (let attempt = 0; attempt < restartAttempts; attempt += 1) {
      const code = await exited(server);
      if (isStopping) return;
      options.log(`database: PostgreSQL ended with code ${code}; starting it again`);
      // The killed server's backends hold its shared memory until they have noticed.
      await sleep(restartPauseMilliseconds);
      if (isStopping) return;
      try {
        server = await startServer(options);
      } catch (error) {
        options.log(`database: it did not start again: ${(error as Error).message}`);
      }
      // Asked to stop meanwhile, stop() knew only of the server before.
      if (isStopping) return stopTied(server, stopGraceMilliseconds);
    }
    const code = await exited(server);
    if (isStopping) return;
    const report = `database: PostgreSQL ended with code ${code} and is given up after ${restartAttempts} restarts; start the stack anew`;
    options.log(report);
    console.error(report);
  };
  const kept = keepAlive();
  const stop = async () => {
    isStopping = true;
    await stopTied(server, stopGraceMilliseconds);
    await kept;
  };
  return { stop };
}

/** Starts the server once. One left over by a killed predecessor is stopped first. */
async function startServer(options: ClusterOptions): Promise<ChildProcess> {
  await stopLeftover(options.directory);
  let output = '';
  const child = spawnTied({
    command: engineProgram(options.engine, 'postgres'),
    args: ['-D', options.directory, ...serverSettings(options).flatMap((setting) => ['-c', setting])],
    cwd: '/',
    user: options.user,
    stopSignal: 'SIGINT',
    onOutput: (text) => {
      output = (output + text).slice(-4_000);
      options.log(text);
    },
  });
  const ended = exited(child).then((code) => {
    throw new Error(`PostgreSQL ended with code ${code} while starting:\n${output.trim()}`);
  });
  ended.catch(() => undefined);
  try {
    await Promise.race([ended, waitUntilReady(options)]);
  } catch (error) {
    await stopTied(child, stopGraceMilliseconds);
    throw error;
  }
  return child;
}

function serverSettings(options: ClusterOptions): string[] {
  const preloaded = ['pg_stat_statements', ...(options.engine.hasCron ? ['pg_cron'] : [])];
  return [
    `port=${options.port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    `shared_preload_libraries=${preloaded.join(',')}`,
    // Jobs run in background workers, which need no password.
    ...(options.engine.hasCron ? ['cron.database_name=postgres', 'cron.use_background_workers=on'] : []),
    'max_connections=100',
    'max_worker_processes=16',
    'shared_buffers=256MB',
    'timezone=UTC',
    'statement_timeout=2min',
    // Statements and their errors may quote personal data: clients get them, the log does not.
    'log_min_messages=log',
    'log_min_error_statement=panic',
    'log_checkpoints=off',
    ...(options.durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
}

async function waitUntilReady(options: ClusterOptions): Promise<void> {
  const deadline = Date.now() + startTimeoutMilliseconds;
  for (;;) {
    const sql = postgres({
      ...{ host: '127.0.0.1', port: options.port, database: 'postgres' },
      ...{ username: 'supabase_admin', password: options.adminPassword },
      ...{ max: 1, connect_timeout: 5, onnotice: () => undefined },
    });
    try {
      await sql`select 1`;
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      if (error instanceof postgres.PostgresError && error.code === '28P01') throw error;
      await sleep(50);
    } finally {
      await sql.end({ timeout: 1 });
    }
  }
}

/** Stops a server that still runs on this directory because its parent was killed. */
async function stopLeftover(directory: string): Promise<void> {
  const pidFile = join(directory, 'postmaster.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8').split('\n')[0]);
  if (isRunning(pid) && isPostgres(pid)) {
    process.kill(pid, 'SIGINT');
    for (let waited = 0; waited < stopGraceMilliseconds && isRunning(pid); waited += 50) await sleep(50);
    if (isRunning(pid))
      throw new Error(`Another PostgreSQL (process ${pid}) uses ${directory} and does not stop.`);
  } else {
    // The server was killed: the file is stale, and its number may belong to someone else by now.
    rmSync(pidFile, { force: true });
  }
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !isZombie(pid);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isZombie(pid: number): boolean {
  const status = `/proc/${pid}/stat`;
  return existsSync(status) && /\) Z /.test(readFileSync(status, 'utf8'));
}

function isPostgres(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || readFileSync(commandLine, 'utf8').includes('postgres');
}
