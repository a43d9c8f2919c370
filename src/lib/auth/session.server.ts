import { toAppError } from '#lib/supabase/errors.ts';
import type { SupabaseClient } from '@supabase/supabase-js';

/** Who is signed in, as verified from the access token of this request. */
export type Session = { userId: string; email: string };

/**
 * Reads and verifies the session; null without a valid one, "unknown" when the Auth service, which may be needed
 * to verify it, did not answer: nobody is signed out because of that.
 */
export async function readSession(supabase: SupabaseClient): Promise<Session | 'unknown' | null> {
  const { data, error } = await supabase.auth.getClaims();
  if (error) return toAppError(error).code === 'network' ? 'unknown' : null;
  if (!data) return null;
  return { userId: data.claims.sub, email: data.claims.email ?? '' };
}
