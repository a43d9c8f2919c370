import { clientKeys } from '#lib/clients/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import type { CandidateValues } from './candidate.ts';
import {
  candidatesSchema,
  mergedSchema,
  mergePreviewSchema,
  mergesSchema,
  pairPageSchema,
  undoneSchema,
  type Candidate,
  type Merge,
  type MergePreview,
  type PairPage,
  type Picks,
  type Undone,
} from './schemas.ts';

/** Cache keys of this domain, under the clinic's clients: whatever changes a client may change these. */
export const duplicateKeys = {
  pairs: (tenantId: string) => [...clientKeys.all(tenantId), 'duplicates'] as const,
  candidates: (tenantId: string) => [...clientKeys.all(tenantId), 'candidates'] as const,
  preview: (tenantId: string, keepId: string, mergeId: string) =>
    [...clientKeys.all(tenantId), 'merge', keepId, mergeId] as const,
  merges: (tenantId: string, clientId: string) => [...clientKeys.one(tenantId, clientId), 'merges'] as const,
};

/** Clients who may be the person being entered, best first; `clientId` is the client itself when it exists already. */
export async function findDuplicates(input: {
  tenantId: string;
  candidate: CandidateValues;
  clientId?: string | undefined;
  signal: AbortSignal;
}): Promise<Candidate[]> {
  const answer = await supabase()
    .rpc('find_duplicates', {
      tenant_id: input.tenantId,
      candidate: input.candidate,
      client_id: input.clientId,
    })
    .abortSignal(input.signal);
  return parseAnswer(candidatesSchema, unwrap(answer)).candidates;
}

export async function listDuplicates(input: {
  tenantId: string;
  after: PairPage['next'];
  signal: AbortSignal;
}): Promise<PairPage> {
  const answer = await supabase()
    .rpc('list_duplicates', { tenant_id: input.tenantId, after: input.after ?? undefined })
    .abortSignal(input.signal);
  return parseAnswer(pairPageSchema, unwrap(answer));
}

/** Says that two clients are two people. */
export async function dismissDuplicate(input: { tenantId: string; a: string; b: string }): Promise<void> {
  const { tenantId, a, b } = input;
  unwrap(await supabase().rpc('dismiss_duplicate', { tenant_id: tenantId, client_a: a, client_b: b }));
}

export async function previewMerge(tenantId: string, keepId: string, mergeId: string): Promise<MergePreview> {
  const ids = { tenant_id: tenantId, keep_id: keepId, merge_id: mergeId };
  return parseAnswer(mergePreviewSchema, unwrap(await supabase().rpc('preview_merge', ids)));
}

/** Merges the preview's clients; refused (changed_meanwhile) when either was changed since the preview. */
export async function mergeClients(input: {
  tenantId: string;
  preview: MergePreview;
  picks: Picks;
}): Promise<{ mergeId: string }> {
  const { keep, merge } = input.preview;
  const answer = await supabase().rpc('merge_clients', {
    tenant_id: input.tenantId,
    keep_id: keep.id,
    merge_id: merge.id,
    picks: input.picks,
    seen: { keep_updated_at: keep.updated_at, merge_updated_at: merge.updated_at },
  });
  return { mergeId: parseAnswer(mergedSchema, unwrap(answer)).merge_id };
}

export async function undoMerge(input: { tenantId: string; mergeId: string }): Promise<Undone> {
  const answer = await supabase().rpc('undo_merge', { tenant_id: input.tenantId, merge_id: input.mergeId });
  return parseAnswer(undoneSchema, unwrap(answer));
}

/** The merges of a client that can still be undone, newest first. */
export async function listMerges(tenantId: string, clientId: string): Promise<Merge[]> {
  const answer = await supabase().rpc('list_merges', { tenant_id: tenantId, client_id: clientId });
  return parseAnswer(mergesSchema, unwrap(answer)).merges;
}

export const candidateOptions = (tenantId: string, candidate: CandidateValues, clientId?: string) =>
  queryOptions({
    queryKey: [...duplicateKeys.candidates(tenantId), clientId ?? null, candidate],
    queryFn: ({ signal }) => findDuplicates({ tenantId, candidate, clientId, signal }),
  });

export const pairListOptions = (tenantId: string) =>
  infiniteQueryOptions({
    queryKey: duplicateKeys.pairs(tenantId),
    queryFn: ({ pageParam, signal }) => listDuplicates({ tenantId, after: pageParam, signal }),
    initialPageParam: null as PairPage['next'],
    getNextPageParam: (page) => page.next,
  });

export const previewOptions = (tenantId: string, keepId: string, mergeId: string) =>
  queryOptions({
    queryKey: duplicateKeys.preview(tenantId, keepId, mergeId),
    queryFn: () => previewMerge(tenantId, keepId, mergeId),
    // What is chosen from must be what is there, and must not change under the pointer.
    staleTime: 0,
    refetchOnWindowFocus: false,
  });

export const mergesOptions = (tenantId: string, clientId: string) =>
  queryOptions({
    queryKey: duplicateKeys.merges(tenantId, clientId),
    queryFn: () => listMerges(tenantId, clientId),
  });
