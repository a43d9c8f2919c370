import { startPostgres17 } from '../../supabase/embedded/test-stack.ts';
import { runPgtap } from './pgtap.ts';
import type { Totals } from './suite.ts';

/** pgTAP on the platform's own major version, with all migrations applied to an empty database there. */
export async function runPgtapOn17(): Promise<Totals> {
  const postgres17 = await startPostgres17();
  try {
    return await runPgtap(postgres17.url);
  } finally {
    await postgres17.stop();
  }
}
