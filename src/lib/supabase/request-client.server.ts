import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { createServerClient } from '@supabase/ssr';
import type { RequestEvent } from '@sveltejs/kit';
import { isServedOverHttps } from '#lib/security/origin.server.ts';
import type { Database } from './database.types.ts';

/** A client for one request, acting as whoever holds the request's session cookie. */
export function createRequestClient(event: RequestEvent) {
  return createServerClient<Database>(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    cookies: {
      getAll: () => event.cookies.getAll(),
      setAll: (cookies) => {
        for (const { name, value, options } of cookies) {
          // The browser's own client must be able to read the session, so it is not httpOnly.
          event.cookies.set(name, value, {
            ...options,
            path: '/',
            sameSite: 'lax',
            httpOnly: false,
            secure: isServedOverHttps(event),
          });
        }
      },
    },
  });
}
