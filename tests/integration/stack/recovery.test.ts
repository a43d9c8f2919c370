import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StackDescription } from '../../../supabase/embedded/description.ts';
import { repositoryRoot } from '../../../supabase/embedded/paths.ts';
import { freePort } from '../../../supabase/embedded/test-stack.ts';
import { denoProcesses, fixtureProject, password, processesOf, readDescription } from './fixture.ts';

let data: string;
let project: string;
let command: string[];
let running: ChildProcess | undefined;

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), 'chairside-recovery-'));
  chmodSync(data, 0o711);
  project = join(data, 'project');
  cpSync(fixtureProject, project, { recursive: true });
  const ports = ['--port', String(await freePort()), '--db-port', String(await freePort())];
  const program = join(repositoryRoot, 'supabase/embedded/main.ts');
  command = [program, 'up', '--data', data, '--project', project, ...ports];
});
afterAll(async () => {
  await stop();
  rmSync(data, { recursive: true, force: true });
});

/** Runs the stack as a process of its own, as a developer does. */
async function start(): Promise<StackDescription> {
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
  running = child;
  let output = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
        if (output.includes('Ready at')) resolve();
      });
    }
    child.once('exit', () => reject(new Error(output)));
  });
  return readDescription(data);
}

async function stop(): Promise<void> {
  if (!running || running.exitCode !== null || running.signalCode !== null) return;
  const ended = new Promise((resolve) => running?.once('exit', resolve));
  running.kill('SIGTERM');
  await ended;
}

const postmaster = () => Number(readFileSync(join(data, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);

/** Writes one of each kind of thing a stack keeps. */
async function write(stack: StackDescription, label: string): Promise<void> {
  const service = createClient(stack.url, stack.secretKey, { auth: { persistSession: false } });
  const { error } = await service.storage
    .from('documents')
    .upload(`${label}.txt`, new Blob([label], { type: 'text/plain' }));
  if (error) throw error;
  const person = createClient(stack.url, stack.publishableKey, { auth: { persistSession: false } });
  await person.auth.signUp({ email: `${label}@example.test`, password });
  const sql = postgres(stack.dbUrl, { max: 1 });
  await sql`insert into public.books (title) values (${label})`;
  await sql.end();
}

/** Finds all of it again, with the keys of before. */
async function expectKept(stack: StackDescription, labels: string[]): Promise<void> {
  const service = createClient(stack.url, stack.secretKey, { auth: { persistSession: false } });
  const mail = (await (await fetch(`${stack.inboxUrl}/messages`)).json()) as { to: string[] }[];
  const sql = postgres(stack.dbUrl, { max: 1 });
  for (const label of labels) {
    const { data: file } = await service.storage.from('documents').download(`${label}.txt`);
    expect(await file?.text()).toBe(label);
    expect(mail.some(({ to }) => to.includes(`${label}@example.test`))).toBe(true);
    expect(await sql`select from public.books where title = ${label}`).toHaveLength(1);
    expect(await sql`select from auth.users where email = ${`${label}@example.test`}`).toHaveLength(1);
  }
  await sql.end();
}

test(
  'killing Postgres, Deno or the gateway and starting again loses nothing',
  { timeout: 120_000 },
  async () => {
    const first = await start();
    await write(first, 'before');

    process.kill(postmaster(), 'SIGKILL');
    await expect
      .poll(
        () =>
          write(first, 'after-postgres').then(
            () => true,
            () => false,
          ),
        { timeout: 20_000, interval: 1_000 },
      )
      .toBe(true);
    await expectKept(first, ['before', 'after-postgres']);

    expect((await fetch(`${first.url}/functions/v1/echo`)).status).toBe(200);
    const [deno, ...others] = denoProcesses(project);
    expect(others).toEqual([]);
    process.kill(Number(deno), 'SIGKILL');
    await expect
      .poll(async () => (await fetch(`${first.url}/functions/v1/echo`)).status, { timeout: 10_000 })
      .toBe(200);

    const gone = new Promise((resolve) => running?.once('exit', resolve));
    running?.kill('SIGKILL');
    await gone;
    await expect
      .poll(() => [...processesOf(`-D ${data}/postgres`), ...denoProcesses(project)], { timeout: 20_000 })
      .toEqual([]);

    const second = await start();
    expect([second.publishableKey, second.secretKey, second.jwtSecret]).toEqual([
      first.publishableKey,
      first.secretKey,
      first.jwtSecret,
    ]);
    await expectKept(second, ['before', 'after-postgres']);
  },
);

test(
  'everything killed at once: the next start takes over the stale lock and pid files',
  { timeout: 60_000 },
  async () => {
    const stack = readDescription(data);
    await write(stack, 'last');
    const gone = new Promise((resolve) => running?.once('exit', resolve));
    process.kill(postmaster(), 'SIGKILL');
    running?.kill('SIGKILL');
    await gone;
    await expectKept(await start(), ['before', 'after-postgres', 'last']);
  },
);

test('a second start says that it is already running', async () => {
  const result = await new Promise<{ code: number | null; output: string }>((resolve) => {
    const child = spawn(process.execPath, command);
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.once('close', (code) => resolve({ code, output }));
  });
  expect(result).toEqual({ code: 1, output: expect.stringContaining('already running') as string });
});

test('SIGTERM stops every process', async () => {
  await stop();
  expect(running?.exitCode).toBe(0);
  expect([...processesOf(`-D ${data}/postgres`), ...denoProcesses(project)]).toEqual([]);
});
