/** Command line of the embedded stack: `up` serves it, `migrate` applies new migrations. See `npm start` for the whole. */
import { parseArgs } from 'node:util';
import { MigrationError } from './database/migrations.ts';
import { AlreadyRunningError } from './lock.ts';
import { localData } from './paths.ts';
import { readProjectConfig } from './project-config.ts';
import { startStack } from './stack.ts';
import { defaultProject } from './database/database.ts';
import { readFunctionSecrets } from './functions/deno-host.ts';
import { writeDescription } from './description.ts';

const usage = `node supabase/embedded/main.ts <up|migrate> [--data dir] [--port 54321] [--db-port 54322] [--smtp-port n] [--project dir] [--no-seed]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  allowNegative: true,
  options: {
    data: { type: 'string', default: localData },
    port: { type: 'string', default: '54321' },
    'db-port': { type: 'string', default: '54322' },
    'smtp-port': { type: 'string' },
    project: { type: 'string' },
    seed: { type: 'boolean', default: true },
  },
});
const [command] = positionals;
if (command !== 'up' && command !== 'migrate') {
  console.error(usage);
  process.exit(2);
}

try {
  const stack = await startStack({
    data: values.data,
    port: Number(values.port),
    databasePort: Number(values['db-port']),
    seed: values.seed,
    ...(values['smtp-port'] ? { smtpPort: Number(values['smtp-port']) } : {}),
    functionSecrets: readFunctionSecrets(values.project ?? defaultProject),
    progress: (text) => console.log(text),
    ...(values.project ? { project: values.project } : {}),
  });
  if (command === 'migrate') await stack.stop();
  else {
    writeDescription(stack, readProjectConfig(values.project ?? defaultProject).auth.siteUrl);
    console.log(`Ready at ${stack.url}. Ctrl-C stops it.`);
    const stop = () => void stack.stop().then(() => process.exit(0));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop);
  }
} catch (error) {
  const expected = error instanceof MigrationError || error instanceof AlreadyRunningError;
  console.error(expected ? error.message : error);
  process.exit(1);
}
