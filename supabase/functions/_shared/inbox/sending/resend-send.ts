import { Buffer } from 'node:buffer';
import { z } from 'zod';
import type { ExternalAnswer, ExternalRequest } from '../../http/external-call.ts';
import { parseRetryAfter } from '../../http/retry.ts';
import type { ReadyMail } from '../../mail/mail-configuration.ts';
import { singleLine } from '../../mail/display-text.ts';
import { resendError } from '../../mail/resend.ts';
import { htmlOf } from './compose-message.ts';
import type { OutgoingMessage, SendOutcome } from './outgoing.ts';

/**
 * The request that hands a clinic's mail to Resend, for a domain that is verified there.
 *
 * It may be repeated for 24 hours: the key is the message's id, and the same message always makes the same request.
 */
export async function clinicMailRequest(
  { apiKey, baseUrl }: ReadyMail,
  outgoing: OutgoingMessage,
  readAttachment: (objectName: string) => Promise<Uint8Array>,
): Promise<ExternalRequest> {
  const attachments = [];
  for (const { name, content_type, object_name, content_id, is_inline } of outgoing.attachments) {
    attachments.push({
      filename: singleLine(name, 255) || 'attachment',
      content: Buffer.from(await readAttachment(object_name)).toString('base64'),
      content_type,
      ...(is_inline && content_id ? { content_id } : {}),
    });
  }
  return {
    name: 'resend.send_clinic_mail',
    method: 'POST',
    url: `${baseUrl}/emails`,
    headers: { authorization: `Bearer ${apiKey}`, 'idempotency-key': `clinic-mail/${outgoing.message_id}` },
    body: {
      from: named(outgoing.from),
      ...recipientsOf(outgoing),
      subject: singleLine(outgoing.subject, 500),
      text: outgoing.text,
      html: htmlOf(outgoing),
      headers: headersOf(outgoing),
      attachments,
    },
    idempotent: true,
  };
}

/** Resend takes no mail without a `to`: copies move up there, and a mail of blind copies alone is addressed to its sender. */
function recipientsOf({ from, to, cc, bcc }: OutgoingMessage): Record<'to' | 'cc' | 'bcc', string[]> {
  if (to.length > 0) return { to: to.map(named), cc: cc.map(named), bcc: bcc.map(named) };
  return { to: cc.length > 0 ? cc.map(named) : [named(from)], cc: [], bcc: bcc.map(named) };
}

/**
 * The mail service beneath Resend puts an id of its own in the place of our Message-ID, and answers name that one. So ours is
 * among the references as well, which answers repeat; the other one is learned later (learn-sent-id.ts).
 */
function headersOf({ message_key, in_reply_to, references }: OutgoingMessage): Record<string, string> {
  return {
    'Message-ID': `<${message_key}>`,
    ...(in_reply_to ? { 'In-Reply-To': `<${in_reply_to}>` } : {}),
    References: [...references, message_key].map((id) => `<${id}>`).join(' '),
  };
}

const accepted = z.object({ id: z.string().min(1) });
const quotas = new Set(['daily_quota_exceeded', 'monthly_quota_exceeded']);
/** As many attempts as `settle_send` allows. */
const mostAttempts = 6;

export type ClinicMailOutcome = SendOutcome & {
  /** Resend's id of the mail. */
  resendId?: string;
};

/**
 * What Resend's answer means for the mail (https://resend.com/docs/api-reference/errors). Where it is not known, the same
 * request is made again; after the last attempt, a person has to decide.
 */
export function clinicMailOutcome(answer: ExternalAnswer, attempts = 1): ClinicMailOutcome {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) {
    const { data } = accepted.safeParse(answer.body);
    return { outcome: 'sent', code: null, ...(data ? { resendId: data.id } : {}) };
  }
  const error = resendError(answer);
  // A mail of this key has gone out; what differs is the file behind an attachment.
  if (error?.name === 'invalid_idempotent_request') return { outcome: 'sent', code: null };
  if (error?.status === 429) {
    if (quotas.has(error.name)) return { outcome: 'retry', code: 'quota_used_up', retryAfterSeconds: 3_600 };
    return { outcome: 'retry', code: 'throttled', retryAfterSeconds: pauseOf(answer) };
  }
  const code = error && refusals(error.status, error.name);
  if (code) return { outcome: 'failed', code };
  return attempts < mostAttempts
    ? { outcome: 'retry', code: 'connection_lost', retryAfterSeconds: 60 }
    : { outcome: 'unknown', code: 'connection_lost' };
}

/** What is refused for good; null where the same request may still be taken. */
function refusals(status: number, name: string): string | null {
  if (status === 401 || status === 404 || name === 'invalid_api_key') return 'not_configured';
  if (status === 403) return 'domain_not_verified';
  if (status === 413) return 'message_too_large';
  return [400, 405, 422, 451].includes(status) ? 'message_refused' : null;
}

function pauseOf(answer: ExternalAnswer): number {
  const pause =
    answer.kind === 'answered' ? parseRetryAfter(answer.headers.get('retry-after'), Date.now()) : null;
  return pause === null ? 60 : Math.min(Math.max(Math.ceil(pause / 1_000), 1), 3_600);
}

function named({ name, address }: { name?: string | null | undefined; address: string }): string {
  const label = singleLine(name ?? '', 200).replaceAll(/["\\<>]/g, '');
  return label === '' ? address : `"${label}" <${address}>`;
}
