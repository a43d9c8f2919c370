import { supabase } from '#lib/supabase/browser.ts';
import type { Database } from '#lib/supabase/database.types.ts';
import { AppError } from '#lib/supabase/errors.ts';
import { unwrap } from '#lib/supabase/result.ts';

/** A clinic's settings of scheduling, of which each page shows some: rules of booking, offers, reminders. */
export type SchedulingSettings = Omit<
  Database['public']['Tables']['scheduling_settings']['Row'],
  'id' | 'tenant_id' | 'updated_at'
>;

/**
 * Changes the given settings and leaves the others alone, which only owners may. Throws not_saved when nothing was
 * changed, as for somebody who is no owner.
 */
export async function changeSchedulingSettings(
  tenantId: string,
  changed: Partial<SchedulingSettings>,
): Promise<void> {
  if (Object.keys(changed).length === 0) return;
  const rows = unwrap(
    await supabase().from('scheduling_settings').update(changed).eq('tenant_id', tenantId).select('id'),
  );
  if (rows.length === 0) throw new AppError('not_saved', 403);
}
