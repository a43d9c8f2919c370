import type { ExternalAnswer, ExternalRequest } from '../http/external-call.ts';
import type { Log } from '../logging/log.ts';
import type { JobMail } from './job-mail.ts';

/** A job of the queue as its handler sees it. */
export interface Job {
  id: string;
  kind: string;
  /** Null for work that belongs to no clinic. */
  tenant_id: string | null;
  payload: Record<string, unknown>;
  /** This attempt included: 1 at first. */
  attempts: number;
}

/** What a handler may use. Everything here refuses once the handler's time is over, so that nothing is done behind the queue's back. */
export interface JobContext {
  /** Calls a function of the database as the service role. Throws AppError with the database's code. */
  rpc(name: string, args?: Record<string, unknown>): Promise<unknown>;
  /**
   * Hands a mail to the provider; mails of one run go out one after the other. The same key never sends twice within 24 hours.
   *
   * @throws MailNotSent
   */
  sendMail(mail: JobMail, idempotencyKey: string): Promise<{ providerId: string | null }>;
  /** One request to somebody else's service, with timeout and retries. Never throws for what the service does. */
  callExternal(request: ExternalRequest): Promise<ExternalAnswer>;
  /** The content of an object of a private bucket; null when there is none. Throws when Storage does not answer. */
  readObject(bucket: string, name: string): Promise<Uint8Array | null>;
  /** A secret or setting of the functions (`supabase secrets set`). */
  setting(name: string): string | undefined;
  /** Address of the app, without a slash at the end; empty when APP_URL is not set. */
  appUrl: string;
  log: Log;
  now(): Date;
  /** Aborted when the handler's time is over: what it has open is to be closed. */
  signal: AbortSignal;
}

/**
 * Does one job, and throws when it could not.
 *
 * It may run again after it has done its work: look whether there is still something to do, and give every mail a key that
 * stays the same. Throw FinalError where trying again cannot help, RetryLater where the moment of the next attempt is known;
 * anything else is tried again after a growing pause.
 */
export type JobHandler = (job: Job, context: JobContext) => Promise<void>;

/** Trying again cannot help: the job is dead at once. The message is kept and shown: no names, no addresses. */
export class FinalError extends Error {
  override readonly name: string = 'FinalError';
}

/** To be tried again at a moment that is known. */
export class RetryLater extends Error {
  override readonly name: string = 'RetryLater';
  readonly retryAfterSeconds: number;

  constructor(message: string, retryAfterSeconds: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}
