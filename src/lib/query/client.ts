import { browser } from '$app/env';
import { tenancyKeys } from '#lib/tenancy/queries.ts';
import { toAppError } from '#lib/supabase/errors.ts';
import { MutationCache, QueryCache, QueryClient, type QueryKey } from '@tanstack/svelte-query';

/**
 * The browser's cache of what the API answered. A refusal (403, 404) may mean that somebody's access ended, so
 * it is followed by reading the access again; a lost session (401) is handed to `onSessionLost`.
 */
export function createQueryClient(onSessionLost: () => void): QueryClient {
  const afterFailure = (error: unknown) => {
    const { status, code } = toAppError(error);
    if (status === 401) onSessionLost();
    else if (status === 403 || status === 404 || code === 'not_saved') recheckAccess(client);
  };
  const client = new QueryClient({
    queryCache: new QueryCache({
      onError: (error, query) => {
        if (query.queryKey[0] === tenancyKeys.access[0] && toAppError(error).status !== 401) return;
        afterFailure(error);
      },
    }),
    mutationCache: new MutationCache({ onError: afterFailure }),
    defaultOptions: {
      queries: {
        // The server renders the frame; lists are read by the browser with the person's own token.
        enabled: browser,
        staleTime: 5_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        // Offline, a request fails at once and the page says so, instead of waiting in silence.
        networkMode: 'always',
        retry: (count, error) => count < 2 && isPassing(error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
  return client;
}

/**
 * Does something that changes data, then forgets what the cache knew under `affects`. Failures are thrown on,
 * after the cache has looked at what they say about the person's access.
 */
export async function perform<T>(
  client: QueryClient,
  affects: readonly QueryKey[],
  act: () => Promise<T>,
): Promise<T> {
  const result = await client.getMutationCache().build(client, { mutationFn: act }).execute(undefined);
  await Promise.all(affects.map((queryKey) => client.invalidateQueries({ queryKey })));
  return result;
}

/** Reads again who may enter what; pages follow when the answer changed. */
export function recheckAccess(client: QueryClient): void {
  void client.invalidateQueries({ queryKey: tenancyKeys.access });
}

/** Whether trying again soon may help: nothing answered, or the server had a bad moment. */
function isPassing(error: unknown): boolean {
  const { status } = toAppError(error);
  return status <= 0 || status >= 500;
}
