import { run, type Totals } from './suite.ts';

/** Runs all pgTAP files of supabase/tests against a database that has the pgtap extension. */
export async function runPgtap(dbUrl: string): Promise<Totals> {
  const { code, output } = await run(
    'pg_prove',
    ['--dbname', dbUrl, '--ext', '.sql', '--recurse', 'supabase/tests'],
    { show: true },
  );
  const ran = Number(/Tests=(\d+)/.exec(output)?.[1] ?? 0);
  const failed = [...output.matchAll(/Failed (\d+)\/\d+ subtests/g)].reduce(
    (sum, match) => sum + Number(match[1]),
    0,
  );
  // A file that dies early may have counted no failure of its own.
  const failures = code === 0 ? 0 : Math.max(failed, 1);
  return { passed: Math.max(ran - failures, 0), failed: ran === 0 ? Math.max(failures, 1) : failures };
}
