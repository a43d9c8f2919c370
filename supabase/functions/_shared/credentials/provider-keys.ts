import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import type { ProviderAccess, ProviderProblem } from './ai-providers.ts';

const provider = z.enum(['openai', 'gemini', 'exa', 'custom']);
export const providerKeyInput = z.object({
  action: z.enum(['test', 'save']),
  tenant_id: z.uuid(),
  provider,
  settings: z.object({ base_url: z.string().max(500).nullish(), model: z.string().max(500).nullish() }),
  api_key: z.string().max(1_000).nullish(),
});
export type ProviderKeyInput = z.infer<typeof providerKeyInput>;

/** The answer of `check_provider_key`. */
export const checkedKey = z.object({
  key_id: z.uuid().nullable(),
  can_use_stored: z.boolean(),
  settings: z.object({ provider, base_url: z.string(), model: z.string() }),
});

export interface ProviderKeyAnswer {
  ok: boolean;
  code: ProviderProblem | 'ok';
  message: string;
  key?: unknown;
}

export interface ProviderKeySteps {
  /** As the person: whether they may, and the settings in their form. */
  check(): Promise<z.infer<typeof checkedKey>>;
  readKey(keyId: string): Promise<string>;
  newId(): string;
  /** Asks the provider; what is wrong, or null. */
  attempt(access: ProviderAccess, key: string): Promise<ProviderProblem | null>;
  store(
    keyId: string,
    access: ProviderAccess,
    key: string | null,
    problem: ProviderProblem | null,
  ): Promise<unknown>;
  record(keyId: string, problem: ProviderProblem | null): Promise<void>;
}

const sentences: Readonly<Record<ProviderProblem | 'ok', string>> = {
  ok: 'Works.',
  key_refused: 'The provider refused the key.',
  quota_used_up: 'The key is right, but its credit is used up.',
  throttled: 'The provider asks for a pause. Please try again in a minute.',
  model_unknown: 'The provider does not know this model, or the key may not use it.',
  host_not_allowed: 'This server is not on the public internet.',
  host_not_found: 'There is no server of this name.',
  unreachable: 'The provider could not be reached.',
  unexpected_answer: 'The answer was not that of such a provider.',
};

/** These say nothing about the key, or that it is right. */
const passing: ReadonlySet<string> = new Set(['throttled', 'unreachable']);
const storable: ReadonlySet<string> = new Set([...passing, 'quota_used_up']);

/**
 * Tries a provider key with one call, and when told to save keeps it, unless the provider refuses it. That it does is an
 * answer, not an error: `{ ok: false, code, message }`. A key that could not be tried, or whose credit is used up, is kept:
 * then `key` is in the answer beside `ok: false`.
 *
 * @throws AppError 422 `provider_key_required`, `provider_key_invalid`; what `check` and `store` refuse with
 */
export async function providerKey(
  input: ProviderKeyInput,
  steps: ProviderKeySteps,
): Promise<ProviderKeyAnswer> {
  const { key_id, can_use_stored, settings } = await steps.check();
  const given = input.api_key?.trim() || null;
  if (given !== null && !/^[\x21-\x7e]{8,500}$/.test(given))
    throw new AppError(
      422,
      'provider_key_invalid',
      'This is not a key: it has other characters, or is too short.',
    );
  if (given === null && (key_id === null || !can_use_stored))
    throw new AppError(422, 'provider_key_required', 'Enter the key.');

  const problem = await steps.attempt(settings, given ?? (await steps.readKey(key_id ?? '')));
  const code = problem ?? 'ok';
  const answer: ProviderKeyAnswer = { ok: problem === null, code, message: sentences[code] };
  if (input.action === 'save' && (problem === null || storable.has(problem)))
    return { ...answer, key: await steps.store(key_id ?? steps.newId(), settings, given, problem) };
  if (given === null && key_id !== null && !passing.has(code)) await steps.record(key_id, problem);
  return answer;
}
