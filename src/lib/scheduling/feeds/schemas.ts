import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

/** A secret address at which calendar programs read appointments. Timestamps are ISO strings. */
export const feedSchema = z.object({
  id: z.string(),
  name: z.string(),
  details: z.enum(['busy', 'names']),
  /** Null for the whole clinic. */
  provider: z.nullable(z.string()),
  /** `stopped`: whoever made it may no longer read what it shows. */
  state: z.enum(['active', 'stopped', 'revoked']),
  last_read_at: z.nullable(z.string()),
  creator: z.object({ first_name: z.string(), last_name: z.string() }),
});
export type Feed = z.output<typeof feedSchema>;

export const createdFeedSchema = z.object({ feed_id: z.string(), token: z.string() });

export const feedFormSchema = z.object({
  name: z.string().check(z.trim(), z.minLength(1, { error: () => m.error_name_required() })),
  /** Empty for the whole clinic. */
  provider_id: z.string(),
  details: z.enum(['busy', 'names']),
});
export type FeedForm = z.output<typeof feedFormSchema>;
