import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(fileURLToPath(new URL('../..', import.meta.url)));

/** What a suite counted. A suite that could not run at all counts as one failure. */
export interface Totals {
  passed: number;
  failed: number;
  /** What failed, where the runner's report names it: one line or a few for each. */
  failures?: string[];
}

export interface Suite {
  name: string;
  run: () => Promise<Totals>;
}

export interface Finished {
  code: number;
  output: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
  /** Show the output while it comes; otherwise it is only returned. */
  show?: boolean;
}

/** Runs a command of the project's own node_modules (or of the system) to its end. Never throws for a failing command. */
export function run(command: string, args: string[], options: RunOptions = {}): Promise<Finished> {
  const bin = path.join(root, 'node_modules', '.bin');
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? root,
      env: { ...process.env, PATH: `${bin}${path.delimiter}${process.env.PATH ?? ''}`, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    const collect = (chunk: Buffer) => {
      output += chunk.toString();
      if (options.show) process.stdout.write(chunk);
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}

/** Runs named steps one after the other, each counting as one test; the output of a failed one is shown. */
export async function runSteps(steps: [name: string, step: () => Promise<Finished>][]): Promise<Totals> {
  const totals = { passed: 0, failed: 0, failures: [] as string[] };
  for (const [name, step] of steps) {
    const started = Date.now();
    const { code, output } = await step();
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    console.log(`  ${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
    if (code === 0) totals.passed += 1;
    else {
      totals.failed += 1;
      totals.failures.push(name);
      console.log(output.replace(/^/gm, '    '));
    }
  }
  return totals;
}
