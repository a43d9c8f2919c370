import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { root, run } from './suites/suite.ts';

const file = path.join(root, 'src/lib/supabase/database.types.ts');

/** The TypeScript types of the exposed schema, as the Supabase CLI generates them, in the project's formatting. */
async function generate(dbUrl: string): Promise<string> {
  const { code, output } = await run('sh', [
    '-c',
    'supabase gen types --schema public --remote="$0" 2>/dev/null',
    `${dbUrl}?sslmode=disable`,
  ]);
  if (code !== 0 || !output.includes('export type Database'))
    throw new Error(`supabase gen types failed:\n${output}`);
  const options = await resolveConfig(file);
  return format(output, { ...options, filepath: file });
}

export async function writeDatabaseTypes(dbUrl: string): Promise<void> {
  await writeFile(file, await generate(dbUrl));
}

/** Fails when the committed types are not those of the migrations. */
export async function checkDatabaseTypes(dbUrl: string): Promise<{ code: number; output: string }> {
  const [generated, committed] = await Promise.all([generate(dbUrl), readFile(file, 'utf8')]);
  return generated === committed
    ? { code: 0, output: '' }
    : { code: 1, output: 'database.types.ts is not what the migrations give: run `npm run types`.' };
}
