import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

const provider = z.enum(['openai', 'gemini', 'exa', 'custom']);
export type Provider = z.output<typeof provider>;

export const providerKeySchema = z.object({
  id: z.string(),
  provider,
  base_url: z.string(),
  model: z.string(),
  state: z.enum(['untested', 'working', 'failing']),
  checked_at: z.nullable(z.string()),
  last_error_code: z.nullable(z.string()),
  last_four: z.string(),
  /** Whether suggested replies use it. */
  is_used: z.boolean(),
});
/** A clinic's key of an AI provider, known by its last four characters. Timestamps are ISO strings. */
export type ProviderKey = z.output<typeof providerKeySchema>;

/** What came of trying a key; `key` when it is stored. */
export const keyAnswerSchema = z.object({
  ok: z.boolean(),
  code: z.string(),
  key: z.optional(providerKeySchema),
});
export type KeyAnswer = z.output<typeof keyAnswerSchema>;

export const keyFormSchema = z
  .object({
    provider,
    api_key: z.string().check(z.trim()),
    base_url: z.string().check(z.trim()),
    model: z.string().check(z.trim(), z.maxLength(100, { error: () => m.field_too_long({ max: 100 }) })),
  })
  .check(
    z.refine((values) => values.provider !== 'custom' || /^https?:\/\/\S+$/.test(values.base_url), {
      error: () => m.error_provider_url_invalid(),
      path: ['base_url'],
    }),
    z.refine((values) => values.provider !== 'custom' || values.model !== '', {
      error: () => m.error_provider_model_required(),
      path: ['model'],
    }),
  );
export type KeyForm = z.output<typeof keyFormSchema>;
