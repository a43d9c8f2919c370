import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  keyAnswerSchema,
  providerKeySchema,
  type KeyAnswer,
  type KeyForm,
  type ProviderKey,
} from './schemas.ts';

/** Cache keys of this part, under the clinic they belong to. */
export const providerKeyKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'provider-keys'] as const,
};

/** The clinic's keys. Owners only. */
export async function listProviderKeys(tenantId: string): Promise<ProviderKey[]> {
  const answer = await supabase().rpc('list_provider_keys', { tenant_id: tenantId });
  return parseAnswer(z.array(providerKeySchema), unwrap(answer));
}

/** Tries a key with one call, the stored one when none is given, and keeps it when told to. A refusal is an answer. */
export async function tryProviderKey(input: {
  action: 'test' | 'save';
  tenantId: string;
  values: KeyForm;
}): Promise<KeyAnswer> {
  const { provider, base_url, model, api_key } = input.values;
  const answer = await supabase().functions.invoke<unknown>('provider-keys', {
    body: {
      action: input.action,
      tenant_id: input.tenantId,
      provider,
      settings: { base_url, model },
      api_key: api_key || null,
    },
  });
  return unwrapFunction(keyAnswerSchema, answer);
}

/** Erases a key for good. */
export async function deleteProviderKey(input: { tenantId: string; keyId: string }): Promise<void> {
  unwrap(await supabase().rpc('delete_provider_key', { tenant_id: input.tenantId, key_id: input.keyId }));
}

export const providerKeyOptions = (tenantId: string) =>
  queryOptions({ queryKey: providerKeyKeys.all(tenantId), queryFn: () => listProviderKeys(tenantId) });
