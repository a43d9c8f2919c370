import { clientKeys } from '#lib/clients/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { ACTIVITY_GROUPS, type ActivityGroup } from './kinds.ts';
import { activitySchema, type Activity } from './schemas.ts';

const ACTIVITIES_PER_PAGE = 30;

/** The last activity of a page: the next page begins after it. */
export type ActivityPageKey = Pick<Activity, 'occurred_at' | 'id'>;
export type ActivityPage = { activities: Activity[]; next: ActivityPageKey | null };

/** Cache keys; a timeline is kept under its client, so that whatever changes the client reads it again. */
export const activityKeys = {
  of: (tenantId: string, clientId: string) => [...clientKeys.one(tenantId, clientId), 'activities'] as const,
};

/** One page of what happened to a client, newest first. One row more is read to know whether more follow. */
export async function listActivities(input: {
  tenantId: string;
  clientId: string;
  group: ActivityGroup | '';
  after: ActivityPageKey | null;
  pageSize: number;
}): Promise<ActivityPage> {
  const { tenantId, clientId, group, after, pageSize } = input;
  let query = supabase()
    .from('activities')
    .select('id, client_id, occurred_at, kind, actor_id, subject_type, subject_id, summary, details')
    .eq('tenant_id', tenantId)
    .eq('client_id', clientId)
    .order('occurred_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(pageSize + 1);
  if (group) query = query.in('kind', ACTIVITY_GROUPS[group]);
  if (after) {
    // The first condition is what lets Postgres begin in the middle of the index.
    query = query
      .lte('occurred_at', after.occurred_at)
      .or(`occurred_at.lt."${after.occurred_at}",id.lt.${after.id}`);
  }
  const rows = parseAnswer(z.array(activitySchema), unwrap(await query));
  const activities = rows.slice(0, pageSize);
  const last = activities.at(-1);
  const hasMore = rows.length > pageSize;
  return { activities, next: hasMore && last ? { occurred_at: last.occurred_at, id: last.id } : null };
}

export const activityListOptions = (
  tenantId: string,
  clientId: string,
  group: ActivityGroup | '' = '',
  pageSize: number = ACTIVITIES_PER_PAGE,
) =>
  infiniteQueryOptions({
    queryKey: [...activityKeys.of(tenantId, clientId), group, pageSize],
    queryFn: ({ pageParam }) => listActivities({ tenantId, clientId, group, after: pageParam, pageSize }),
    initialPageParam: null as ActivityPageKey | null,
    // Whoever comes from doing something wants to see it here.
    staleTime: 0,
    getNextPageParam: (page) => page.next,
  });
