import { connectionProblem } from '../accounts/connection-problem.ts';
import type { SendOutcome } from './outgoing.ts';

/**
 * How far a mail had got when something went wrong.
 *
 * - `before`: connecting and signing in
 * - `envelope`: sender and recipients, or a text that was only half sent: no server keeps such a mail (RFC 5321 4.1.1.4)
 * - `content`: everything was sent, and the answer is missing
 */
export type SendStage = 'before' | 'envelope' | 'content';

const forGood = new Set([
  ...['password_refused', 'app_password_needed', 'certificate_invalid', 'tls_required', 'not_smtp'],
  ...['host_not_found', 'host_not_allowed', 'port_blocked'],
]);

/**
 * What an error of nodemailer means for the mail. A server's answer is final; silence is not.
 *
 * Texts of the server are left out: they repeat addresses and more. The recipients that it refused are ours to name.
 */
export function sendProblem(error: unknown, stage: SendStage): SendOutcome {
  const { responseCode, response, rejected } = facts(error);
  if (stage === 'before') {
    const code = connectionProblem(error, 'smtp', false);
    if (forGood.has(code)) return { outcome: 'failed', code };
    return { outcome: 'retry', code, retryAfterSeconds: code === 'throttled' ? 300 : 60 };
  }
  if (responseCode >= 500) {
    if (rejected.length > 0) return { outcome: 'failed', code: withAddresses('recipient_refused', rejected) };
    const isSize = responseCode === 552 || responseCode === 523 || /\b5\.(3\.4|2\.3)\b/.test(response);
    return { outcome: 'failed', code: isSize ? 'message_too_large' : 'message_refused' };
  }
  if (responseCode >= 400) return { outcome: 'retry', code: 'throttled', retryAfterSeconds: 300 };
  if (isOurs(error)) return { outcome: 'failed', code: 'recipient_refused' };
  if (stage === 'content') return { outcome: 'unknown', code: 'connection_lost' };
  return { outcome: 'retry', code: 'connection_lost', retryAfterSeconds: 60 };
}

/** A code with the addresses that it is about. */
export function withAddresses(code: string, addresses: readonly string[]): string {
  return `${code}: ${addresses.join(', ')}`.slice(0, 500);
}

/** nodemailer refuses envelopes by itself, before it says anything to the server. */
const isOurs = (error: unknown): boolean => facts(error).code === 'EENVELOPE';

function facts(error: unknown) {
  const given = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const { code, responseCode, response, rejected } = given;
  return {
    code: typeof code === 'string' ? code : '',
    responseCode: typeof responseCode === 'number' ? responseCode : 0,
    response: typeof response === 'string' ? response : '',
    rejected: Array.isArray(rejected) ? rejected.filter((entry) => typeof entry === 'string') : [],
  };
}
