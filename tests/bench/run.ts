/**
 * npm run bench [-- <name> [arguments]]
 *
 * Runs the benchmarks of this folder one after the other, or the one named, and says which kept to their limits.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const benchmarks = [
  'audit-cost',
  'platform-search',
  'client-search',
  'dashboard',
  'free-slots',
  'inbox',
  'mail-sync',
  'mailboxes',
];
const [name, ...rest] = process.argv.slice(2);
if (name !== undefined && !benchmarks.includes(name)) {
  console.error(`There is no benchmark "${name}". There are: ${benchmarks.join(', ')}.`);
  process.exit(2);
}

const results: { benchmark: string; kept: boolean; seconds: number }[] = [];
for (const benchmark of name === undefined ? benchmarks : [name]) {
  console.log(`\n── ${benchmark} ──`);
  const started = Date.now();
  const code = await runFile(join(import.meta.dirname, `${benchmark}.ts`), rest);
  results.push({ benchmark, kept: code === 0, seconds: Math.round((Date.now() - started) / 1000) });
}
console.log();
for (const { benchmark, kept, seconds } of results)
  console.log(`${kept ? '✓' : '✗'} ${benchmark} (${seconds} s)`);
process.exit(results.every(({ kept }) => kept) ? 0 : 1);

function runFile(file: string, args: string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' });
    child.on('exit', (code) => resolve(code ?? 1));
  });
}
