import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { keepPreviousData, queryOptions } from '@tanstack/svelte-query';
import { dashboardSchema, type Dashboard, type Period } from './schemas.ts';

/** Cache keys of this domain, under the clinic they belong to. */
export const dashboardKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'dashboard'] as const,
  of: (tenantId: string, period: Period) => ['tenant', tenantId, 'dashboard', period] as const,
};

/** The clinic at a glance over the last 7, 30 or 90 days: everything the page shows, in one request. */
export async function readDashboard(tenantId: string, period: Period): Promise<Dashboard> {
  const answer = await supabase().rpc('dashboard', { tenant_id: tenantId, days: Number(period) });
  return parseAnswer(dashboardSchema, unwrap(answer));
}

export const dashboardOptions = (tenantId: string, period: Period) =>
  queryOptions({
    queryKey: dashboardKeys.of(tenantId, period),
    queryFn: () => readDashboard(tenantId, period),
    placeholderData: keepPreviousData,
    // Others work at the same time: a page left open at the reception stays up to date.
    refetchInterval: 60_000,
  });
