import { AppError } from '#lib/supabase/errors.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import { pageAfter, type PageKey } from './page-key.ts';
import type { Client, ClientForm } from './schemas.ts';

export const CLIENTS_PER_PAGE = 50;

/** Cache keys of this domain, under the clinic they belong to. */
export const clientKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'clients'] as const,
  list: (tenantId: string) => ['tenant', tenantId, 'clients', 'list'] as const,
  one: (tenantId: string, clientId: string) => ['tenant', tenantId, 'clients', clientId] as const,
};

export type ClientPage = { clients: Client[]; next: PageKey | null };

/** One page of a clinic's clients by name, after `after`. One row more is read to know whether more follow. */
export async function listClients(input: { tenantId: string; after: PageKey | null }): Promise<ClientPage> {
  let query = supabase()
    .from('clients')
    .select()
    .eq('tenant_id', input.tenantId)
    .is('archived_at', null)
    .order('sort_name')
    .order('id')
    .limit(CLIENTS_PER_PAGE + 1);
  if (input.after) query = query.gte('sort_name', input.after.sortName).or(pageAfter(input.after));
  const rows = unwrap(await query);
  const clients = rows.slice(0, CLIENTS_PER_PAGE);
  const last = clients.at(-1);
  const hasMore = rows.length > CLIENTS_PER_PAGE;
  return { clients, next: hasMore && last ? { sortName: last.sort_name, id: last.id } : null };
}

/** One client; throws "not_found" when it is not this clinic's. */
export async function readClient(input: { tenantId: string; clientId: string }): Promise<Client> {
  const row = unwrap(
    await supabase()
      .from('clients')
      .select()
      .eq('tenant_id', input.tenantId)
      .eq('id', input.clientId)
      .maybeSingle(),
  );
  if (!row) throw new AppError('not_found', 404);
  return row;
}

/** Adds a client to a clinic. */
export async function addClient(input: { tenantId: string; values: ClientForm }): Promise<Client> {
  return unwrap(
    await supabase()
      .from('clients')
      .insert({ tenant_id: input.tenantId, ...toRow(input.values) })
      .select()
      .single(),
  );
}

/**
 * Changes a client. The API answers a denied update with no rows instead of an error: that is reported as
 * "not_saved".
 */
export async function changeClient(input: {
  tenantId: string;
  clientId: string;
  values: ClientForm;
}): Promise<Client> {
  const row = unwrap(
    await supabase()
      .from('clients')
      .update(toRow(input.values))
      .eq('tenant_id', input.tenantId)
      .eq('id', input.clientId)
      .select()
      .maybeSingle(),
  );
  if (!row) throw new AppError('not_saved', 404);
  return row;
}

function toRow({ first_name, last_name, email, phone }: ClientForm) {
  return { first_name, last_name, email: email || null, phone: phone || null };
}

export const clientListOptions = (tenantId: string) =>
  infiniteQueryOptions({
    queryKey: clientKeys.list(tenantId),
    queryFn: ({ pageParam }) => listClients({ tenantId, after: pageParam }),
    initialPageParam: null as PageKey | null,
    getNextPageParam: (page) => page.next,
  });

export const clientOptions = (tenantId: string, clientId: string) =>
  queryOptions({
    queryKey: clientKeys.one(tenantId, clientId),
    queryFn: () => readClient({ tenantId, clientId }),
  });
