import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, run, type Totals } from './suite.ts';

/** The part of Vitest's JSON report that is read here. */
interface Report {
  numPassedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    /** Why the file could not be loaded. */
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
}

/** The failed tests of a file, or why none of them could run. */
function failuresOf({ name, status, message, assertionResults }: Report['testResults'][number]): string[] {
  const file = path.relative(root, name);
  const failed = assertionResults.filter((result) => result.status === 'failed');
  if (status === 'failed' && failed.length === 0) return [`${file}: ${firstLines(message)}`];
  return failed.map(
    (result) => `${file} › ${result.fullName}: ${firstLines(result.failureMessages[0] ?? '')}`,
  );
}

const firstLines = (text: string): string => text.split('\n').slice(0, 3).join('\n    ');

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
    const result = JSON.parse(await readFile(report, 'utf8')) as Report;
    const skipped = result.numPendingTests + result.numTodoTests;
    if (skipped > 0) console.log(`   ${skipped} skipped`);
    const failures = result.testResults.flatMap(failuresOf);
    // Whatever else ends the run badly, such as an error between the tests, is a failure too.
    return { passed: result.numPassedTests, failed: Math.max(failures.length, code === 0 ? 0 : 1), failures };
  } catch (error) {
    console.error(`The report of Vitest could not be read: ${(error as Error).message}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
