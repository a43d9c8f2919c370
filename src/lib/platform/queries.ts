import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import { jobQueueSchema, overviewSchema, type JobQueue, type Overview } from './overview-schemas.ts';
import {
  clinicDetailSchema,
  clinicPageSchema,
  type ClinicDetail,
  type ClinicPage,
  type PageKey,
} from './schemas.ts';
import type { StatusFilter } from './statuses.ts';
import { transitionsSchema, type TransitionsOfEntity } from './transitions.ts';
import { userDetailSchema, userPageSchema, type UserDetail, type UserPage } from './user-schemas.ts';

/** What a super-admin reads. Everybody else is refused by the database. */

/** Cache keys of this domain; all begin alike, so that one call forgets everything an act may have changed. */
export const platformKeys = {
  all: ['platform'] as const,
  overview: ['platform', 'overview'] as const,
  jobQueue: ['platform', 'jobs'] as const,
  clinicList: (filter: ListFilter) => ['platform', 'clinics', 'list', filter] as const,
  clinic: (clinicId: string) => ['platform', 'clinics', clinicId] as const,
  userList: (filter: ListFilter) => ['platform', 'users', 'list', filter] as const,
  user: (userId: string) => ['platform', 'users', userId] as const,
  transitions: ['platform', 'transitions'] as const,
};

/** What a list is narrowed down to; empty texts mean everything. */
export type ListFilter = { search: string; status: StatusFilter };

const PAGE_SIZE = 50;

/** Counts, health, sign-ups of the last 90 days and the latest events. */
export async function readOverview(): Promise<Overview> {
  return parseAnswer(overviewSchema, unwrap(await supabase().rpc('admin_overview')));
}

/** How much waits in the job queue, and the jobs that failed for good. */
export async function readJobQueue(): Promise<JobQueue> {
  return parseAnswer(jobQueueSchema, unwrap(await supabase().rpc('admin_job_queue')));
}

/** One page of all clinics by name, searched in name and address. */
export async function listClinics(filter: ListFilter, after: PageKey | null): Promise<ClinicPage> {
  const answer = await supabase().rpc('admin_list_tenants', pageArguments(filter, after));
  return parseAnswer(clinicPageSchema, unwrap(answer));
}

/** One clinic with its members, invitations and support grants. */
export async function readClinic(clinicId: string): Promise<ClinicDetail> {
  const answer = await supabase().rpc('admin_get_tenant', { tenant_id: clinicId });
  return parseAnswer(clinicDetailSchema, unwrap(answer));
}

/** One page of all people with an account by last name, searched in name and address. */
export async function listUsers(filter: ListFilter, after: PageKey | null): Promise<UserPage> {
  const answer = await supabase().rpc('admin_list_users', pageArguments(filter, after));
  return parseAnswer(userPageSchema, unwrap(answer));
}

/** One person with their memberships and the invitations to their address. */
export async function readUser(userId: string): Promise<UserDetail> {
  const answer = await supabase().rpc('admin_get_user', { user_id: userId });
  return parseAnswer(userDetailSchema, unwrap(answer));
}

/** The permitted changes of status, from the table that the database's own guards read. */
export async function listTransitions(): Promise<TransitionsOfEntity[]> {
  const answer = await supabase().rpc('admin_list_status_transitions');
  return parseAnswer(transitionsSchema, unwrap(answer)).entities;
}

function pageArguments({ search, status }: ListFilter, after: PageKey | null) {
  return {
    search: search || undefined,
    status: status || undefined,
    after_name: after?.after_name,
    after_id: after?.after_id,
    page_size: PAGE_SIZE,
  };
}

export const overviewOptions = () =>
  queryOptions({ queryKey: platformKeys.overview, queryFn: readOverview, refetchInterval: 60_000 });

export const jobQueueOptions = () =>
  queryOptions({ queryKey: platformKeys.jobQueue, queryFn: readJobQueue, refetchInterval: 60_000 });

export const clinicListOptions = (filter: ListFilter) =>
  infiniteQueryOptions({
    queryKey: platformKeys.clinicList(filter),
    queryFn: ({ pageParam }) => listClinics(filter, pageParam),
    initialPageParam: null as PageKey | null,
    getNextPageParam: (page) => page.next,
  });

export const clinicOptions = (clinicId: string) =>
  queryOptions({ queryKey: platformKeys.clinic(clinicId), queryFn: () => readClinic(clinicId) });

export const userListOptions = (filter: ListFilter) =>
  infiniteQueryOptions({
    queryKey: platformKeys.userList(filter),
    queryFn: ({ pageParam }) => listUsers(filter, pageParam),
    initialPageParam: null as PageKey | null,
    getNextPageParam: (page) => page.next,
  });

export const userOptions = (userId: string) =>
  queryOptions({ queryKey: platformKeys.user(userId), queryFn: () => readUser(userId) });

export const transitionsOptions = () =>
  queryOptions({ queryKey: platformKeys.transitions, queryFn: listTransitions, staleTime: Infinity });
