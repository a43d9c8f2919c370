import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { createFeed, feedKeys, revokeFeed } from './queries.ts';
import type { Feed, FeedForm } from './schemas.ts';

/** What can be done with a clinic's calendar feeds. */
export function feedActions(queries: QueryClient, tenantId: string) {
  const affected = [feedKeys.all(tenantId)];
  return {
    /** Makes a feed and returns its address. Throws what went wrong. */
    create: (values: FeedForm): Promise<string> =>
      perform(queries, affected, () => createFeed({ tenantId, values })),

    /** Ends a feed for good; true when that worked. */
    revoke: async (feed: Feed): Promise<boolean> => {
      try {
        await perform(queries, affected, () => revokeFeed({ tenantId, feedId: feed.id }));
        confirmDone(m.feed_was_revoked({ name: feed.name }));
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },
  };
}
