import { withToasts } from '#lib/components/ui/toaster/index.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { problemSentence, providerLabels } from './labels.ts';
import { deleteProviderKey, providerKeyKeys, tryProviderKey } from './queries.ts';
import type { KeyAnswer, KeyForm, ProviderKey } from './schemas.ts';

/** What owners can do with the clinic's keys of AI providers. */
export function providerKeyActions(queries: QueryClient, tenantId: string) {
  const affected = [providerKeyKeys.all(tenantId)];
  const tryOut = (action: 'test' | 'save', values: KeyForm): Promise<KeyAnswer> =>
    perform(queries, affected, () => tryProviderKey({ action, tenantId, values }));
  const warn = (sentence: string): void => void withToasts((toast) => toast.warning(sentence));
  return {
    /** Keeps a key that works, or that could not be tried. Throws what went wrong on our side. */
    save: async (values: KeyForm): Promise<KeyAnswer> => {
      const answer = await tryOut('save', values);
      const provider = providerLabels[values.provider]();
      if (answer.ok) confirmDone(m.aikey_works({ provider }));
      else if (answer.key) warn(m.aikey_saved_untried({ reason: problemSentence(answer.code) }));
      return answer;
    },

    test: async ({ provider, base_url, model }: ProviderKey): Promise<void> => {
      try {
        const { ok, code } = await tryOut('test', { provider, base_url, model, api_key: '' });
        if (ok) confirmDone(m.aikey_works({ provider: providerLabels[provider]() }));
        else warn(problemSentence(code));
      } catch (error) {
        handleError(error);
      }
    },

    /** True when it is gone. */
    remove: async (key: ProviderKey): Promise<boolean> => {
      try {
        await perform(queries, affected, () => deleteProviderKey({ tenantId, keyId: key.id }));
        confirmDone(m.aikey_was_deleted({ provider: providerLabels[key.provider]() }));
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },
  };
}
