import type { ExternalAnswer, ExternalRequest } from '../http/external-call.ts';
import { parseRetryAfter } from '../http/retry.ts';
import type { MailConfiguration } from '../mail/mail-configuration.ts';
import {
  mailOutcome,
  type OutgoingMail,
  resendRequest,
  type ResendError,
  resendError,
} from '../mail/resend.ts';

export type JobMail = Omit<OutgoingMail, 'idempotencyKey'>;

/**
 * - `not_configured`: mail is not set up here
 * - `refused`: the provider will not take this mail, however often it is asked
 * - `already_sent`: a mail of this key has gone out, with another text
 * - `unavailable`: the provider could not be reached, was busy or does not accept our account at the moment
 */
export type MailTrouble = 'not_configured' | 'refused' | 'already_sent' | 'unavailable';

/** A mail that did not go out. Left to itself it makes the job fail: for good where another attempt cannot help. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
  readonly trouble: MailTrouble;
  readonly isFinal: boolean;
  readonly retryAfterSeconds: number | null;

  constructor(trouble: MailTrouble, reason: string, retryAfterSeconds: number | null = null) {
    super(reason);
    this.trouble = trouble;
    this.isFinal = trouble === 'refused' || trouble === 'already_sent';
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface MailerOptions {
  configuration: MailConfiguration;
  call: (request: ExternalRequest) => Promise<ExternalAnswer>;
  now: () => number;
}

export type Mailer = (
  mail: JobMail,
  idempotencyKey: string,
  /** Asked before the mail leaves, because it may have waited for others. */
  mayGo?: () => void,
) => Promise<{ providerId: string | null }>;

/** Sends mails one after the other, because the provider takes only a few requests a second of all senders together. */
export function createMailer({ configuration, call, now }: MailerOptions): Mailer {
  let previous: Promise<unknown> = Promise.resolve();

  const send: Mailer = async (mail, idempotencyKey, mayGo) => {
    if (!configuration.ready) throw new MailNotSent('not_configured', configuration.reason);
    mayGo?.();
    const answer = await call(resendRequest(configuration, { ...mail, idempotencyKey }));
    const result = mailOutcome(answer, [configuration.apiKey]);
    if (result.outcome === 'sent') return { providerId: result.providerId };
    const retryAfter =
      answer.kind === 'answered' ? parseRetryAfter(answer.headers.get('retry-after'), now()) : null;
    throw new MailNotSent(
      troubleOf(resendError(answer)),
      result.reason,
      retryAfter === null ? null : Math.ceil(retryAfter / 1_000),
    );
  };

  return (...args) => {
    const turn = previous.then(() => send(...args));
    previous = turn.catch(() => undefined);
    return turn;
  };
}

/** Errors of the account (401, 403, 451) count as unavailable: somebody puts them right, and the mail is still wanted. */
function troubleOf(error: ResendError | null): MailTrouble {
  if (error?.name === 'invalid_idempotent_request') return 'already_sent';
  return error?.status === 400 || error?.status === 422 ? 'refused' : 'unavailable';
}
