/** One stack per data directory. */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isRunning } from './database/cluster.ts';

/** The data directory belongs to a stack that runs. */
export class AlreadyRunningError extends Error {
  readonly pid: number;
  constructor(pid: number) {
    super(`This stack is already running (process ${pid}).`);
    this.pid = pid;
  }
}

/** Takes the lock and returns its release. A lock left by a killed process is taken over. */
export function acquireLock(path: string): () => Promise<void> {
  for (;;) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      return async () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = lockHolder(path);
    if (holder !== null) throw new AlreadyRunningError(holder);
    rmSync(path, { force: true });
  }
}

/** The running process that holds the lock, or null. */
export function lockHolder(path: string): number | null {
  if (!existsSync(path)) return null;
  const pid = Number(readFileSync(path, 'utf8'));
  return pid > 0 && pid !== process.pid && isRunning(pid) && isStack(pid) ? pid : null;
}

/** What starts stacks: scripts/start.ts, test.ts and types.ts, embedded/main.ts, and the tests. */
const starters = /\b(start|main|test|types)\.ts\b|vitest/;

/** A number may have been given to another program since the lock was written; only Linux lets us see. */
function isStack(pid: number): boolean {
  const commandLine = `/proc/${pid}/cmdline`;
  return !existsSync(commandLine) || starters.test(readFileSync(commandLine, 'utf8'));
}
