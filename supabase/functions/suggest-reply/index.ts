// POST { conversation_id, instruction? } by a member of the clinic: asks the clinic's own AI provider for a reply to the
// conversation and answers with { text, provider, model }: a draft, which nobody but a person sends.
import { withSupabase } from '@supabase/server';
import { decryptSecret, readKeyRing } from '../_shared/credentials/key-ring.ts';
import { mayReachLoopback } from '../_shared/http/address-guard.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { callExternal } from '../_shared/http/external-call.ts';
import { readInput } from '../_shared/http/input.ts';
import { personCall } from '../_shared/http/person-call.ts';
import { pinnedFetch } from '../_shared/http/pinned-fetch.ts';
import { resolveNames } from '../_shared/http/resolve-names.ts';
import { serviceCall } from '../_shared/http/service-call.ts';
import { providerKey } from '../_shared/inbox/suggesting/ask-provider.ts';
import { replyMaterial, suggestReplyInput } from '../_shared/inbox/suggesting/reply-request.ts';
import { suggestReply } from '../_shared/inbox/suggesting/suggest-reply.ts';
import { createLog } from '../_shared/logging/log.ts';

const name = 'suggest-reply';
const read = (key: string) => Deno.env.get(key);
const toProvider = pinnedFetch({ resolve: resolveNames, allowLoopback: mayReachLoopback(read) });

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin }) => {
    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const log = createLog({ function: name, request_id: requestId });
    const input = await readInput(request, suggestReplyInput);
    const asPerson = personCall(supabase, request);
    // The service role, because no person may read a key, not even encrypted. It is told the clinic by the conversation,
    // which was read as the person.
    const asService = serviceCall(supabaseAdmin);

    const suggestion = await suggestReply(input, {
      read: async (conversation_id) =>
        replyMaterial.parse(await asPerson('read_for_reply', { conversation_id })),
      readKey: async (tenant_id) => providerKey.parse(await asService('read_provider_key', { tenant_id })),
      decrypt: async (tenantId, { id, credential }) => {
        const place = { tenantId, ownerTable: 'provider_keys', ownerId: id, field: 'api_key' };
        return credential ? decryptSecret(readKeyRing(read('CREDENTIAL_KEYS')), place, credential) : '';
      },
      use: async (conversation_id) => {
        await asPerson('use_suggestion', { conversation_id });
      },
      call: (external) =>
        callExternal(external, {
          ...{ log, requestId, fetch: toProvider },
          ...{ timeoutMs: 45_000, deadlineMs: 60_000, maxAttempts: 2, maxAnswerBytes: 262_144 },
        }),
      recordCheck: async (key_id, error_code) => {
        await asService('record_provider_key_check', { key_id, error_code });
      },
      setting: read,
      mark: () => crypto.randomUUID(),
    });
    return Response.json(suggestion);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl: read('APP_URL') }, handler) };
