import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { createClient } from '@supabase/supabase-js';
import type { Database } from './database.types.ts';

/** A client that is nobody, whoever holds the request's session cookie: for pages of people who have a link and no account. */
export function createAnonymousClient() {
  return createClient<Database>(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}
