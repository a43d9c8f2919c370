/** Builds and runs the web app for the local stack. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkoutData, repositoryRoot } from '../supabase/embedded/paths.ts';
import { exited, spawnTied, stopTied } from '../supabase/embedded/tied-process.ts';

const sources = [
  'src',
  'messages',
  'static',
  'project.inlang/settings.json',
  'vite.config.ts',
  'tsconfig.json',
  'package-lock.json',
];
const stamp = join(checkoutData, 'build-of');
const vite = join(repositoryRoot, 'node_modules/vite/bin/vite.js');
const startLimitMilliseconds = 60_000;

export const webAppUrl = (port: number) => `http://127.0.0.1:${port}`;

/** Builds the app unless the last build is of the very same sources. */
export async function buildWebApp(progress: (text: string) => void): Promise<void> {
  const wanted = sourceHash();
  const isBuilt = existsSync(join(repositoryRoot, 'build/index.js')) && existsSync(stamp);
  if (isBuilt && readFileSync(stamp, 'utf8') === wanted) return;
  progress('Building the web app…');
  const { code, output } = await run([vite, 'build', '--logLevel', 'warn']);
  if (code !== 0) throw new Error(`The web app could not be built:\n${output}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, wanted);
}

export interface WebApp {
  /** Resolves with the last output when the app ends. */
  ended: Promise<string>;
  stop(): Promise<void>;
}

export interface WebAppOptions {
  url: string;
  publishableKey: string;
  appUrl: string;
  /** Serve from the sources with hot reload instead of the build. */
  isDevelopment: boolean;
}

/** Starts the app and waits until it answers. */
export async function startWebApp({
  url,
  publishableKey,
  appUrl,
  isDevelopment,
}: WebAppOptions): Promise<WebApp> {
  const { port } = new URL(appUrl);
  let output = '';
  const child = spawnTied({
    command: process.execPath,
    args: isDevelopment
      ? [vite, 'dev', '--host', '127.0.0.1', '--port', port, '--strictPort']
      : [join(repositoryRoot, 'build/index.js')],
    cwd: repositoryRoot,
    env: {
      ...process.env,
      ...(isDevelopment ? {} : { NODE_ENV: 'production' }),
      ...{ HOST: '127.0.0.1', PORT: port, ORIGIN: appUrl },
      ...{ PUBLIC_SUPABASE_URL: url, PUBLIC_SUPABASE_PUBLISHABLE_KEY: publishableKey },
    },
    stopSignal: 'SIGTERM',
    onOutput: (text) => {
      output = (output + text).slice(-4_000);
      if (isDevelopment) process.stdout.write(text);
    },
  });
  const ended = exited(child).then(() => output.trim());
  const stop = () => stopTied(child, 5_000);
  const outcome = await Promise.race([ended, answers(appUrl)]);
  if (outcome === true) return { ended, stop };
  await stop();
  throw new Error(`The web app did not start:\n${outcome === false ? output.trim() : outcome}`);
}

async function answers(url: string): Promise<boolean> {
  const deadline = Date.now() + startLimitMilliseconds;
  while (Date.now() < deadline) {
    const response = await fetch(url, { redirect: 'manual' }).catch(() => null);
    if (response) return true;
    await sleep(100);
  }
  return false;
}

function sourceHash(): string {
  const hash = createHash('sha256');
  const add = (path: string) => {
    if (!existsSync(path)) return;
    if (statSync(path).isFile()) hash.update(path).update(readFileSync(path));
    // Compiled messages are made by the build itself.
    else if (!path.endsWith('/paraglide'))
      for (const name of readdirSync(path).toSorted()) add(join(path, name));
  };
  for (const source of sources) add(join(repositoryRoot, source));
  return hash.digest('hex');
}

function run(args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
