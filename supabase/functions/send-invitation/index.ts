// POST { invitation_id, action: 'send' | 'reveal' } by an owner of the clinic or a super-admin:
// makes a new invitation link and mails it, or shows it once where mail is not set up.
import { withSupabase } from '@supabase/server';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { callExternal } from '../_shared/http/external-call.ts';
import { readInput } from '../_shared/http/input.ts';
import { createLog } from '../_shared/logging/log.ts';
import { readMailConfiguration } from '../_shared/mail/mail-configuration.ts';
import { mailOutcome, resendRequest } from '../_shared/mail/resend.ts';
import {
  issuedInvitation,
  sendInvitation,
  sendInvitationInput,
  shownInvitation,
} from '../_shared/tenancy/send-invitation.ts';

const name = 'send-invitation';
const appUrl = Deno.env.get('APP_URL');
const mail = readMailConfiguration((key) => Deno.env.get(key));

const handler = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabaseAdmin, userClaims, jwtClaims }) => {
    const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
    const log = createLog({ function: name, request_id: requestId });
    const input = await readInput(request, sendInvitationInput);

    // The service role, because a token's hash may be written by no person, not even the inviter: who may
    // write it could make links that "prove" any address. The database checks the actor and whether their
    // session proved a second factor; both come from the verified access token, never from the body.
    const call = async (rpc: string, values: Record<string, unknown>): Promise<unknown> => {
      const { data, error } = await supabaseAdmin.rpc(rpc, { invitation_id: input.invitation_id, ...values });
      if (error) throw fromDatabaseError(error);
      return data;
    };

    const result = await sendInvitation(
      input,
      { appUrl, mail },
      {
        issueToken: async (token_hash, revealed) =>
          issuedInvitation.parse(
            await call('issue_invitation_token', {
              ...{ actor_id: userClaims?.id, actor_assurance: jwtClaims?.aal ?? null },
              ...{ token_hash, revealed },
            }),
          ),
        recordDelivery: async (token_hash, { outcome, error, providerId }) =>
          shownInvitation.parse(
            await call('record_invitation_delivery', { token_hash, outcome, error, provider_id: providerId }),
          ),
        sendMail: async (configuration, message, secrets) =>
          mailOutcome(await callExternal(resendRequest(configuration, message), { log, requestId }), secrets),
      },
    );
    return Response.json(result);
  },
);

export default { fetch: endpoint({ name, method: 'POST', appUrl }, handler) };
