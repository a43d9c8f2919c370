/** npm run reset [-- --yes]: deletes the local stack's database, files, mail and keys. The next start makes new ones. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { runningStack } from '../supabase/embedded/description.ts';
import { databaseUser, localData, prepareDataPaths } from '../supabase/embedded/paths.ts';

const { values } = parseArgs({ options: { yes: { type: 'boolean', default: false } } });

const running = runningStack();
if (running) {
  console.error(
    `Chairside is running (process ${running.pid}). Stop it first, with Ctrl-C where it was started.`,
  );
  process.exit(1);
}
if (!values.yes && !(await isConfirmed())) {
  console.error('Nothing was deleted. (Without a terminal: npm run reset -- --yes)');
  process.exit(1);
}
const paths = prepareDataPaths(localData, databaseUser());
const own = [
  ...[paths.cluster, paths.objects, paths.inbox, paths.mailServer, paths.certificates],
  ...[join(paths.root, 'mail.log'), paths.keys, paths.log, paths.lock, paths.description],
];
for (const path of [...own, join(localData, 'demo.json')]) rmSync(path, { recursive: true, force: true });
console.log('The local stack is empty.');

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Delete the local database, files, mail and keys? (y/N) ');
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}
