// POST { wait?: boolean } on a schedule, with the header x-cron-secret: brings the rows of clients' files and their
// objects in step, and removes the contents of mail that is gone. Answers 202 at once and works on; with `wait` it
// answers 200 with what it found and did.
import { withSupabase } from '@supabase/server';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import {
  claimedRemovals,
  comparedFiles,
  settledRemovals,
  sweepFiles,
  sweepFilesInput,
} from '../_shared/files/sweep-files.ts';
import { requireCronCaller } from '../_shared/http/cron-caller.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { readInput } from '../_shared/http/input.ts';
import { createLog } from '../_shared/logging/log.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const name = 'sweep-files';
const cronSecret = Deno.env.get('CRON_SECRET');
/** What should not happen when everybody does their part. */
const unwelcome = ['file_missing', 'removal_failed', 'object_left'];

const work = withSupabase({ auth: 'none', cors: 'disabled' }, async (request, { supabaseAdmin }) => {
  const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
  const log = createLog({ function: name, request_id: requestId });
  const { wait } = await readInput(request, sweepFilesInput);

  // The service role: no person is at hand, and only it may claim and remove.
  const call = async (rpc: string, values: Record<string, unknown> = {}): Promise<unknown> => {
    const { data, error } = await supabaseAdmin.rpc(rpc, values);
    if (error) throw fromDatabaseError(error);
    return data;
  };

  const run = sweepFiles({
    compare: async () => comparedFiles.parse(await call('compare_files')),
    claim: async () => claimedRemovals.parse(await call('claim_file_removals')),
    remove: async (bucketId, names) => {
      const { error } = await supabaseAdmin.storage.from(bucketId).remove(names);
      if (error) throw error;
    },
    settle: async (object_names) =>
      settledRemovals.parse(await call('record_file_removals', { object_names })).removed,
    log: (event, fields) => log[unwelcome.includes(event) ? 'error' : 'info'](event, fields),
  });
  if (wait) return Response.json(await run);
  EdgeRuntime.waitUntil(
    run.then(
      (sweep) => log.info('file_sweep', { ...sweep }),
      (error: unknown) => log.error('failed', { error }),
    ),
  );
  return Response.json({}, { status: 202 });
});

const handler = async (request: Request): Promise<Response> => {
  requireCronCaller(request, cronSecret);
  return work(request);
};

// No browser calls it, so no site is allowed to.
export default { fetch: endpoint({ name, method: 'POST', appUrl: undefined }, handler) };
