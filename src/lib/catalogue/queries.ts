import { calendarKeys } from '#lib/scheduling/calendar/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { AppError } from '#lib/supabase/errors.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions, type QueryKey } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import type { ProviderForm, ResourceForm, ServiceValues } from './form.ts';
import {
  providerSchema,
  resourceSchema,
  serviceSchema,
  type CataloguePart,
  type Provider,
  type Resource,
  type Service,
  type ServiceStep,
} from './schemas.ts';

const ENTRY = 'id, name, colour, archived_at, updated_at';

/** Cache keys of this domain, under the clinic they belong to. */
export const catalogueKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'catalogue'] as const,
  part: (tenantId: string, part: CataloguePart) => ['tenant', tenantId, 'catalogue', part] as const,
};

/** What shows the catalogue, and the calendar: who and what can do a service, and how long it takes, decide what is free. */
export const affectedByCatalogue = (tenantId: string): QueryKey[] => [
  catalogueKeys.all(tenantId),
  calendarKeys.all(tenantId),
];

const byName = <T extends { name: string }>(entries: T[]): T[] =>
  entries.toSorted((a, b) => a.name.localeCompare(b.name));

/** All providers of a clinic by name, archived ones included. */
export async function listProviders(tenantId: string): Promise<Provider[]> {
  const answer = await supabase()
    .from('providers')
    .select(`${ENTRY}, title, member_id`)
    .eq('tenant_id', tenantId);
  return byName(parseAnswer(z.array(providerSchema), unwrap(answer)));
}

/** All chairs, rooms and equipment of a clinic by name, archived ones included. */
export async function listResources(tenantId: string): Promise<Resource[]> {
  const answer = await supabase().from('resources').select(`${ENTRY}, kind`).eq('tenant_id', tenantId);
  return byName(parseAnswer(z.array(resourceSchema), unwrap(answer)));
}

/** All services of a clinic by name with who and what can do them, archived ones included. */
export async function listServices(tenantId: string): Promise<Service[]> {
  const answer = await supabase()
    .from('services')
    .select(
      `${ENTRY}, duration_minutes, buffer_before_minutes, buffer_after_minutes, price, currency,
       service_providers(provider_id), service_resources(resource_id),
       service_steps(kind, offset_minutes, duration_minutes)`,
    )
    .eq('tenant_id', tenantId);
  return byName(parseAnswer(z.array(serviceSchema), unwrap(answer)));
}

type Written = { tenantId: string; id: string | null; seenUpdatedAt: string | null };

/**
 * Adds a provider (`id` null) or changes one. Throws changed_meanwhile when somebody else has saved since
 * `seenUpdatedAt`.
 */
export async function saveProvider(input: Written & { values: ProviderForm }): Promise<void> {
  const { name, title, colour, member_id } = input.values;
  const values = { name, title, colour, member_id: member_id || null };
  if (input.id === null) {
    unwrap(
      await supabase()
        .from('providers')
        .insert({ tenant_id: input.tenantId, ...values }),
    );
    return;
  }
  const asked = supabase()
    .from('providers')
    .update(values)
    .eq('tenant_id', input.tenantId)
    .eq('id', input.id);
  const seen = input.seenUpdatedAt === null ? asked : asked.eq('updated_at', input.seenUpdatedAt);
  requireChanged(unwrap(await seen.select('id')), input.seenUpdatedAt);
}

/** Adds a chair, room or piece of equipment (`id` null) or changes one; like `saveProvider`. */
export async function saveResource(input: Written & { values: ResourceForm }): Promise<void> {
  if (input.id === null) {
    unwrap(
      await supabase()
        .from('resources')
        .insert({ tenant_id: input.tenantId, ...input.values }),
    );
    return;
  }
  const asked = supabase()
    .from('resources')
    .update(input.values)
    .eq('tenant_id', input.tenantId)
    .eq('id', input.id);
  const seen = input.seenUpdatedAt === null ? asked : asked.eq('updated_at', input.seenUpdatedAt);
  requireChanged(unwrap(await seen.select('id')), input.seenUpdatedAt);
}

/** Adds a service (`id` null) or changes one, with the whole lists of who and what can do it. */
export async function saveService(
  input: Written & { values: ServiceValues; providerIds: string[]; resourceIds: string[] },
): Promise<void> {
  const answer = await supabase().rpc('save_service', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    service_id: input.id as string,
    fields: input.values,
    provider_ids: input.providerIds,
    resource_ids: input.resourceIds,
    seen_updated_at: input.seenUpdatedAt ?? undefined,
  });
  unwrap(answer);
}

/** Replaces the steps of a service. */
export async function saveSteps(tenantId: string, serviceId: string, steps: ServiceStep[]): Promise<void> {
  unwrap(await supabase().rpc('set_service_steps', { tenant_id: tenantId, service_id: serviceId, steps }));
}

/** Takes an entry out of use or back into it. */
export async function setArchived(input: {
  tenantId: string;
  part: CataloguePart;
  id: string;
  isArchived: boolean;
}): Promise<void> {
  const answer = await supabase()
    .from(input.part)
    .update({ archived_at: input.isArchived ? new Date().toISOString() : null })
    .eq('tenant_id', input.tenantId)
    .eq('id', input.id)
    .select('id');
  requireChanged(unwrap(answer), null);
}

/** No row means that there is a newer version, or that the permission to write has ended. */
function requireChanged(rows: unknown[], seenUpdatedAt: string | null): void {
  if (rows.length > 0) return;
  throw seenUpdatedAt === null ? new AppError('not_saved', 403) : new AppError('changed_meanwhile', 409);
}

export const providerOptions = (tenantId: string) =>
  queryOptions({
    queryKey: catalogueKeys.part(tenantId, 'providers'),
    queryFn: () => listProviders(tenantId),
  });
export const resourceOptions = (tenantId: string) =>
  queryOptions({
    queryKey: catalogueKeys.part(tenantId, 'resources'),
    queryFn: () => listResources(tenantId),
  });
export const serviceOptions = (tenantId: string) =>
  queryOptions({ queryKey: catalogueKeys.part(tenantId, 'services'), queryFn: () => listServices(tenantId) });
