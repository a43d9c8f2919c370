import { PUBLIC_SUPABASE_URL } from '$app/env/public';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { createdFeedSchema, feedSchema, type Feed, type FeedForm } from './schemas.ts';

/** Cache keys of this domain, under the clinic they belong to. */
export const feedKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'calendar-feeds'] as const,
};

/** The feeds one may see: all for owners, one's own for others; those that have ended last. */
export async function listFeeds(tenantId: string): Promise<Feed[]> {
  const answer = await supabase().rpc('list_calendar_feeds', { tenant_id: tenantId });
  return parseAnswer(z.array(feedSchema), unwrap(answer));
}

/** Makes a feed and returns its address, which nobody can be told again. */
export async function createFeed(input: { tenantId: string; values: FeedForm }): Promise<string> {
  const { name, provider_id, details } = input.values;
  const answer = await supabase().rpc('create_calendar_feed', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    provider_id: (provider_id || null) as string,
    name,
    details,
  });
  const { token } = parseAnswer(createdFeedSchema, unwrap(answer));
  return `${PUBLIC_SUPABASE_URL}/functions/v1/calendar-feed/${token}.ics`;
}

/** Ends a feed for good; twice is once. */
export async function revokeFeed(input: { tenantId: string; feedId: string }): Promise<void> {
  unwrap(await supabase().rpc('revoke_calendar_feed', { tenant_id: input.tenantId, feed_id: input.feedId }));
}

export const feedOptions = (tenantId: string) =>
  queryOptions({ queryKey: feedKeys.all(tenantId), queryFn: () => listFeeds(tenantId) });
