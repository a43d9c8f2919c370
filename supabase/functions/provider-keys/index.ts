// POST { action: 'test' | 'save', tenant_id, provider, settings: { base_url?, model? }, api_key? } by an owner of the clinic:
// tries a key of an AI or search provider with one call and answers { ok, code, message }; `save` keeps it and adds { key }.
import { withSupabase } from '@supabase/server';
import { z } from 'zod';
import { providerBaseUrl, providerProblem, trialRequest } from '../_shared/credentials/ai-providers.ts';
import { decryptSecret, encryptSecret, readKeyRing } from '../_shared/credentials/key-ring.ts';
import { checkedKey, providerKey, providerKeyInput } from '../_shared/credentials/provider-keys.ts';
import { AppError } from '../_shared/errors/app-error.ts';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { mayReachLoopback, resolvePublicHost } from '../_shared/http/address-guard.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { callExternal } from '../_shared/http/external-call.ts';
import { readInput } from '../_shared/http/input.ts';
import { pinnedFetch } from '../_shared/http/pinned-fetch.ts';
import { resolveNames } from '../_shared/http/resolve-names.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'provider-keys';
const read = (key: string) => Deno.env.get(key);
const guard = { resolve: resolveNames, allowLoopback: mayReachLoopback(read) };
const credential = z.object({ kid: z.string(), iv: z.string(), ciphertext: z.string() });

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin, userClaims }) => {
    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const log = createLog({ function: name, request_id: requestId });
    const input = await readInput(request, providerKeyInput);
    const { tenant_id, provider, settings } = input;
    const ring = readKeyRing(read('CREDENTIAL_KEYS'));
    const names = (ownerId: string) => ({
      ...{ tenantId: tenant_id, ownerTable: 'provider_keys', ownerId, field: 'api_key' },
    });
    // The service role, because no person may read a key or store one that was not tried out here. Asked only after the
    // database has told the person that the clinic is theirs.
    const call = async (rpc: string, values: Record<string, unknown>): Promise<unknown> => {
      const asked = supabaseAdmin.rpc(rpc, values).setHeader('x-request-id', requestId);
      // Not the person's browser: the API refuses a secret key beside the user agent of one.
      const address = request.headers.get('x-forwarded-for');
      if (address) asked.setHeader('x-forwarded-for', address);
      const { data, error } = await asked;
      if (error) throw fromDatabaseError(error);
      return data;
    };

    const answer = await providerKey(input, {
      check: async () => {
        const { data, error } = await supabase.rpc('check_provider_key', { tenant_id, provider, settings });
        if (error) throw fromDatabaseError(error);
        return checkedKey.parse(data);
      },
      readKey: async (owner_id) => {
        const place = { tenant_id, owner_table: 'provider_keys', owner_id, field: 'api_key' };
        const found = credential.nullable().parse(await call('read_credential', place));
        if (!found) throw new AppError(422, 'provider_key_required', 'Enter the key.');
        return decryptSecret(ring, names(owner_id), found);
      },
      newId: () => crypto.randomUUID(),
      attempt: async (access, key) => {
        const baseUrl = providerBaseUrl(access, read);
        const isNamedByUser = access.provider === 'custom';
        if (isNamedByUser) {
          // Here too, because callExternal says of an address that was refused only that it could not be reached.
          const refused = await resolvePublicHost(new URL(baseUrl).hostname, guard).catch(
            (error: unknown) => error,
          );
          if (refused instanceof AppError)
            return refused.code === 'host_not_found' ? 'host_not_found' : 'host_not_allowed';
        }
        const options = { log, requestId, maxAttempts: 1, timeoutMs: 15_000 };
        const called = await callExternal(trialRequest(access, key, baseUrl), {
          ...options,
          ...(isNamedByUser ? { fetch: pinnedFetch(guard) } : {}),
        });
        return providerProblem(provider, called);
      },
      store: async (id, access, key, problem) => {
        const secret = key === null ? null : await encryptSecret(ring, names(id), key);
        return call('store_provider_key', {
          ...{ actor_id: userClaims?.id, tenant_id, key_id: id, settings: access, error_code: problem },
          credential: secret && { ...secret, last_four: key?.slice(-4) },
        });
      },
      record: async (key_id, error_code) => {
        await call('record_provider_key_check', { key_id, error_code });
      },
    });
    log.info('provider_key_tried', { action: input.action, tenant_id, provider, code: answer.code });
    return Response.json(answer);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: read('APP_URL') }, handler) };
