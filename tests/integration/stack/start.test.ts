/** `npm start` itself, as a developer runs it, on free ports and with data of its own. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { denoDirectory } from '../../../supabase/embedded/functions/deno-host.ts';
import { isRunning } from '../../../supabase/embedded/database/cluster.ts';
import type { StackDescription } from '../../../supabase/embedded/description.ts';
import { repositoryRoot } from '../../../supabase/embedded/paths.ts';
import { freePort } from '../../../supabase/embedded/test-stack.ts';
import { readDescription } from './fixture.ts';

interface Started {
  child: ChildProcess;
  output: () => string;
  /** The exit code. */
  ended: Promise<number | null>;
}

const directories: string[] = [];
const started: Started[] = [];
let ports: string[];

beforeAll(async () => {
  const flags = ['port', 'db-port', 'app-port', 'smtp-port', 'imap-port', 'smtps-port'];
  ports = (await Promise.all(flags.map(async (flag) => [`--${flag}`, String(await freePort())]))).flat();
});
afterEach(async () => {
  for (const { child, ended } of started.splice(0)) {
    child.kill('SIGTERM');
    await ended;
  }
});
afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

function newData(): string {
  const directory = mkdtempSync(join(tmpdir(), 'chairside-start-'));
  // The database's own user must get through.
  chmodSync(directory, 0o711);
  directories.push(directory);
  return directory;
}

/** Runs scripts/start.ts; `engine` is CHAIRSIDE_POSTGRES. */
function start(data: string, args: string[], engine = ''): Started {
  const child = spawn(process.execPath, [join(repositoryRoot, 'scripts/start.ts'), ...args], {
    cwd: repositoryRoot,
    env: {
      ...process.env,
      ...{ CHAIRSIDE_DATA: data, CHAIRSIDE_DENO_DIR: denoDirectory, CHAIRSIDE_POSTGRES: engine },
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const result = { child, ended, output: () => output };
  started.push(result);
  return result;
}

/** Resolves once everything is up; fails with what was printed when it ends instead. */
async function ready({ output, ended }: Started): Promise<void> {
  let code: number | null | undefined;
  void ended.then((value) => (code = value));
  await expect
    .poll(
      () => {
        if (code !== undefined) throw new Error(`It ended with code ${code}:\n${output()}`);
        return output();
      },
      { timeout: 150_000, interval: 250 },
    )
    .toContain('Ctrl-C stops everything');
}

/** All processes below one. */
function descendants(pid: number): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const pairs = lines.map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([child = 0, of]) => (of === parent ? [child, ...below(child)] : []));
  return below(pid);
}

async function expectServed(description: StackDescription): Promise<void> {
  const page = await fetch(`${description.appUrl}/sign-in`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('<form');
  expect((await fetch(description.inboxUrl)).status).toBe(200);
}

/** Ctrl-C; everything that was started must be gone afterwards. */
async function expectOrderlyEnd({ child, ended, output }: Started): Promise<void> {
  const children = descendants(Number(child.pid));
  expect(children.length).toBeGreaterThan(2);
  child.kill('SIGINT');
  expect({ code: await ended, output: output() }).toMatchObject({ code: 0 });
  await expect.poll(() => children.filter(isRunning), { timeout: 5_000 }).toEqual([]);
}

async function outcome({ ended, output }: Started): Promise<{ code: number | null; output: string }> {
  return { code: await ended, output: output() };
}

test(
  'prints addresses and logins that work; a second start says what is in its way; Ctrl-C ends everything',
  { timeout: 240_000 },
  async () => {
    const data = newData();
    const first = start(data, ports);
    await ready(first);
    const description = readDescription(data);
    for (const address of [description.url, description.appUrl, description.inboxUrl])
      expect(first.output()).toContain(address);
    expect(description.url).toBe(`http://127.0.0.1:${ports[1]}`);
    expect(description.appUrl).toBe(`http://127.0.0.1:${ports[5]}`);
    await expectServed(description);

    const logins = [...first.output().matchAll(/^ {2}\S.*?\s{2,}(\S+@\S+)\s{2,}(\S+)$/gm)];
    expect(logins.length).toBeGreaterThan(2);
    for (const [, email, password] of logins) {
      const signedIn = await fetch(`${description.url}/auth/v1/token?grant_type=password`, {
        method: 'POST',
        headers: { apikey: description.publishableKey, 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      expect({ email, status: signedIn.status }).toEqual({ email, status: 200 });
    }

    expect(await outcome(start(data, ports))).toEqual({
      code: 0,
      output: expect.stringContaining(`already running (process ${first.child.pid})`) as string,
    });
    const taken = await outcome(start(newData(), ports));
    expect(taken).toEqual({
      code: 1,
      output: expect.stringContaining(`Port ${ports[1]}, for Supabase, is taken`) as string,
    });
    expect(taken.output).not.toContain('    at ');
    await expectOrderlyEnd(first);
  },
);

test('runs on the embedded PostgreSQL, without the demo', { timeout: 240_000 }, async () => {
  const data = newData();
  const only = start(data, [...ports, '--no-demo'], 'embedded');
  await ready(only);
  expect(only.output()).toContain('Creating a PostgreSQL 17 database');
  expect(only.output()).not.toContain('Demo logins');
  await expectServed(readDescription(data));
  await expectOrderlyEnd(only);
});

test('a flag that does not exist is answered with the usage', async () => {
  const { code, output } = await outcome(start(newData(), ['--prot', '1']));
  expect(code).toBe(2);
  expect(output).toContain("Unknown option '--prot'");
  expect(output).toContain('npm start [--');
  expect(output).not.toContain('    at ');
});
