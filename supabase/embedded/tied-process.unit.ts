import { execFileSync, spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exited, spawnTied, stopTied } from './tied-process.ts';

const sleeper = (marker: string) => ({
  command: process.execPath,
  args: ['-e', 'setTimeout(() => {}, 60000)', marker],
  stopSignal: 'SIGTERM' as const,
  onOutput: () => undefined,
});

function isThere(marker: string): boolean {
  try {
    // The wrapper's own command line carries the marker too, so both must be gone.
    execFileSync('pgrep', ['-f', '--', marker]);
    return true;
  } catch {
    return false;
  }
}

test('the exit code of the child is passed on, and its output', async () => {
  let output = '';
  const script = 'console.log("out"); process.exitCode = 7';
  const child = spawnTied({ ...sleeper(''), args: ['-e', script], onOutput: (text) => (output += text) });
  expect(await exited(child)).toBe(7);
  expect(output).toBe('out\n');
});

test('stopTied ends it', async () => {
  const marker = `tied-a-${process.pid}`;
  const child = spawnTied(sleeper(marker));
  await expect.poll(() => isThere(marker)).toBe(true);
  await stopTied(child, 5_000);
  expect(isThere(marker)).toBe(false);
});

test('one that ignores the signal is killed after the grace', async () => {
  const marker = `tied-b-${process.pid}`;
  const script = 'process.on("SIGTERM", () => {}); setTimeout(() => {}, 60000); console.log("up")';
  let isUp = false;
  const child = spawnTied({
    ...sleeper(marker),
    args: ['-e', script, marker],
    onOutput: () => (isUp = true),
  });
  await expect.poll(() => isUp).toBe(true);
  await stopTied(child, 300);
  await expect.poll(() => isThere(marker)).toBe(false);
});

test('it ends when its parent is killed', async () => {
  const marker = `tied-c-${process.pid}`;
  const module = join(import.meta.dirname, 'tied-process.ts');
  const source = `
    import { spawnTied } from ${JSON.stringify(module)};
    spawnTied({ command: process.execPath, args: ['-e', 'setTimeout(() => {}, 60000)', process.argv[1]], stopSignal: 'SIGTERM', onOutput() {} });
    console.log('started');`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', source, marker], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => parent.stdout.once('data', resolve));
  await expect.poll(() => isThere(marker)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isThere(marker), { timeout: 5_000 }).toBe(false);
});
