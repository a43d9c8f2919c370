import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import * as z from 'zod/mini';

const blockedAnswerSchema = z.object({
  blocked: z.object({ id: z.string() }),
  /** How many visits it covers, which stay. */
  in_the_way_count: z.number(),
});

export type BlockValues = {
  provider_id: string | null;
  resource_id: string | null;
  title: string;
  starts_at: string;
  ends_at: string;
};

/** Keeps a provider, a chair or the whole clinic from being booked; returns how many visits it covers. */
export async function blockTime(tenantId: string, values: BlockValues): Promise<{ covered: number }> {
  const answer = await supabase().rpc('block_time', { tenant_id: tenantId, fields: values });
  return { covered: parseAnswer(blockedAnswerSchema, unwrap(answer)).in_the_way_count };
}

/** Lets a blocked time be booked again. */
export async function unblockTime(tenantId: string, blockedTimeId: string): Promise<void> {
  unwrap(await supabase().rpc('unblock_time', { tenant_id: tenantId, blocked_time_id: blockedTimeId }));
}
