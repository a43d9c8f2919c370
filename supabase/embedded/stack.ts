/** The embedded Supabase stack: Postgres, the gateway and the services behind it, as one process tree. */
import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import type postgres from 'postgres';
import { DataApiConnection, createServiceConnection, createStorageSession } from './database/connections.ts';
import { defaultProject, openDatabase, type Database } from './database/database.ts';
import { clusterVersion } from './database/cluster.ts';
import { keepVaultSecrets } from './database/vault-secrets.ts';
import { findEngine, type Engine } from './database/engine.ts';
import { createAuth } from './auth/auth.ts';
import { createFunctions } from './functions/functions.ts';
import { createGateway, type Route } from './gateway/gateway.ts';
import { close, listen } from './gateway/http-server.ts';
import { createRest } from './gateway/rest.ts';
import { logRequestConsole } from './request-log.ts';
import { loadKeys, type StackKeys } from './keys.ts';
import { acquireLock } from './lock.ts';
import { ensureCertificate, type Certificate } from './mail/certificate.ts';
import { createInboxPages } from './mail/inbox-pages.ts';
import { Inbox } from './mail/inbox.ts';
import { createAuthMailer } from './mail/auth-mailer.ts';
import { startSmtp } from './mail/smtp.ts';
import { ObjectFiles } from './storage/object-files.ts';
import { createStorage } from './storage/storage.ts';
import { startCron } from './workers/cron.ts';
import { startNetWorker } from './workers/net.ts';
import { databaseUser, prepareDataPaths, type DataPaths } from './paths.ts';
import { readProjectConfig } from './project-config.ts';

export interface StackOptions {
  /** Directory for everything the stack keeps. */
  data: string;
  /** Gateway port. */
  port: number;
  databasePort: number;
  /** SMTP port of the inbox; without one, mail comes only from Auth and the inbox API. */
  smtpPort?: number;
  /** The project's supabase directory; default: the repository's. */
  project?: string;
  /** Whether a new database gets seed.sql; default true. */
  seed?: boolean;
  /** False gives up crash safety for speed, in tests; default true. */
  durable?: boolean;
  engine?: Engine;
  /** Address of the web app, when it is not config.toml's site_url. */
  siteUrl?: string;
  /** Secrets of the Edge Functions, as `supabase secrets set` would hold them. */
  functionSecrets?: Record<string, string>;
  /** How long a function may take to answer; default 150 s, as on the platform. */
  functionWallLimitMilliseconds?: number;
  progress?: (text: string) => void;
}

export interface Stack {
  url: string;
  keys: StackKeys;
  database: Database;
  inbox: Inbox;
  paths: DataPaths;
  /** What mail servers on this machine show and functions trust; null where openssl is missing. */
  certificate: Certificate | null;
  /**
   * Stops everything in order: no new requests, then the functions, then the database. A part that fails to stop does
   * not keep the others running; the first error is thrown at the end.
   */
  stop(): Promise<void>;
}

const gatewayGraceMilliseconds = 5_000;
/** A longer log is set aside, as stack.log.1, at the next start. */
const logBytesKept = 10 * 1024 * 1024;

/** Starts the stack. Throws, with everything stopped again, when a part cannot start. */
export async function startStack(options: StackOptions): Promise<Stack> {
  const progress = options.progress ?? (() => undefined);
  const project = options.project ?? defaultProject;
  const user = databaseUser();
  const paths = prepareDataPaths(options.data, user);
  const engine = options.engine ?? findEngine(undefined, clusterVersion(paths.cluster));
  const stopping: (() => Promise<void>)[] = [];
  const stop = async () => {
    const errors: unknown[] = [];
    for (const step of stopping.splice(0).toReversed())
      await step().catch((error: unknown) => errors.push(error));
    if (errors.length > 0) throw errors[0];
  };
  try {
    stopping.push(acquireLock(paths.lock));
    const url = `http://127.0.0.1:${options.port}`;
    if (existsSync(paths.log) && statSync(paths.log).size > logBytesKept)
      renameSync(paths.log, `${paths.log}.1`);
    const logFile = createWriteStream(paths.log, { flags: 'a', mode: 0o600 });
    stopping.push(() => new Promise((resolve) => logFile.end(resolve)));
    const log = (text: string) => void logFile.write(text.endsWith('\n') ? text : `${text}\n`);
    logRequestConsole();
    const keys = await loadKeys(paths.keys);
    const config = readProjectConfig(project, options.siteUrl);
    const database = await openDatabase({
      ...{ engine, paths, user, keys, project, log, progress },
      port: options.databasePort,
      durable: options.durable ?? true,
      seed: options.seed ?? true,
    });
    stopping.push(database.stop);

    const dataApi = new DataApiConnection(database.url('authenticator'), database.url('supabase_admin'));
    stopping.push(() => dataApi.close());
    await followSchemaChanges(database.admin, () => dataApi.clearSchemaCache());
    const authConnection = createServiceConnection(database.url('supabase_auth_admin'));
    stopping.push(() => authConnection.close());

    const storageSql = createStorageSession(database.url('supabase_storage_admin'));
    stopping.push(() => storageSql.end({ timeout: 5 }));
    const files = new ObjectFiles(paths.objects);

    const inbox = new Inbox(paths.inbox);
    if (options.smtpPort) stopping.push(await startSmtp(options.smtpPort, inbox));
    const mailer = createAuthMailer(config.auth, inbox, url);

    stopping.push(await startNetWorker(database.admin, log));
    if (!engine.hasCron) stopping.push(startCron(database.url('supabase_admin'), log));

    // A secret in functions/.env is the one the developer calls the functions with, too.
    const cronSecret = options.functionSecrets?.CRON_SECRET || keys.cronSecret;
    await keepVaultSecrets(database.admin, { project_url: url, cron_secret: cronSecret });
    const certificate = ensureCertificate(paths.certificates);
    const functions = createFunctions({
      ...{ project, keys, url, log, config: config.functions },
      databaseUrl: database.url('postgres'),
      secrets: options.functionSecrets ?? {},
      cronSecret,
      mailAuthority: certificate?.authority,
      wallLimitMilliseconds: options.functionWallLimitMilliseconds ?? 150_000,
    });
    stopping.push(functions.stop);

    const routes: Route[] = [
      { prefix: '/rest/v1', handle: createRest(dataApi, config, keys), cors: true },
      {
        prefix: '/auth/v1',
        handle: createAuth({ connection: authConnection, config: config.auth, keys, mailer, url }),
        cors: true,
      },
      {
        prefix: '/storage/v1',
        handle: createStorage({ sql: storageSql, files, keys, fileSizeLimit: config.storage.fileSizeLimit }),
        cors: true,
      },
      { prefix: '/functions/v1', handle: functions.handle, cors: false },
      { prefix: '/inbox', handle: createInboxPages(inbox), cors: false },
    ];
    const server = await listen(options.port, createGateway(routes, log), (error) =>
      log(`gateway: ${String(error)}`),
    );
    stopping.push(() => close(server, gatewayGraceMilliseconds));
    return { url, keys, database, inbox, paths, certificate, stop };
  } catch (error) {
    await stop().catch((stopError: unknown) => console.error(stopError));
    throw error;
  }
}

/** Calls back when tables or functions change, on the notification PostgREST listens for too. */
async function followSchemaChanges(admin: postgres.Sql, changed: () => Promise<void>): Promise<void> {
  await admin.listen('pgrst', () => void changed());
}
