// POST { wait?: boolean, after_seconds?: number } on a schedule, with the header x-cron-secret: does the jobs of the queue that
// are due, after so many seconds. Answers 202 at once and works on; with `wait` it answers 200 with how many were done, failed
// or are dead.
import { withSupabase } from '@supabase/server';
import { fromDatabaseError } from '../_shared/errors/database-error.ts';
import { readObject } from '../_shared/files/read-object.ts';
import { requireCronCaller } from '../_shared/http/cron-caller.ts';
import { endpoint } from '../_shared/http/endpoint.ts';
import { callExternal } from '../_shared/http/external-call.ts';
import { readInput } from '../_shared/http/input.ts';
import { handlers } from '../_shared/jobs/handlers.ts';
import { createMailer } from '../_shared/jobs/job-mail.ts';
import { claimedJobs, failedJob, type JobPorts, runJobs, runJobsInput } from '../_shared/jobs/run-jobs.ts';
import { createLog } from '../_shared/logging/log.ts';
import { readMailConfiguration } from '../_shared/mail/mail-configuration.ts';

declare const EdgeRuntime: { waitUntil(work: Promise<unknown>): void };

const name = 'run-jobs';
const cronSecret = Deno.env.get('CRON_SECRET');
const appUrl = (Deno.env.get('APP_URL') ?? '').replace(/\/+$/, '');
const configuration = readMailConfiguration((key) => Deno.env.get(key));

const work = withSupabase({ auth: 'none', cors: 'disabled' }, async (request, { supabaseAdmin }) => {
  const requestId = request.headers.get('x-request-id') ?? crypto.randomUUID();
  const log = createLog({ function: name, request_id: requestId });
  const { wait, after_seconds } = await readInput(request, runJobsInput);

  // The service role: no person is at hand, and only it may claim and settle jobs.
  const call = async (rpc: string, values: Record<string, unknown> = {}): Promise<unknown> => {
    const { data, error } = await supabaseAdmin.rpc(rpc, values);
    if (error) throw fromDatabaseError(error);
    return data;
  };
  const mailer = createMailer({
    configuration,
    call: (mail) => callExternal(mail, { log, requestId }),
    now: Date.now,
  });

  const ports: JobPorts = {
    claim: async (max_jobs) => claimedJobs.parse(await call('claim_jobs', { max_jobs })),
    finish: async ({ id, lease_token }) => {
      await call('finish_job', { job_id: id, lease_token });
    },
    fail: async ({ id, lease_token }, { error, retryAfterSeconds, isFinal }) => {
      const answer = await call('fail_job', {
        ...{ job_id: id, lease_token, error },
        ...{ retry_after_seconds: retryAfterSeconds, is_final: isFinal },
      });
      return failedJob.parse(answer).state;
    },
    context: (job, signal) => {
      const jobLog = createLog({ function: name, request_id: requestId, job_id: job.id, kind: job.kind });
      return {
        rpc: async (rpc, args) => {
          signal.throwIfAborted();
          return call(rpc, args);
        },
        sendMail: (mail, idempotencyKey) => mailer(mail, idempotencyKey, () => signal.throwIfAborted()),
        callExternal: async (external) => {
          signal.throwIfAborted();
          return callExternal(external, { log: jobLog, requestId });
        },
        readObject: async (bucket, object) => {
          signal.throwIfAborted();
          return readObject(supabaseAdmin.storage, bucket, object);
        },
        setting: (key) => Deno.env.get(key),
        appUrl,
        log: jobLog,
        now: () => new Date(),
        signal,
      };
    },
    log: (level, event, fields) => log[level](event, fields),
  };
  const run = new Promise((resolve) => setTimeout(resolve, after_seconds * 1_000)).then(() =>
    runJobs(handlers, ports),
  );
  if (wait) return Response.json(await run);
  EdgeRuntime.waitUntil(
    run.then(
      (counts) => log.info('jobs_run', { ...counts }),
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
