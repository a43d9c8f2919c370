/**
 * npm start [-- --port 54321 --db-port 54322 --app-port 3000 --smtp-port 54325 --imap-port 54326 --smtps-port 54327
 *   --dev --no-demo]
 *
 * Everything of Chairside on this machine: the embedded Supabase stack, a stand-in for the mail provider, the demo
 * clinics and the web app; with Dovecot also a mailbox. Ports also come from CHAIRSIDE_PORT, CHAIRSIDE_DB_PORT,
 * CHAIRSIDE_APP_PORT, CHAIRSIDE_SMTP_PORT, CHAIRSIDE_IMAP_PORT and CHAIRSIDE_SMTPS_PORT, the data's directory from CHAIRSIDE_DATA. `--dev` serves the web app from its sources, with hot reload.
 */
import { createWriteStream } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { formatLogins, ensureDemo, type DemoLogin } from './demo.ts';
import { PortError, requireFreePorts } from './stack-ports.ts';
import { buildWebApp, startWebApp, webAppUrl } from './stack-web-app.ts';
import { createResendSimulator, deliverToInbox } from '../tests/simulators/resend.ts';
import { MigrationError } from '../supabase/embedded/database/migrations.ts';
import { runningStack, writeDescription } from '../supabase/embedded/description.ts';
import { defaultProject } from '../supabase/embedded/database/database.ts';
import { readFunctionSecrets } from '../supabase/embedded/functions/deno-host.ts';
import { AlreadyRunningError } from '../supabase/embedded/lock.ts';
import { isDovecotInstalled } from '../supabase/embedded/mail/dovecot.ts';
import { startLocalMail, type LocalMail } from '../supabase/embedded/mail/local-mail.ts';
import { localData } from '../supabase/embedded/paths.ts';
import { startStack, type Stack } from '../supabase/embedded/stack.ts';

const usage =
  'npm start [-- --port 54321 --db-port 54322 --app-port 3000 --smtp-port 54325 --imap-port 54326 --smtps-port 54327 --dev --no-demo]';
const { env } = process;
const values = readFlags();

const stopping: (() => Promise<void>)[] = [];
let isStopping = false;

