import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { createBrowserClient } from '@supabase/ssr';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { Database } from './database.types.ts';

export type ChairsideClient = SupabaseClient<Database>;

/**
 * The browser's one Supabase client; its session lives in cookies that the server reads too.
 * Call it in the browser only (event handlers, queries, effects).
 */
export function supabase(): ChairsideClient {
  return createBrowserClient<Database>(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    // Links in mail carry a token_hash to /auth/confirm, never a session in the URL.
    auth: { detectSessionInUrl: false },
    cookieOptions: { path: '/', sameSite: 'lax', secure: location.protocol === 'https:' },
  });
}
