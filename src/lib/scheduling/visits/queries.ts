import { clientKeys } from '#lib/clients/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { visitCountsSchema, visitSchema, type Visit, type VisitCounts } from './schemas.ts';

const VISITS_PER_PAGE = 30;

/** Visits that have yet to begin, the next first; or those that have begun, the newest first. */
type VisitList = 'upcoming' | 'past';

type VisitPage = { visits: Visit[]; next: Visit | null };

/** One page of a client's visits, after `after`. */
async function listVisits(input: {
  tenantId: string;
  clientId: string;
  list: VisitList;
  after: Visit | null;
  signal: AbortSignal;
}): Promise<VisitPage> {
  const { tenantId, clientId, list, after } = input;
  const isUpcoming = list === 'upcoming';
  let asked = supabase()
    .from('appointments')
    .select(
      // Named, because there are other ways from a visit to providers.
      `id, revision, starts_at, ends_at, status, status_reason, is_late_cancel, is_overbooked, note,
       service:services!appointments_tenant_id_service_id_fkey(name),
       provider:providers!appointments_tenant_id_provider_id_fkey(name)`,
    )
    .eq('tenant_id', tenantId)
    .eq('client_id', clientId);
  const from = after?.starts_at ?? new Date().toISOString();
  asked = isUpcoming ? asked.gte('starts_at', from) : asked.lte('starts_at', from);
  if (after) {
    const beyond = isUpcoming ? 'gt' : 'lt';
    asked = asked.or(`starts_at.${beyond}."${after.starts_at}",id.${beyond}.${after.id}`);
  }
  const answer = await asked
    .order('starts_at', { ascending: isUpcoming })
    .order('id', { ascending: isUpcoming })
    .limit(VISITS_PER_PAGE)
    .abortSignal(input.signal);
  const visits = parseAnswer(z.array(visitSchema), unwrap(answer));
  return { visits, next: visits.length === VISITS_PER_PAGE ? (visits.at(-1) ?? null) : null };
}

/** A client's visits in numbers. */
async function readVisitCounts(tenantId: string, clientId: string): Promise<VisitCounts> {
  const answer = await supabase().rpc('client_visits', { tenant_id: tenantId, client_id: clientId });
  return parseAnswer(visitCountsSchema, unwrap(answer));
}

export const visitListOptions = (tenantId: string, clientId: string, list: VisitList) =>
  infiniteQueryOptions({
    queryKey: [...clientKeys.one(tenantId, clientId), 'visits', list],
    queryFn: ({ pageParam, signal }) => listVisits({ tenantId, clientId, list, after: pageParam, signal }),
    initialPageParam: null as Visit | null,
    getNextPageParam: (page) => page.next,
    staleTime: 0,
  });

export const visitCountOptions = (tenantId: string, clientId: string) =>
  queryOptions({
    queryKey: [...clientKeys.one(tenantId, clientId), 'visit-counts'],
    queryFn: () => readVisitCounts(tenantId, clientId),
    staleTime: 0,
  });
