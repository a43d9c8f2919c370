import { AppError } from '#lib/supabase/errors.ts';
import { supabase } from '#lib/supabase/browser.ts';
import type { Database } from '#lib/supabase/database.types.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { savedViewSchema, type SavedView, type ViewPage } from './schemas.ts';

type ViewFilter = Database['public']['Tables']['saved_views']['Row']['filter'];

const COLUMNS = 'id, name, filter';

export const savedViewKeys = {
  of: (tenantId: string, page: ViewPage) => ['tenant', tenantId, 'saved-views', page] as const,
};

/** The views of a page, which everybody in the clinic shares, by name. */
export async function listViews(input: { tenantId: string; page: ViewPage }): Promise<SavedView[]> {
  const answer = await supabase()
    .from('saved_views')
    .select(COLUMNS)
    .eq('tenant_id', input.tenantId)
    .eq('page', input.page)
    .order('name');
  return parseAnswer(z.array(savedViewSchema), unwrap(answer));
}

export async function addView(input: {
  tenantId: string;
  page: ViewPage;
  name: string;
  filter: object;
}): Promise<SavedView> {
  const { tenantId, page, name } = input;
  const answer = await supabase()
    .from('saved_views')
    .insert({ tenant_id: tenantId, page, name, filter: input.filter as ViewFilter })
    .select(COLUMNS)
    .single();
  return parseAnswer(savedViewSchema, unwrap(answer));
}

/** Renames a view, or makes it list something else. "not_saved" when there is no such view any more. */
export async function changeView(input: {
  tenantId: string;
  viewId: string;
  change: { name: string } | { filter: object };
}): Promise<SavedView> {
  const answer = await supabase()
    .from('saved_views')
    .update(input.change as { name?: string; filter?: ViewFilter })
    .eq('tenant_id', input.tenantId)
    .eq('id', input.viewId)
    .select(COLUMNS)
    .maybeSingle();
  const row = unwrap(answer);
  if (!row) throw new AppError('not_saved', 404);
  return parseAnswer(savedViewSchema, row);
}

export async function deleteView(input: { tenantId: string; viewId: string }): Promise<void> {
  unwrap(
    await supabase().from('saved_views').delete().eq('tenant_id', input.tenantId).eq('id', input.viewId),
  );
}

export const savedViewOptions = (tenantId: string, page: ViewPage) =>
  queryOptions({
    queryKey: savedViewKeys.of(tenantId, page),
    queryFn: () => listViews({ tenantId, page }),
    staleTime: 60_000,
  });
