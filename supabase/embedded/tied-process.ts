/** Child processes that never outlive their parent, however the parent ends. */
import { spawn, type ChildProcess } from 'node:child_process';
import type { SystemUser } from './paths.ts';

export interface TiedProcessOptions {
  command: string;
  args: string[];
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  user?: SystemUser | null;
  /** The signal that stops the child in an orderly way. */
  stopSignal: 'SIGTERM' | 'SIGINT';
  onOutput: (text: string) => void;
}

/**
 * The child's stdin is a pipe whose other end only this process holds: when it closes, because we stop the child or
 * because we died, the wrapper stops the child. The wrapper leads a process group of its own, so that Ctrl-C in the
 * terminal reaches us alone and we decide the order of stopping.
 */
const wrapper = `
"$@" </dev/null & child=$!
exec 3<&0
( cat <&3 >/dev/null; kill -s "$STOP_SIGNAL" $child 2>/dev/null ) & watcher=$!
exec 3<&-
trap 'kill -s "$STOP_SIGNAL" $child 2>/dev/null' TERM INT HUP
wait $child; code=$?
while kill -0 $child 2>/dev/null; do wait $child; code=$?; done
kill $watcher 2>/dev/null
exit $code
`;

/** Starts a process that is stopped with `stopSignal` when `stopTied` is called or when this process dies. */
export function spawnTied(options: TiedProcessOptions): ChildProcess {
  const environment = { ...(options.env ?? process.env), STOP_SIGNAL: options.stopSignal.slice(3) };
  const common = {
    cwd: options.cwd,
    env: environment,
    stdio: ['pipe', 'pipe', 'pipe'] as ['pipe', 'pipe', 'pipe'],
    ...(options.user ?? {}),
  };
  // On Windows children die with their parent by themselves.
  const child =
    process.platform === 'win32'
      ? spawn(options.command, options.args, { ...common, windowsHide: true })
      : spawn('/bin/sh', ['-c', wrapper, 'tied', options.command, ...options.args], {
          ...common,
          detached: true,
        });
  child.stdout.setEncoding('utf8').on('data', options.onOutput);
  child.stderr.setEncoding('utf8').on('data', options.onOutput);
  child.stdin.on('error', () => undefined);
  return child;
}

/** Resolves with the exit code once the child is gone. */
export function exited(child: ChildProcess): Promise<number> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? 1);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 1)));
}

/** Asks a tied child to stop and waits; after `graceMilliseconds` its whole process group is killed. */
export async function stopTied(child: ChildProcess, graceMilliseconds: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (process.platform === 'win32') child.kill();
  else child.stdin?.end();
  const killer = setTimeout(() => {
    try {
      if (child.pid) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // already gone
    }
  }, graceMilliseconds);
  await exited(child);
  clearTimeout(killer);
}
