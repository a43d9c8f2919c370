// POST { wait?: boolean } on a schedule, with the header x-cron-secret: mails the day's digest of the audit log to the
// super-admins. Answers 202 at once and works on; with `wait` it answers 200 with what became of each anchor.
import { withSupabase } from '@supabase/server';
import { anchorAudit, anchorAuditInput, claimedAnchor } from '../_shared/audit/anchor-audit.ts';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { requireCronCaller } from '../_shared/http/cron-caller.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { callExternal } from '../_shared/http/external-call.ts';
import { readInput } from '../_shared/http/input.ts';
import { createLog } from '../_shared/logging/log.ts';
import { readMailConfiguration } from '../_shared/mail/mail-configuration.ts';
import { mailOutcome, resendRequest } from '../_shared/mail/resend.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const name = 'anchor-audit';
const cronSecret = Deno.env.get('CRON_SECRET');
const levels = { sent: 'info', not_configured: 'warn', failed: 'error' } as const;
const mail = readMailConfiguration((key) => Deno.env.get(key));

const work = withSupabase({ auth: 'none', cors: 'disabled' }, async (request, { supabaseAdmin }) => {
  const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
  const log = createLog({ function: name, request_id: requestId });
  const { wait } = await readInput(request, anchorAuditInput);

  // The service role: no person is at hand, and only it may claim anchors.
  const call = async (rpc: string, values: Record<string, unknown> = {}): Promise<unknown> => {
    const { data, error } = await supabaseAdmin.rpc(rpc, values);
    if (error) throw fromDatabaseError(error);
    return data;
  };

  const run = anchorAudit(mail, {
    claim: async () => claimedAnchor.parse(await call('claim_audit_anchor')),
    recordDelivery: async (day, outcome, error) => {
      await call('record_audit_anchor_delivery', { day, outcome, error });
      log[levels[outcome]]('audit_anchor', { day, outcome, reason: error });
    },
    sendMail: async (configuration, message, secrets) =>
      mailOutcome(await callExternal(resendRequest(configuration, message), { log, requestId }), secrets),
  });
  if (wait) return Response.json({ anchors: await run });
  EdgeRuntime.waitUntil(run.catch((error: unknown) => log.error('failed', { error })));
  return Response.json({}, { status: 202 });
});

const handler = async (request: Request): Promise<Response> => {
  requireCronCaller(request, cronSecret);
  return work(request);
};

// No browser calls it, so no site is allowed to.
export default { fetch: endpoint({ name, method: 'POST', appUrl: undefined }, handler) };
