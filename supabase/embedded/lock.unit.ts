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

test('a lock of a process that runs is respected', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
  await new Promise((resolve) => child.once('spawn', resolve));
  writeFileSync(path, String(child.pid));
  expect(() => acquireLock(path)).toThrow(AlreadyRunningError);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
});
