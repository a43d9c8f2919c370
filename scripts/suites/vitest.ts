import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, type Totals } from './suite.ts';

/** Runs one of the Vitest projects and reads the totals from its report. */
export async function runVitest(
  project: 'unit' | 'integration',
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
      numTotalTests: number;
    };
    const failed = result.numFailedTests;
    // A file that cannot be loaded fails the run without a failed test.
    return { passed: result.numPassedTests, failed: code !== 0 && failed === 0 ? 1 : failed };
  } catch {
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
