import { toAppError } from '#lib/supabase/errors.ts';
import type { Factor, SupabaseClient } from '@supabase/supabase-js';

/** Who is signed in, as verified from the access token of this request. */
export type Session = {
  userId: string;
  email: string;
  /** Whether this session has given the code of a second device. */
  hasGivenCode: boolean;
  /** Whether the person has such a device and still has to give its code. */
  awaitsCode: boolean;
};

/**
 * Reads and verifies the session; null without a valid one, "unknown" when the Auth service, which may be needed
 * to verify it, did not answer: nobody is signed out because of that.
 */
export async function readSession(supabase: SupabaseClient): Promise<Session | 'unknown' | null> {
  const { data, error } = await supabase.auth.getClaims();
  if (error) return toAppError(error).code === 'network' ? 'unknown' : null;
  if (!data) return null;
  const hasGivenCode = data.claims.aal === 'aal2';
  const awaitsCode = !hasGivenCode && (await remembersDevice(supabase));
  return { userId: data.claims.sub, email: data.claims.email ?? '', hasGivenCode, awaitsCode };
}

/**
 * Whether the session's cookie knows of a verified device. Nothing depends on it but which page is shown: what needs
 * the code is refused by the database and the Auth service.
 */
async function remembersDevice(supabase: SupabaseClient): Promise<boolean> {
  const { data } = await supabase.auth.getSession();
  if (!data.session) return false;
  // Read past the client's wrapper, which would log a warning for every request.
  const factors = Object.getOwnPropertyDescriptor(data.session.user, 'factors')?.value as
    Factor[] | undefined;
  return factors?.some(({ status }) => status === 'verified') ?? false;
}
