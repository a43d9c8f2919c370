import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { run, type Totals } from './suite.ts';

/** Runs the browser tests and reads the totals from their report. A flaky test, passed on retry, counts as passed. */
export async function runPlaywright(env: Record<string, string>, args: string[] = []): Promise<Totals> {
  const folder = await mkdtemp(path.join(tmpdir(), 'chairside-playwright-'));
  const report = path.join(folder, 'report.json');
  try {
    const { code } = await run('playwright', ['test', '--reporter=list,json', ...args], {
      show: true,
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
    });
    const { stats } = JSON.parse(await readFile(report, 'utf8')) as {
      stats: { expected: number; flaky: number; unexpected: number; skipped: number };
    };
    if (stats.skipped > 0) console.log(`   ${stats.skipped} skipped`);
    return {
      passed: stats.expected + stats.flaky,
      failed: code !== 0 && stats.unexpected === 0 ? 1 : stats.unexpected,
    };
  } catch (error) {
    console.error(`The report of Playwright could not be read: ${(error as Error).message}`);
    return { passed: 0, failed: 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
