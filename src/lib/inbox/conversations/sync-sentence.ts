import { m } from '#lib/paraglide/messages.js';
import { errorMessage } from '#lib/supabase/errors.ts';
import { syncErrorSentence } from '../accounts/sync-errors.ts';
import type { SyncAnswer } from './schemas.ts';

/** What became of fetching one mailbox. */
export type SyncResult = { address: string; answer: SyncAnswer } | { address: string; error: unknown };

/** How many messages a run brought. */
function newMessages({ run }: SyncAnswer): number {
  const stored = run?.stored ?? 0;
  return typeof stored === 'number' ? stored : 0;
}

/** What the person is told after "sync now". */
export function syncSentence(results: SyncResult[]): {
  text: string;
  description?: string | undefined;
  isProblem: boolean;
} {
  const problems = results.flatMap((result) => {
    if ('error' in result) return [`${result.address}: ${errorMessage(result.error)}`];
    if (result.answer.outcome !== 'failed') return [];
    return [`${result.address}: ${syncErrorSentence(result.answer.error_code ?? 'internal')}`];
  });
  if (problems.length > 0)
    return { text: m.inbox_sync_failed(), description: problems.join('\n'), isProblem: true };
  if (results.length > 0 && results.every((result) => 'answer' in result && result.answer.skipped))
    return { text: m.inbox_sync_already(), isProblem: false };
  const count = results.reduce(
    (sum, result) => sum + ('answer' in result ? newMessages(result.answer) : 0),
    0,
  );
  return { text: count > 0 ? m.inbox_sync_new({ count }) : m.inbox_sync_nothing(), isProblem: false };
}
