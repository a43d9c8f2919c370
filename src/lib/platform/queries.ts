import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { invitationSchema, type Invitation, type InviteForm } from '#lib/tenancy/schemas.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import {
  clinicDetailSchema,
  clinicPageSchema,
  clinicSchema,
  createdClinicSchema,
  type Clinic,
  type ClinicDetail,
  type ClinicForm,
  type ClinicPage,
  type ClinicPageKey,
  type CreatedClinic,
} from './schemas.ts';

export const platformKeys = {
  clinics: ['platform', 'clinics'] as const,
  list: (search: string) => ['platform', 'clinics', 'list', search] as const,
  one: (clinicId: string) => ['platform', 'clinics', clinicId] as const,
};

/** One page of all clinics by name, searched in name and address. Super-admins only, like all of this file. */
export async function listClinics(input: {
  search: string;
  after: ClinicPageKey | null;
}): Promise<ClinicPage> {
  const answer = await supabase().rpc('admin_list_tenants', {
    search: input.search || undefined,
    after_name: input.after?.after_name,
    after_id: input.after?.after_id,
    page_size: 50,
  });
  return parseAnswer(clinicPageSchema, unwrap(answer));
}

/** One clinic with its members and invitations. */
export async function readClinic(clinicId: string): Promise<ClinicDetail> {
  return parseAnswer(
    clinicDetailSchema,
    unwrap(await supabase().rpc('admin_get_tenant', { tenant_id: clinicId })),
  );
}

/** Creates a clinic together with its first owner's invitation. */
export async function createClinic(values: ClinicForm): Promise<CreatedClinic> {
  return parseAnswer(createdClinicSchema, unwrap(await supabase().rpc('admin_create_tenant', values)));
}

/** Invites a further owner or staff member, under the seat rule. */
export async function inviteToClinic(clinicId: string, values: InviteForm): Promise<Invitation> {
  const answer = await supabase().rpc('admin_invite', { tenant_id: clinicId, ...values });
  return parseAnswer(invitationSchema, unwrap(answer));
}

/** Suspends a clinic: its people lose access with their next request. */
export async function suspendClinic(clinicId: string, reason: string): Promise<Clinic> {
  const answer = await supabase().rpc('admin_suspend_tenant', { tenant_id: clinicId, reason });
  return parseAnswer(clinicSchema, unwrap(answer));
}

/** Gives a suspended clinic its access back. */
export async function resumeClinic(clinicId: string, reason: string): Promise<Clinic> {
  const answer = await supabase().rpc('admin_resume_tenant', { tenant_id: clinicId, reason });
  return parseAnswer(clinicSchema, unwrap(answer));
}

export const clinicListOptions = (search: string) =>
  infiniteQueryOptions({
    queryKey: platformKeys.list(search),
    queryFn: ({ pageParam }) => listClinics({ search, after: pageParam }),
    initialPageParam: null as ClinicPageKey | null,
    getNextPageParam: (page) => page.next,
  });

export const clinicOptions = (clinicId: string) =>
  queryOptions({ queryKey: platformKeys.one(clinicId), queryFn: () => readClinic(clinicId) });
