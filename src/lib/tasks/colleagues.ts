import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';

const colleagueSchema = z.object({
  user_id: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  role: z.enum(['owner', 'staff']),
  /** Somebody who has left is still named where they did something. */
  is_active: z.boolean(),
});
/** Somebody who works at the clinic, or did. */
export type Colleague = z.output<typeof colleagueSchema>;

const answerSchema = z.object({ colleagues: z.array(colleagueSchema) });

/** Everybody who works at the clinic or did, by name. */
export async function listColleagues(tenantId: string): Promise<Colleague[]> {
  const answer = await supabase().rpc('list_colleagues', { tenant_id: tenantId, include_former: true });
  return parseAnswer(answerSchema, unwrap(answer)).colleagues;
}

export const colleagueOptions = (tenantId: string) =>
  queryOptions({
    queryKey: ['tenant', tenantId, 'colleagues'] as const,
    queryFn: () => listColleagues(tenantId),
    staleTime: 60_000,
  });

/** The name of the member with this id; of a program where there is none. */
export function colleagueName(colleagues: Colleague[], userId: string | null): string {
  if (userId === null) return m.note_by_program();
  const found = colleagues.find(({ user_id }) => user_id === userId);
  return (found && displayName({ ...found, email: null })) || m.colleague_unknown();
}
