import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  anchorListSchema,
  auditPageSchema,
  auditStatusSchema,
  clinicChoiceSchema,
  type Anchor,
  type AuditPage,
  type AuditPageKey,
  type AuditStatus,
  type ClinicChoice,
  type RetentionForm,
} from './schemas.ts';
import type { AuditScope } from './scope.ts';

/** What the API is asked for; `since` and `until` are moments in UTC. */
export type AuditQuestion = {
  actor?: string | undefined;
  action?: string | undefined;
  since?: string | undefined;
  until?: string | undefined;
  search?: string | undefined;
};

/** Cache keys of this domain; a clinic's own trail is kept under the clinic. */
export const auditKeys = {
  /** Every list of the platform's events. */
  all: ['platform', 'audit'] as const,
  of: (scope: AuditScope) =>
    scope.kind === 'clinic'
      ? (['tenant', scope.tenantId, 'audit'] as const)
      : ([...auditKeys.all, scope.tenantId ?? '', scope.targetType ?? '', scope.targetId ?? ''] as const),
  status: ['platform', 'audit-status'] as const,
  anchors: ['platform', 'audit-anchors'] as const,
  clinics: (search: string) => ['platform', 'audit-clinics', search] as const,
  clinic: (id: string) => ['platform', 'audit-clinic', id] as const,
};

/** One page of events, newest first, after `after`. */
export async function listEvents(input: {
  scope: AuditScope;
  question: AuditQuestion;
  after: AuditPageKey | null;
  pageSize: number;
}): Promise<AuditPage> {
  const { scope, pageSize } = input;
  const asked = { ...input.question, ...input.after, page_size: pageSize };
  const answer =
    scope.kind === 'clinic'
      ? await supabase().rpc('list_audit_events', { tenant_id: scope.tenantId, ...asked })
      : await supabase().rpc('admin_list_audit_events', {
          tenant_id: scope.tenantId,
          target_type: scope.targetType,
          target_id: scope.targetId,
          ...asked,
        });
  return parseAnswer(auditPageSchema, unwrap(answer));
}

/** A thousand events for a file; the first page is itself recorded in the audit trail. */
export async function exportEvents(input: {
  scope: AuditScope;
  question: AuditQuestion;
  after: AuditPageKey | null;
  signal: AbortSignal;
}): Promise<AuditPage> {
  const { scope, signal } = input;
  const asked = { ...input.question, ...input.after };
  const answer =
    scope.kind === 'clinic'
      ? await supabase()
          .rpc('export_audit_events', { tenant_id: scope.tenantId, ...asked })
          .abortSignal(signal)
      : await supabase()
          .rpc('admin_export_audit_events', { tenant_id: scope.tenantId, ...asked })
          .abortSignal(signal);
  return parseAnswer(auditPageSchema, unwrap(answer));
}

/** How far the chains reach and what became of the last anchor. Super-admins only, like the rest of this file. */
export async function readAuditStatus(): Promise<AuditStatus> {
  return parseAnswer(auditStatusSchema, unwrap(await supabase().rpc('admin_audit_status')));
}

/** The newest 90 anchors. */
export async function listAnchors(): Promise<Anchor[]> {
  const answer = unwrap(await supabase().rpc('admin_list_audit_anchors'));
  return parseAnswer(anchorListSchema, answer).anchors;
}

/** Changes how many whole months events are kept. */
export async function setRetention(values: RetentionForm): Promise<AuditStatus> {
  return parseAnswer(
    auditStatusSchema,
    unwrap(
      await supabase().rpc('admin_set_audit_retention', { months: values.months, reason: values.reason }),
    ),
  );
}

const clinicChoicesSchema = z.object({ tenants: z.array(clinicChoiceSchema) });

/** The first clinics by name that match a text, to choose one from. */
export async function findClinics(search: string): Promise<ClinicChoice[]> {
  const answer = await supabase().rpc('admin_list_tenants', { search: search || undefined, page_size: 8 });
  return parseAnswer(clinicChoicesSchema, unwrap(answer)).tenants;
}

async function readClinicChoice(id: string): Promise<ClinicChoice> {
  return parseAnswer(clinicChoiceSchema, unwrap(await supabase().rpc('admin_get_tenant', { tenant_id: id })));
}

export const auditListOptions = (scope: AuditScope, question: AuditQuestion, pageSize: number) =>
  infiniteQueryOptions({
    queryKey: [...auditKeys.of(scope), question, pageSize],
    queryFn: ({ pageParam }) => listEvents({ scope, question, after: pageParam, pageSize }),
    initialPageParam: null as AuditPageKey | null,
    // Whoever comes from doing something wants to see it here.
    staleTime: 0,
    getNextPageParam: (page) => page.next,
  });

export const auditStatusOptions = () =>
  queryOptions({ queryKey: auditKeys.status, queryFn: readAuditStatus, refetchInterval: 60_000 });

export const anchorListOptions = () => queryOptions({ queryKey: auditKeys.anchors, queryFn: listAnchors });

export const clinicChoicesOptions = (search: string) =>
  queryOptions({
    queryKey: auditKeys.clinics(search),
    queryFn: () => findClinics(search),
    placeholderData: keepPreviousData,
  });

/** The name of the clinic that an address filters by. */
export const clinicChoiceOptions = (id: string) =>
  queryOptions({ queryKey: auditKeys.clinic(id), queryFn: () => readClinicChoice(id), staleTime: 300_000 });
