import { z } from 'zod';
import type { MailConfiguration, ReadyMail } from '../mail/mail-configuration.ts';
import type { MailOutcome, OutgoingMail } from '../mail/resend.ts';
import { renderAnchorMail } from './anchor-mail.ts';

/** `wait` asks for the outcome instead of an answer at once: for calls by hand. */
export const anchorAuditInput = z.object({ wait: z.boolean().default(false) });

/** What `claim_audit_anchor` returns: an anchor to mail, or null when all have been. */
export const claimedAnchor = z
  .object({
    day: z.iso.date(),
    digest: z.string().regex(/^[0-9a-f]{64}$/),
    chains: z.number(),
    events: z.number(),
    previous_digest: z.string().nullish(),
    recipients: z.array(
      z.object({
        email: z.string(),
        language: z.enum(['en', 'ro']).nullish().catch(null),
        first_name: z.string().nullish(),
      }),
    ),
  })
  .nullable();
export type ClaimedAnchor = NonNullable<z.infer<typeof claimedAnchor>>;

/** What became of one day's anchor. */
export interface AnchorDelivery {
  day: string;
  outcome: 'sent' | 'not_configured' | 'failed';
  error: string | null;
  recipients: number;
}

/** What the work needs from the outside world. */
export interface AnchorPorts {
  /** The oldest anchor that has not been mailed, leased to this run; null when there is none. */
  claim(): Promise<ClaimedAnchor | null>;
  recordDelivery(day: string, outcome: AnchorDelivery['outcome'], error: string | null): Promise<void>;
  /** Never throws: a mail that did not go out is an outcome. `secrets` must not appear in its reason. */
  sendMail(configuration: ReadyMail, mail: OutgoingMail, secrets: readonly string[]): Promise<MailOutcome>;
}

/** No more than the database looks back; a run that fails before records nothing and ends the loop by throwing. */
const mostAnchorsPerRun = 7;

/**
 * Mails the anchors that are due, oldest first, to every super-admin, and records what became of each.
 *
 * An anchor counts as sent when every recipient's mail was accepted. A repeated attempt carries the same idempotency
 * keys, so nobody who has the mail gets it twice within a day.
 *
 * @throws what claiming and recording throw
 */
export async function anchorAudit(mail: MailConfiguration, ports: AnchorPorts): Promise<AnchorDelivery[]> {
  const deliveries: AnchorDelivery[] = [];
  while (deliveries.length < mostAnchorsPerRun) {
    const anchor = await ports.claim();
    if (!anchor) break;
    const delivery = await deliver(anchor, mail, ports);
    await ports.recordDelivery(delivery.day, delivery.outcome, delivery.error);
    deliveries.push(delivery);
  }
  return deliveries;
}

async function deliver(
  anchor: ClaimedAnchor,
  mail: MailConfiguration,
  ports: AnchorPorts,
): Promise<AnchorDelivery> {
  const { day, recipients } = anchor;
  const result = (outcome: AnchorDelivery['outcome'], error: string | null): AnchorDelivery => ({
    day,
    outcome,
    error,
    recipients: recipients.length,
  });
  if (!mail.ready) return result('not_configured', mail.reason);
  if (recipients.length === 0) return result('failed', 'There is no active super-admin to send it to.');

  const reasons: string[] = [];
  // One after the other: the provider takes only a few requests a second.
  for (const recipient of recipients) {
    const outgoing = await mailFor(anchor, recipient);
    const outcome = await ports.sendMail(mail, outgoing, [mail.apiKey]);
    if (outcome.outcome === 'failed') reasons.push(outcome.reason);
  }
  if (reasons.length === 0) return result('sent', null);
  const [first] = reasons;
  return result(
    'failed',
    reasons.length === recipients.length
      ? `${first}`
      : `${reasons.length} of ${recipients.length} mails did not go out. ${first}`,
  );
}

async function mailFor(
  anchor: ClaimedAnchor,
  { email, language, first_name }: ClaimedAnchor['recipients'][number],
): Promise<OutgoingMail> {
  const rendered = renderAnchorMail({
    language: language ?? 'en',
    firstName: first_name ?? '',
    day: anchor.day,
    digest: anchor.digest,
    previousDigest: anchor.previous_digest ?? null,
    chains: anchor.chains,
    events: anchor.events,
  });
  // Over the text as well: the provider refuses a known key with another text, such as after a change of name.
  const hash = await sha256Hex(`${email}\n${rendered.text}`);
  return { to: email, ...rendered, idempotencyKey: `audit-anchor/${anchor.day}/${hash.slice(0, 32)}` };
}

async function sha256Hex(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
