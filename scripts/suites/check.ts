import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { denoDirectory } from '../../supabase/embedded/functions/deno-host.ts';
import { checkDatabaseTypes } from '../database-types.ts';
import { root, run, runSteps, type Finished, type Totals } from './suite.ts';

interface Finding {
  name: string;
  level: string;
  detail: string;
  cacheKey: string;
}

/** Writes what the sources refer to but git does not keep: compiled messages and the types of routes. */
export async function generateSources(): Promise<void> {
  for (const [command, ...args] of [
    ['paraglide-js', 'compile', '--project', './project.inlang', '--outdir', './src/lib/paraglide'],
    ['svelte-kit', 'sync'],
  ] as const) {
    const { code, output } = await run(command, args.slice());
    if (code !== 0) throw new Error(`${command} failed:\n${output}`);
  }
}

/** What needs no database: formatting, lint, types of app, tools and functions, unused code. */
export function checkSources(): Promise<Totals> {
  return runSteps([
    ['format (prettier)', () => run('prettier', ['--check', '--log-level', 'warn', '.'])],
    ['lint (oxlint)', () => run('oxlint', ['--deny-warnings'])],
    ['app types (svelte-check)', () => run('svelte-check', ['--fail-on-warnings'])],
    ['tool types (tsc)', () => run('tsc', ['--noEmit', '-p', 'tsconfig.tools.json'])],
    ['function types (deno check)', checkFunctions],
    ['unused files, exports and packages (knip)', () => run('knip', [])],
  ]);
}

/** The Edge Functions, and what runs them on the embedded stack, as Deno sees them. */
function checkFunctions(): Promise<Finished> {
  const config = ['--config', 'supabase/functions/deno.json'];
  return run(
    'sh',
    [
      '-c',
      'deno check "$@" supabase/functions/*/index.ts supabase/embedded/deno/*.ts tests/support/*-once.ts',
      'deno',
      ...config,
    ],
    {
      env: { DENO_DIR: denoDirectory, DENO_TLS_CA_STORE: 'system' },
    },
  );
}

/**
 * What the Supabase CLI says of the migrated database. plpgsql_check must have been created in it: the platform lets
 * its owner do so, a plain Postgres only a superuser.
 */
export function checkDatabase(dbUrl: string): Promise<Totals> {
  const remote = `--remote=${dbUrl}?sslmode=disable`;
  return runSteps([
    ['generated types are up to date', () => checkDatabaseTypes(dbUrl)],
    ['functions (supabase db lint)', () => lintFunctions(remote)],
    ['advisors (supabase db advisors)', () => checkAdvisors(remote)],
  ]);
}

/** The CLI only warns of keys of config.toml that it does not know, which may be misspelt: they fail the check too. */
async function lintFunctions(remote: string): Promise<Finished> {
  const { code, output } = await run('supabase', [
    ...['db', 'lint', '--schema', 'public,private', '--level', 'warning', '--fail-on', 'warning'],
    remote,
  ]);
  return { code: /^WARN: \S*config\.toml has keys/m.test(output) ? 1 : code, output };
}

/** Errors and warnings of the advisors that are not on the reviewed list, and entries of the list that no longer apply. */
async function checkAdvisors(remote: string): Promise<Finished> {
  const allowed = JSON.parse(
    await readFile(path.join(root, 'supabase/advisors-allowed.json'), 'utf8'),
  ) as Record<string, string>;
  const { code, output } = await run('supabase', [
    'db',
    'advisors',
    '--level',
    'warn',
    '--output-format',
    'json',
    remote,
  ]);
  const line = output.split('\n').find((text) => text.startsWith('{"results"'));
  if (code !== 0 || !line) return { code: 1, output };
  const findings = (JSON.parse(line) as { results: Finding[] }).results;
  const found = new Set(findings.map((finding) => finding.cacheKey));
  const complaints = [
    ...findings
      .filter((finding) => !(finding.cacheKey in allowed))
      .map((finding) => `${finding.level} ${finding.cacheKey}: ${finding.detail}`),
    ...Object.keys(allowed)
      .filter((key) => !found.has(key))
      .map((key) => `advisors-allowed.json lists ${key}, which is not found any more`),
  ];
  return { code: complaints.length === 0 ? 0 : 1, output: complaints.join('\n') };
}
