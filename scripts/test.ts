/**
 * Runs the test suites and ends with the line "N passed, N failed".
 *
 *   node scripts/test.ts                     everything
 *   node scripts/test.ts db unit             some of: check, db, unit, integration, embedded, e2e
 *   node scripts/test.ts e2e -- main-job     arguments after -- go to the runner of the one part named
 */
import { checkDatabase, checkSources, generateSources } from './suites/check.ts';
import { runPgtapOn17 } from './suites/database.ts';
import { runPgtap } from './suites/pgtap.ts';
import { runPlaywright } from './suites/playwright.ts';
import type { Suite, Totals } from './suites/suite.ts';
import { startTestEnvironment, type TestEnvironment } from './suites/test-environment.ts';
import { runVitest } from './suites/vitest.ts';

const parts = ['check', 'db', 'unit', 'integration', 'embedded', 'e2e'] as const;
type Part = (typeof parts)[number];
const isPart = (word: string): word is Part => (parts as readonly string[]).includes(word);

const separator = process.argv.indexOf('--');
const words = process.argv.slice(2, separator < 0 ? undefined : separator);
const rest = separator < 0 ? [] : process.argv.slice(separator + 1);
const unknown = words.filter((word) => !isPart(word));
if (unknown.length > 0 || (rest.length > 0 && words.length !== 1)) {
  console.error(
    `Usage: npm test [-- ${parts.join(' | ')}]; arguments after a further -- need exactly one part.`,
  );
  process.exit(2);
}
const wanted = new Set<Part>(words.length > 0 ? words.filter(isPart) : parts);

let shared: Promise<TestEnvironment> | undefined;
/** One stack for all suites that need one, started by the first. */
const environment = (): Promise<TestEnvironment> => (shared ??= startTestEnvironment());

const suites: (Suite & { part: Part })[] = [
  { part: 'check', name: 'Sources', run: checkSources },
  { part: 'unit', name: 'Unit tests', run: () => runVitest('unit', {}, rest) },
  {
    part: 'check',
    name: 'Database',
    run: async () => checkDatabase((await environment()).variables.SUPABASE_DB_URL),
  },
  {
    part: 'db',
    name: 'pgTAP on PostgreSQL 15',
    run: async () => runPgtap((await environment()).variables.SUPABASE_DB_URL),
  },
  { part: 'db', name: 'All migrations and pgTAP on PostgreSQL 17', run: runPgtapOn17 },
  {
    part: 'integration',
    name: 'Integration tests over HTTP',
    run: async () => runVitest('integration', (await environment()).variables, rest),
  },
  {
    part: 'embedded',
    name: 'The embedded stack against the documented behaviour',
    run: () => runVitest('embedded', {}, rest),
  },
  {
    part: 'e2e',
    name: 'Browser tests',
    run: async () => runPlaywright(await (await environment()).withApp(), rest),
  },
];

const totals = { passed: 0, failed: 0 };
const failures: string[] = [];
try {
  await generateSources();
  for (const suite of suites.filter((each) => wanted.has(each.part))) {
    console.log(`\n── ${suite.name} ──`);
    const started = Date.now();
    const result = await suite.run().catch((error: unknown): Totals => {
      console.error(error);
      return { passed: 0, failed: 1 };
    });
    totals.passed += result.passed;
    totals.failed += result.failed;
    failures.push(...(result.failures ?? []).map((failure) => `${suite.name} › ${failure}`));
    if (result.failed > 0 && !result.failures?.length) failures.push(`${suite.name}: see above`);
    console.log(
      `   ${result.passed} passed, ${result.failed} failed (${Math.round((Date.now() - started) / 1000)} s)`,
    );
  }
} finally {
  await (await shared?.catch(() => undefined))?.stop();
}
// Again at the end, for whoever sees only the last lines of a long log.
if (failures.length > 0) console.log(`\nWhat failed:\n${failures.map((line) => `  ${line}`).join('\n')}`);
console.log(`\n${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);
