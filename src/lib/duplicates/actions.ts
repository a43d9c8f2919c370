import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import { toAppError } from '#lib/supabase/errors.ts';
import type { InfiniteData, QueryClient } from '@tanstack/svelte-query';
import { leftLabel } from './labels.ts';
import { dismissDuplicate, duplicateKeys, mergeClients, undoMerge } from './queries.ts';
import type { MergePreview, Pair, PairPage, Picks } from './schemas.ts';

/** Merging moves notes, tasks, files …: all that is known of the clinic is read again. */
export const everythingOf = (tenantId: string) => ['tenant', tenantId] as const;

/** Says that a pair is two people; it leaves the list at once, and comes back when that failed. */
export async function dismiss(queries: QueryClient, tenantId: string, pair: Pair): Promise<void> {
  const key = duplicateKeys.pairs(tenantId);
  const before = queries.getQueryData<InfiniteData<PairPage>>(key);
  queries.setQueryData<InfiniteData<PairPage>>(key, (data) => data && withoutPair(data, pair));
  try {
    await perform(queries, [], () => dismissDuplicate({ tenantId, a: pair.a.id, b: pair.b.id }));
    confirmDone(m.duplicates_dismissed());
  } catch (error) {
    queries.setQueryData(key, before);
    handleError(error, { retry: () => void dismiss(queries, tenantId, pair) });
  }
}

const withoutPair = (data: InfiniteData<PairPage>, { a, b }: Pair): InfiniteData<PairPage> => ({
  ...data,
  pages: data.pages.map((page) => ({
    ...page,
    pairs: page.pairs.filter((pair) => pair.a.id !== a.id || pair.b.id !== b.id),
  })),
});

/**
 * Merges the preview's clients and offers to undo it. The caller leaves the page of the preview, then reads everything
 * of the clinic again. "changed" when one of them was changed since the preview, which
 * has to be looked at again; false, and a message, when it failed otherwise.
 */
export async function merge(
  queries: QueryClient,
  input: { tenantId: string; preview: MergePreview; picks: Picks },
): Promise<true | 'changed' | false> {
  const { tenantId, preview } = input;
  try {
    const { mergeId } = await perform(queries, [], () => mergeClients(input));
    confirmDone(
      m.merge_done({ merged: displayName(preview.merge), kept: displayName(preview.keep) }),
      () => void undo(queries, { tenantId, mergeId }),
    );
    return true;
  } catch (error) {
    if (toAppError(error).code === 'changed_meanwhile') return 'changed';
    handleError(error);
    return false;
  }
}

/** Undoes a merge; says what was left as somebody had changed it since. */
export async function undo(
  queries: QueryClient,
  input: { tenantId: string; mergeId: string },
): Promise<void> {
  try {
    const { restored, left } = await perform(queries, [everythingOf(input.tenantId)], () => undoMerge(input));
    const name = displayName(restored);
    const fields = leftLabel(left);
    confirmDone(fields ? m.merge_undone_partly({ name, fields }) : m.merge_undone({ name }));
  } catch (error) {
    handleError(error, { retry: () => void undo(queries, input) });
  }
}
