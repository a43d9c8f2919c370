import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { AlreadyRunningError, acquireLock } from './lock.ts';

const directory = mkdtempSync(join(tmpdir(), 'chairside-lock-'));
const path = join(directory, 'stack.lock');
afterAll(() => rmSync(directory, { recursive: true }));

test('a lock of a process that is gone is taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  writeFileSync(path, String(child.pid));
  const release = acquireLock(path);
  expect(readFileSync(path, 'utf8')).toBe(String(process.pid));
  await release();
});

/** Runs Node for as long as `work` takes, with an argument by which it can be told. */
async function whileRunning(argument: string, work: () => void | Promise<void>): Promise<void> {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)', argument]);
  await new Promise((resolve) => child.once('spawn', resolve));
  writeFileSync(path, String(child.pid));
  try {
    await work();
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill();
    await ended;
  }
}

test('a lock of a stack that runs is respected', async () => {
  await whileRunning('scripts/start.ts', () => {
    expect(() => acquireLock(path)).toThrow(AlreadyRunningError);
  });
});

test.runIf(process.platform === 'linux')(
  'a lock whose number another program has been given since is taken over',
  async () => {
    await whileRunning('scripts/another.js', async () => {
      const release = acquireLock(path);
      expect(readFileSync(path, 'utf8')).toBe(String(process.pid));
      await release();
    });
  },
);
