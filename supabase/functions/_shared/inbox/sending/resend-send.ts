import { Buffer } from 'node:buffer';
import type { ExternalAnswer, ExternalRequest } from '../../http/external-call.ts';
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
      to: outgoing.to.map(named),
      cc: outgoing.cc.map(named),
      bcc: outgoing.bcc.map(named),
      subject: singleLine(outgoing.subject, 500),
      text: outgoing.text,
      html: htmlOf(outgoing),
      headers: {
        'Message-ID': `<${outgoing.message_key}>`,
        ...(outgoing.in_reply_to ? { 'In-Reply-To': `<${outgoing.in_reply_to}>` } : {}),
        ...(outgoing.references.length > 0
          ? { References: outgoing.references.map((id) => `<${id}>`).join(' ') }
          : {}),
      },
      attachments,
    },
    idempotent: true,
  };
}

/** What Resend's answer means for the mail. Where it is not known, the same request is made again. */
export function clinicMailOutcome(answer: ExternalAnswer): SendOutcome {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300)
    return { outcome: 'sent', code: null };
  const error = resendError(answer);
  // A mail of this key has gone out; what differs is the file behind an attachment.
  if (error?.name === 'invalid_idempotent_request') return { outcome: 'sent', code: null };
  if (error?.status === 403) return { outcome: 'failed', code: 'domain_not_verified' };
  if (error?.status === 413) return { outcome: 'failed', code: 'message_too_large' };
  if (error?.status === 400 || error?.status === 422) return { outcome: 'failed', code: 'message_refused' };
  if (error?.status === 401) return { outcome: 'failed', code: 'not_configured' };
  return {
    outcome: 'retry',
    code: error?.status === 429 ? 'throttled' : 'connection_lost',
    retryAfterSeconds: 60,
  };
}

function named({ name, address }: { name?: string | null | undefined; address: string }): string {
  const label = singleLine(name ?? '', 200).replaceAll(/["\\<>]/g, '');
  return label === '' ? address : `"${label}" <${address}>`;
}
