import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import type { ClientQuestion } from './filter.ts';
import type { ClientValues, IdentifierValues } from './form.ts';
import {
  archiveAnswerSchema,
  clientPageSchema,
  clientSchema,
  taggingAnswerSchema,
  tagSchema,
  type Client,
  type ClientPage,
  type Tag,
} from './schemas.ts';

export const CLIENTS_PER_PAGE = 50;

/** As many as one call may change. */
const CLIENTS_AT_ONCE = 500;

/** Cache keys of this domain, under the clinic they belong to. */
export const clientKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'clients'] as const,
  list: (tenantId: string) => ['tenant', tenantId, 'clients', 'list'] as const,
  one: (tenantId: string, clientId: string) => ['tenant', tenantId, 'clients', clientId] as const,
  tags: (tenantId: string) => ['tenant', tenantId, 'tags'] as const,
};

/** One page of a clinic's clients, after `after`. */
export async function listClients(input: {
  tenantId: string;
  question: ClientQuestion;
  after?: ClientPage['next'];
  pageSize?: number;
  signal?: AbortSignal;
}): Promise<ClientPage> {
  const { search, filter, sort } = input.question;
  const asked = supabase().rpc('list_clients', {
    tenant_id: input.tenantId,
    search: search || undefined,
    filter,
    sort,
    after: input.after ?? undefined,
    page_size: input.pageSize ?? CLIENTS_PER_PAGE,
  });
  return parseAnswer(
    clientPageSchema,
    unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)),
  );
}

/** One client with identifiers and tags; 404 when it is not this clinic's. */
export async function readClient(input: { tenantId: string; clientId: string }): Promise<Client> {
  const answer = await supabase().rpc('get_client', { tenant_id: input.tenantId, client_id: input.clientId });
  return parseAnswer(clientSchema, unwrap(answer));
}

/**
 * Adds a client, or changes the one with this id; the identifiers replace those there are. `seenUpdatedAt` makes the
 * server refuse (changed_meanwhile) when somebody else has saved since.
 */
export async function writeClient(input: {
  tenantId: string;
  clientId: string | null;
  values: ClientValues;
  identifiers: IdentifierValues[];
  seenUpdatedAt: string | null;
}): Promise<Client> {
  const answer = await supabase().rpc('save_client', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    client_id: input.clientId as string,
    details: input.values,
    identifiers: input.identifiers,
    seen_updated_at: input.seenUpdatedAt ?? undefined,
  });
  return parseAnswer(clientSchema, unwrap(answer));
}

/** Archives clients or brings them back; answers how many that changed. */
export async function archiveClients(input: {
  tenantId: string;
  clientIds: string[];
  archive: boolean;
}): Promise<number> {
  const { tenantId, archive } = input;
  return inSlices(input.clientIds, async (client_ids) => {
    const answer = await supabase().rpc('archive_clients', { tenant_id: tenantId, client_ids, archive });
    return parseAnswer(archiveAnswerSchema, unwrap(answer)).changed;
  });
}

/** Gives tags to clients and takes others from them; answers how many of these there were. */
export async function tagClients(input: {
  tenantId: string;
  clientIds: string[];
  add?: string[];
  remove?: string[];
}): Promise<number> {
  const { tenantId, add = [], remove = [] } = input;
  return inSlices(input.clientIds, async (client_ids) => {
    const answer = await supabase().rpc('tag_clients', { tenant_id: tenantId, client_ids, add, remove });
    const { added, removed } = parseAnswer(taggingAnswerSchema, unwrap(answer));
    return added + removed;
  });
}

async function inSlices(ids: string[], act: (slice: string[]) => Promise<number>): Promise<number> {
  let sum = 0;
  for (let start = 0; start < ids.length; start += CLIENTS_AT_ONCE)
    sum += await act(ids.slice(start, start + CLIENTS_AT_ONCE));
  return sum;
}

/** The tags of a clinic by name. */
export async function listTags(tenantId: string): Promise<Tag[]> {
  const answer = await supabase()
    .from('tags')
    .select('id, name, colour')
    .eq('tenant_id', tenantId)
    .order('name');
  return parseAnswer(z.array(tagSchema), unwrap(answer)).toSorted((a, b) => a.name.localeCompare(b.name));
}

/** Adds a tag to a clinic. */
export async function addTag(input: { tenantId: string; name: string; colour: string }): Promise<Tag> {
  const { tenantId, name, colour } = input;
  const answer = await supabase()
    .from('tags')
    .insert({ tenant_id: tenantId, name, colour })
    .select('id, name, colour')
    .single();
  return parseAnswer(tagSchema, unwrap(answer));
}

export const clientListOptions = (tenantId: string, question: ClientQuestion) =>
  infiniteQueryOptions({
    queryKey: [...clientKeys.list(tenantId), question],
    queryFn: ({ pageParam, signal }) => listClients({ tenantId, question, after: pageParam, signal }),
    initialPageParam: null as ClientPage['next'],
    getNextPageParam: (page) => page.next,
  });

export const clientOptions = (tenantId: string, clientId: string) =>
  queryOptions({
    queryKey: clientKeys.one(tenantId, clientId),
    queryFn: () => readClient({ tenantId, clientId }),
  });

export const tagOptions = (tenantId: string) =>
  queryOptions({
    queryKey: clientKeys.tags(tenantId),
    queryFn: () => listTags(tenantId),
    staleTime: 60_000,
  });
