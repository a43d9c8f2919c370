import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, type Totals } from './suite.ts';

/** Runs one of the Vitest projects and reads the totals from its report. */
export async function runVitest(
  project: 'unit' | 'integration' | 'embedded',
  env: Record<string, string> = {},
  args: string[] = [],
): Promise<Totals> {
  const folder = await mkdtemp(path.join(tmpdir(), 'chairside-vitest-'));
  const report = path.join(folder, 'report.json');
  try {
    const { code } = await run(
      'vitest',
      [
        'run',
        '--project',
        project,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...args,
      ],
      { show: true, env },
    );
    const result = JSON.parse(await readFile(report, 'utf8')) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numTodoTests: number;
    };
    const skipped = result.numPendingTests + result.numTodoTests;
    if (skipped > 0) console.log(`   ${skipped} skipped`);
    const failed = result.numFailedTests;
    // A file that cannot be loaded fails the run without a failed test.
    return { passed: result.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch (error) {
    console.error(`The report of Vitest could not be read: ${(error as Error).message}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