/** Stops what has been started, latest first. A second Ctrl-C does not wait; children end with this process. */
async function stop(exitCode: number): Promise<void> {
  if (isStopping) process.exit(1);
  isStopping = true;
  if (exitCode === 0) console.log('\nStopping…');
  for (const step of stopping.splice(0).toReversed())
    await step().catch((error: unknown) => console.error(error));
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
process.on('disconnect', () => void stop(0));

try {
  const running = runningStack();
  if (running) {
    console.log(`Chairside is already running (process ${running.pid}): ${running.appUrl}`);
    process.exit(0);
  }
  await start();
} catch (error) {
  const isExpected = [MigrationError, AlreadyRunningError, PortError].some((kind) => error instanceof kind);
  console.error(isExpected ? (error as Error).message : error);
  await stop(1);
}

function readFlags() {
  try {
    return parseArgs({
      allowNegative: true,
      options: {
        port: { type: 'string', default: env.CHAIRSIDE_PORT ?? '54321' },
        'db-port': { type: 'string', default: env.CHAIRSIDE_DB_PORT ?? '54322' },
        'app-port': { type: 'string', default: env.CHAIRSIDE_APP_PORT ?? '3000' },
        'smtp-port': { type: 'string', default: env.CHAIRSIDE_SMTP_PORT ?? '54325' },
        'imap-port': { type: 'string', default: env.CHAIRSIDE_IMAP_PORT ?? '54326' },
        'smtps-port': { type: 'string', default: env.CHAIRSIDE_SMTPS_PORT ?? '54327' },
        dev: { type: 'boolean', default: false },
        demo: { type: 'boolean', default: true },
      },
    }).values;
  } catch (error) {
    console.error(`${(error as Error).message}\n${usage}`);
    process.exit(2);
  }
}

async function start(): Promise<void> {
  const began = Date.now();
  const ports = {
    port: values.port,
    'db-port': values['db-port'],
    'app-port': values['app-port'],
    'smtp-port': values['smtp-port'],
    ...(isDovecotInstalled() ? { 'imap-port': values['imap-port'], 'smtps-port': values['smtps-port'] } : {}),
  };
  await requireFreePorts(ports);
  const appUrl = webAppUrl(Number(values['app-port']));
  const url = `http://127.0.0.1:${values.port}`;
  const building = values.dev ? Promise.resolve() : buildWebApp(console.log);
  building.catch(() => undefined);

  const mailProvider = await createResendSimulator({ deliver: deliverToInbox(`${url}/inbox`) });
  stopping.push(() => mailProvider.close());
  const stack = await startStack({
    data: localData,
    port: Number(values.port),
    databasePort: Number(values['db-port']),
    smtpPort: Number(values['smtp-port']),
    siteUrl: appUrl,
    functionSecrets: functionSecrets(appUrl, mailProvider),
    progress: console.log,
  });
  stopping.push(stack.stop);
  const description = writeDescription(stack, appUrl);
  const mail = await localMail(stack);
  if (mail) stopping.push(mail.stop);

  await building;
  const app = await startWebApp({
    url,
    publishableKey: description.publishableKey,
    appUrl,
    isDevelopment: values.dev,
  });
  stopping.push(app.stop);
  void app.ended.then((output) => {
    if (isStopping) return;
    console.error(`The web app has ended:\n${output}`);
    void stop(1);
  });
  const logins = values.demo ? await demoLogins(description, mail) : [];

  console.log(`
Chairside is ready after ${Math.round((Date.now() - began) / 1000)} s.

  App        ${appUrl}
  Inbox      ${description.inboxUrl}   (every mail lands here; SMTP on port ${values['smtp-port']})
${mail ? `  Mailboxes  IMAP on port ${mail.imapPort}, SMTP on port ${mail.smtpPort}, both with TLS\n` : ''}  Supabase   ${description.url}   (keys and database address: ${relative('', stack.paths.description)})
${
  logins.length > 0
    ? `\nDemo logins\n${formatLogins(logins)
        .map((line) => `  ${line}`)
        .join('\n')}\n`
    : ''
}
Ctrl-C stops everything. Data stays; npm run reset starts over.`);
}

/** The functions' secrets: the developer's own, and where they say nothing of mail, the local stand-in for Resend. */
function functionSecrets(appUrl: string, provider: { url: string; apiKey: string }): Record<string, string> {
  const own = readFunctionSecrets(defaultProject);
  if (own.RESEND_API_KEY) return { APP_URL: appUrl, ...own };
  const mail = { RESEND_API_KEY: provider.apiKey, RESEND_BASE_URL: provider.url };
  return { APP_URL: appUrl, MAIL_FROM: 'Chairside <mail@chairside.example>', ...mail, ...own };
}

/** The mail server of this machine; without Dovecot there is none, and all else works. */
async function localMail({ certificate, inbox, paths }: Stack): Promise<LocalMail | null> {
  if (!isDovecotInstalled() || !certificate) return null;
  const logFile = createWriteStream(join(paths.root, 'mail.log'), { mode: 0o600 });
  try {
    return await startLocalMail({
      ...{ certificate, inbox, directory: paths.mailServer },
      imapPort: Number(values['imap-port']),
      smtpPort: Number(values['smtps-port']),
      log: (text) => void logFile.write(text),
    });
  } catch (error) {
    console.error(`The mail server could not be started: ${(error as Error).message}`);
    return null;
  }
}

async function demoLogins(
  stack: Parameters<typeof ensureDemo>[0],
  mail: LocalMail | null,
): Promise<DemoLogin[]> {
  try {
    return await ensureDemo(stack, {
      ...{ statePath: join(localData, 'demo.json'), mail },
      onProgress: (step) => console.log(`Setting up the demo: ${step}…`),
    });
  } catch (error) {
    console.error(`The demo could not be set up: ${(error as Error).message}`);
    return [];
  }
}
