import { z } from 'zod';
import type { ExternalAnswer, ExternalRequest } from '../http/external-call.ts';
import { redactText } from '../logging/redact.ts';
import { singleLine } from './display-text.ts';
import type { ReadyMail } from './mail-configuration.ts';

export interface OutgoingMail {
  to: string;
  subject: string;
  html: string;
  text: string;
  /** Same mail, same key: a repeated request then sends nothing twice (kept by Resend for 24 hours). */
  idempotencyKey: string;
}

export type MailOutcome =
  { outcome: 'sent'; providerId: string | null } | { outcome: 'failed'; reason: string };

const accepted = z.object({ id: z.string() });
const refused = z.object({ name: z.string(), message: z.string() });

/** The request that hands a mail to Resend: https://resend.com/docs/api-reference/emails/send-email */
export function resendRequest(configuration: ReadyMail, mail: OutgoingMail): ExternalRequest {
  return {
    name: 'resend.send_email',
    method: 'POST',
    url: `${configuration.baseUrl}/emails`,
    headers: { authorization: `Bearer ${configuration.apiKey}`, 'idempotency-key': mail.idempotencyKey },
    body: {
      from: configuration.from,
      to: [mail.to],
      subject: mail.subject,
      html: mail.html,
      text: mail.text,
    },
    idempotent: true,
  };
}

/**
 * What Resend's answer means, in a sentence for the person who pressed "send".
 *
 * @param secrets must not appear in the reason: the API key, the token of the link
 */
export function mailOutcome(answer: ExternalAnswer, secrets: readonly string[]): MailOutcome {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) {
    const body = accepted.safeParse(answer.body);
    return { outcome: 'sent', providerId: body.success ? body.data.id : null };
  }
  return { outcome: 'failed', reason: singleLine(redactText(failureReason(answer), secrets), 400) };
}

/** What Resend refused with; null when it did not answer. The name is empty where the answer was not Resend's own. */
export interface ResendError {
  status: number;
  name: string;
}

export function resendError(answer: ExternalAnswer): ResendError | null {
  if (answer.kind === 'failed') return null;
  const body = refused.safeParse(answer.body);
  return { status: answer.status, name: body.success ? body.data.name : '' };
}

function failureReason(answer: ExternalAnswer): string {
  if (answer.kind === 'failed') {
    if (answer.reason === 'network') return 'Resend could not be reached.';
    if (answer.reason === 'timeout') return 'Resend did not answer in time. The e-mail may still arrive.';
    return 'The answer of Resend was cut off. The e-mail may still arrive.';
  }
  const body = refused.safeParse(answer.body);
  const label = body.success ? `${answer.status} ${body.data.name}` : String(answer.status);
  if (answer.status === 429)
    return `Resend accepts no more requests at the moment (${label}). Try again later.`;
  if (answer.status >= 500) return `Resend has a problem (${label}). Try again later.`;
  if (body.success && body.data.name === 'concurrent_idempotent_requests') {
    return 'Resend is still working on this e-mail. It may still arrive.';
  }
  return `Resend refused the e-mail (${label})${body.success ? `: ${body.data.message}` : '.'}`;
}
