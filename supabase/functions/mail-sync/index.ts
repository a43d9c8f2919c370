// POST { account_id, wait?: boolean }: fetches what is new in a mailbox.
// On a schedule, with the header x-cron-secret: answers 202 at once and works on; with `wait` 200 with what came of it.
// By a member of the clinic ("sync now"): 200 with what came of it. Either way { skipped } when there is nothing to do.
import { withSupabase } from '@supabase/server';
import type { SupabaseClient } from '@supabase/supabase-js';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { mayReachLoopback } from '../_shared/http/address-guard.ts';
import { requireCronCaller } from '../_shared/http/cron-caller.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { resolveNames } from '../_shared/http/resolve-names.ts';
import { claimed } from '../_shared/inbox/sync/mail-store.ts';
import { mailSyncInput, runClaim } from '../_shared/inbox/sync/run-claim.ts';
import { createLog } from '../_shared/logging/log.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const name = 'mail-sync';
const read = (key: string) => Deno.env.get(key);
const guard = { resolve: resolveNames, allowLoopback: mayReachLoopback(read) };

/** The service role: nobody else may take the lease of a mailbox, read its password or store mail. */
async function begin(
  admin: SupabaseClient,
  accountId: string,
  cause: 'schedule' | 'member',
  actorId: string | null,
) {
  const call = async (rpc: string, values: Record<string, unknown>): Promise<unknown> => {
    const { data, error } = await admin.rpc(rpc, values);
    if (error) throw fromDatabaseError(error);
    return data;
  };
  const answer = claimed.parse(
    await call('claim_mail_account', { account_id: accountId, cause, actor_id: actorId }),
  );
  if ('skipped' in answer) return { skipped: answer };
  const log = createLog({ function: name, run_id: answer.run_id, account_id: accountId, cause });
  const run = runClaim(answer, { call, guard, log, storage: admin.storage, setting: read });
  return { run, runId: answer.run_id, log };
}

const scheduled = withSupabase({ auth: 'none', cors: 'disabled' }, async (request, { supabaseAdmin }) => {
  const { account_id, wait } = await readInput(request, mailSyncInput);
  const begun = await begin(supabaseAdmin, account_id, 'schedule', null);
  if ('skipped' in begun) return Response.json(begun.skipped, { status: wait ? 200 : 202 });
  if (wait) return Response.json(await begun.run);
  EdgeRuntime.waitUntil(begun.run.catch((error: unknown) => begun.log.error('failed', { error })));
  return Response.json({ run_id: begun.runId }, { status: 202 });
});

const byMember = withSupabase(
  { auth: 'user', cors: 'disabled' },
  async (request, { supabase, supabaseAdmin, userClaims }) => {
    const { account_id } = await readInput(request, mailSyncInput);
    // As the person, so that the database says whether the mailbox is one of their clinic.
    const { error } = await supabase.rpc('check_sync_now', { account_id });
    if (error) throw fromDatabaseError(error);
    const begun = await begin(supabaseAdmin, account_id, 'member', userClaims?.id ?? null);
    return Response.json('skipped' in begun ? begun.skipped : await begun.run);
  },
);

const handler = async (request: Request): Promise<Response> => {
  if (!request.headers.has('x-cron-secret')) return byMember(request);
  requireCronCaller(request, read('CRON_SECRET'));
  return scheduled(request);
};

export default { fetch: endpoint({ name, method: 'POST', appUrl: read('APP_URL') }, handler) };
