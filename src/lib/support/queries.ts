import { supabase } from '#lib/supabase/browser.ts';
import { AppError } from '#lib/supabase/errors.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import {
  activeSupportSchema,
  supportClientPageSchema,
  supportGrantListSchema,
  supportGrantSchema,
  supportLookSchema,
  type ActiveSupport,
  type SupportClient,
  type SupportClientPage,
  type SupportClientPageKey,
  type SupportGrant,
} from './schemas.ts';

export const supportKeys = {
  /** Everything a clinic knows about support access to it. */
  ofClinic: (tenantId: string) => ['tenant', tenantId, 'support'] as const,
  active: (tenantId: string) => ['tenant', tenantId, 'support', 'active'] as const,
  grants: (tenantId: string) => ['tenant', tenantId, 'support', 'grants'] as const,
  platform: ['platform', 'support'] as const,
  /** Apart from everything else of the platform: forgetting that must not cause another look. */
  looks: (grantId: string) => ['support-looks', grantId] as const,
};

/** Who of the platform can see the clinic's clients right now. For every member. */
export async function listActiveSupport(tenantId: string): Promise<ActiveSupport[]> {
  const answer = unwrap(await supabase().rpc('active_support', { tenant_id: tenantId }));
  return parseAnswer(activeSupportSchema, answer).grants;
}

/** The newest 50 support accesses to a clinic. Owners only. */
export async function listClinicGrants(tenantId: string): Promise<SupportGrant[]> {
  const answer = unwrap(await supabase().rpc('list_support_grants', { tenant_id: tenantId }));
  return parseAnswer(supportGrantListSchema, answer).grants;
}

/** Ends support access at once. Owners only. */
export async function endClinicGrant(tenantId: string, grantId: string): Promise<SupportGrant> {
  const answer = await supabase().rpc('end_support_access', {
    tenant_id: tenantId,
    support_grant_id: grantId,
  });
  return parseAnswer(supportGrantSchema, unwrap(answer));
}

/** Opens support access to a clinic for the super-admin who asks. */
export async function openGrant(input: {
  tenantId: string;
  reason: string;
  minutes: number;
}): Promise<SupportGrant> {
  const answer = await supabase().rpc('admin_open_support_access', {
    tenant_id: input.tenantId,
    reason: input.reason,
    minutes: input.minutes,
  });
  return parseAnswer(supportGrantSchema, unwrap(answer));
}

/** Ends support access at once. Super-admins only. */
export async function endGrant(grantId: string): Promise<SupportGrant> {
  const answer = await supabase().rpc('admin_end_support_access', { support_grant_id: grantId });
  return parseAnswer(supportGrantSchema, unwrap(answer));
}

/** The newest 100 support accesses of the platform. Super-admins only. */
export async function listGrants(): Promise<SupportGrant[]> {
  return parseAnswer(supportGrantListSchema, unwrap(await supabase().rpc('admin_list_support_grants')))
    .grants;
}

/**
 * Shows what a look found. A look takes two requests, so that it is on record before anything of a client leaves the
 * database: one that records it and answers `{ look_id }`, and this one, within a minute.
 *
 * @param recorded what the request that recorded the look has answered
 * @throws AppError support_access_required when the access has ended in between, or the minute has passed
 */
async function show(recorded: unknown): Promise<SupportClientPage> {
  const { look_id } = parseAnswer(supportLookSchema, recorded);
  return parseAnswer(
    supportClientPageSchema,
    unwrap(await supabase().rpc('admin_support_show', { look_id })),
  );
}

/** One page of a clinic's clients under a grant. Every call is recorded and shown to the clinic. */
export async function lookAtClients(input: {
  grantId: string;
  search: string;
  after: SupportClientPageKey | null;
}): Promise<SupportClientPage> {
  const answer = await supabase().rpc('admin_support_list_clients', {
    support_grant_id: input.grantId,
    search: input.search || undefined,
    ...input.after,
    page_size: 50,
  });
  return show(unwrap(answer));
}

/** One client under a grant. Every call is recorded and shown to the clinic. */
export async function lookAtClient(grantId: string, clientId: string): Promise<SupportClient> {
  const answer = await supabase().rpc('admin_support_get_client', {
    support_grant_id: grantId,
    client_id: clientId,
  });
  const [client] = (await show(unwrap(answer))).clients;
  if (!client) throw new AppError('client_not_found', 404);
  return client;
}

/** Members learn within a minute that support has come or gone. */
export const activeSupportOptions = (tenantId: string) =>
  queryOptions({
    queryKey: supportKeys.active(tenantId),
    queryFn: () => listActiveSupport(tenantId),
    refetchInterval: 60_000,
  });

export const clinicGrantsOptions = (tenantId: string) =>
  queryOptions({ queryKey: supportKeys.grants(tenantId), queryFn: () => listClinicGrants(tenantId) });

/** The grant a page stands under; undefined in the answer where there is no such grant. */
export const grantOptions = (grantId: string) =>
  queryOptions({
    queryKey: supportKeys.platform,
    queryFn: listGrants,
    select: (grants) => ({ grant: grants.find(({ id }) => id === grantId) }),
    refetchInterval: 30_000,
  });

/**
 * A look at a clinic's records happens when somebody asks for it, once: nothing is read again by itself, whatever else
 * is, and nothing is kept once it is no longer on the screen. A look of which a request failed is not tried again
 * either: whoever asks again makes another one.
 */
const ONE_LOOK = {
  staleTime: 'static',
  gcTime: 0,
  refetchOnWindowFocus: false,
  refetchOnReconnect: false,
  retry: false,
} as const;

export const supportClientsOptions = (grantId: string, search: string) =>
  infiniteQueryOptions({
    ...ONE_LOOK,
    queryKey: [...supportKeys.looks(grantId), 'clients', search],
    queryFn: ({ pageParam }) => lookAtClients({ grantId, search, after: pageParam }),
    initialPageParam: null as SupportClientPageKey | null,
    getNextPageParam: (page) => page.next,
  });

export const supportClientOptions = (grantId: string, clientId: string) =>
  queryOptions({
    ...ONE_LOOK,
    queryKey: [...supportKeys.looks(grantId), 'client', clientId],
    queryFn: () => lookAtClient(grantId, clientId),
  });
