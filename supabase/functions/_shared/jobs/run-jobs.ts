import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { redactText } from '../logging/redact.ts';
import { singleLine } from '../mail/display-text.ts';
import { MailNotSent } from './job-mail.ts';
import { FinalError, type Job, type JobContext, type JobHandler, RetryLater } from './job.ts';

/**
 * `wait` asks for the outcome instead of an answer at once: for calls by hand. `after_seconds` is how long the work waits before
 * it begins: whoever puts in a job for a moment that is seconds away calls with it, because the schedule comes by every minute.
 */
export const runJobsInput = z.object({
  wait: z.boolean().default(false),
  after_seconds: z.number().int().min(0).max(30).default(0),
});

/** What `claim_jobs` returns. */
export const claimedJobs = z.array(
  z.object({
    id: z.string(),
    kind: z.string(),
    tenant_id: z.string().nullable(),
    payload: z.record(z.string(), z.unknown()),
    attempts: z.number(),
    lease_token: z.string(),
  }),
);
export type ClaimedJob = z.infer<typeof claimedJobs>[number];

/** What `fail_job` returns. */
export const failedJob = z.object({ state: z.enum(['waiting', 'dead', 'cancelled']) });
export type StateAfterFailure = z.infer<typeof failedJob>['state'];

export interface JobFailure {
  /** A sentence without secrets and personal data. */
  error: string;
  retryAfterSeconds: number | null;
  isFinal: boolean;
}

/** What the work needs from the outside world. */
export interface JobPorts {
  /** Jobs that are due, leased to this run; none when nothing is left. */
  claim(most: number): Promise<ClaimedJob[]>;
  /** Throws AppError `lease_lost` when the job is no longer this run's. */
  finish(job: ClaimedJob): Promise<void>;
  fail(job: ClaimedJob, failure: JobFailure): Promise<StateAfterFailure>;
  context(job: Job, signal: AbortSignal): JobContext;
  log(level: 'info' | 'warn' | 'error', event: string, fields: Record<string, unknown>): void;
}

export interface JobLimits {
  batch: number;
  /** No batch begins after this. With one more batch of `handlerMs`, a run stays below the 150 s a function may take. */
  runMs: number;
  /** For one job. Well below the lease of three minutes: a job is given up by its own worker before another may take it. */
  handlerMs: number;
  now: () => number;
}

/** How many jobs were done, failed but will be tried again, died, or could not be settled because the lease was gone. */
export interface JobRun {
  done: number;
  failed: number;
  dead: number;
  lost: number;
}

const usualLimits: JobLimits = { batch: 10, runMs: 100_000, handlerMs: 30_000, now: Date.now };

/**
 * Works through what is due, batch by batch, until nothing is left or the time is over. The jobs of a batch run side by side.
 *
 * @throws what claiming throws; whatever a handler does is a result
 */
export async function runJobs(
  handlers: Readonly<Record<string, JobHandler>>,
  ports: JobPorts,
  limits: Partial<JobLimits> = {},
): Promise<JobRun> {
  const { batch, runMs, handlerMs, now } = { ...usualLimits, ...limits };
  const run: JobRun = { done: 0, failed: 0, dead: 0, lost: 0 };
  const end = now() + runMs;
  while (now() < end) {
    const jobs = await ports.claim(batch);
    if (jobs.length === 0) break;
    const outcomes = await Promise.all(jobs.map((job) => runJob(handlers, job, ports, handlerMs)));
    for (const outcome of outcomes) run[outcome] += 1;
  }
  return run;
}

async function runJob(
  handlers: Readonly<Record<string, JobHandler>>,
  job: ClaimedJob,
  ports: JobPorts,
  handlerMs: number,
): Promise<keyof JobRun> {
  const about = { job_id: job.id, kind: job.kind, tenant_id: job.tenant_id, attempts: job.attempts };
  const failure = await attempt(handlers, job, ports, handlerMs);
  try {
    if (!failure) {
      await ports.finish(job);
      ports.log('info', 'job_done', about);
      return 'done';
    }
    const state = await ports.fail(job, failure);
    ports.log(state === 'dead' ? 'error' : 'warn', `job_${state === 'dead' ? 'dead' : 'failed'}`, {
      ...about,
      state,
      reason: failure.error,
    });
    return state === 'dead' ? 'dead' : 'failed';
  } catch (error) {
    // Cancelled meanwhile, by its own work for example; or the database is out of reach, and it is done again when its lease is over.
    if (error instanceof AppError && error.code === 'lease_lost') ports.log('info', 'job_lease_lost', about);
    else ports.log('error', 'job_not_settled', { ...about, error });
    return 'lost';
  }
}

async function attempt(
  handlers: Readonly<Record<string, JobHandler>>,
  claimed: ClaimedJob,
  ports: JobPorts,
  handlerMs: number,
): Promise<JobFailure | null> {
  const handler = Object.hasOwn(handlers, claimed.kind) ? handlers[claimed.kind] : undefined;
  if (!handler) return failureOf(new FinalError(`There is no handler for the kind ${claimed.kind}.`));
  const { lease_token: _, ...job } = claimed;
  const overtime = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeIsUp = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error(`The handler took longer than ${handlerMs / 1_000} s.`);
      overtime.abort(error);
      reject(error);
    }, handlerMs);
  });
  try {
    await Promise.race([handler(job, ports.context(job, overtime.signal)), timeIsUp]);
    return null;
  } catch (error) {
    return failureOf(error);
  } finally {
    clearTimeout(timer);
  }
}

/** What an error means for the queue, in words that may be kept. */
export function failureOf(error: unknown): JobFailure {
  return {
    error: singleLine(withoutPeople(redactText(wordsOf(error))), 500),
    retryAfterSeconds: retryAfterOf(error),
    isFinal: error instanceof FinalError || (error instanceof MailNotSent && error.isFinal),
  };
}

function retryAfterOf(error: unknown): number | null {
  if (error instanceof RetryLater || error instanceof MailNotSent || error instanceof AppError)
    return error.retryAfterSeconds ?? null;
  return null;
}

function wordsOf(error: unknown): string {
  if (error instanceof AppError) {
    // The sentence of an internal error says nothing; its cause does.
    const cause = error.status >= 500 && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return `${error.code}${cause}`;
  }
  return error instanceof Error ? error.message : String(error);
}

/** E-mail addresses and telephone numbers, such as a provider repeats them in its refusal. */
function withoutPeople(text: string): string {
  return text
    .replaceAll(/[^\s@<>"'`(),;:]+@[^\s@<>"'`(),;:]+\.[\p{L}\d-]+/gu, '[address]')
    .replaceAll(/\+\d[\d ().-]{6,}\d|\b\d{9,15}\b/g, '[number]');
}
