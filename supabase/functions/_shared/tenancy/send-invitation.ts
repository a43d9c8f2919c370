import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import type { MailConfiguration, ReadyMail } from '../mail/mail-configuration.ts';
import type { MailOutcome, OutgoingMail } from '../mail/resend.ts';
import { renderInvitationMail } from './invitation-mail.ts';
import { createInvitationToken, hashInvitationToken, invitationLink } from './invitation-token.ts';

export const sendInvitationInput = z.object({
  invitation_id: z.uuid(),
  action: z.enum(['send', 'reveal']),
});
export type SendInvitationInput = z.infer<typeof sendInvitationInput>;

/** What `issue_invitation_token` returns: everything the mail needs. */
export const issuedInvitation = z.object({
  email: z.string(),
  role: z.enum(['owner', 'staff', 'super_admin']),
  clinic_name: z.string().nullish(),
  inviter_name: z.string().nullish(),
  language: z.enum(['en', 'ro']).nullish().catch(null),
  expires_at: z.string(),
});
export type IssuedInvitation = z.infer<typeof issuedInvitation>;

/** The invitation as the API shows it; passed on as it is. */
export const shownInvitation = z.looseObject({ id: z.string(), delivery: z.string() });
export type ShownInvitation = z.infer<typeof shownInvitation>;

export interface DeliveryRecord {
  outcome: 'sent' | 'not_configured' | 'failed';
  error: string | null;
  providerId: string | null;
}

/** What the flow needs from the outside world. */
export interface InvitationPorts {
  /** Stores the hash if the caller may manage the invitation; the earlier link stops working. */
  issueToken(tokenHash: string, revealed: boolean): Promise<IssuedInvitation>;
  recordDelivery(tokenHash: string, record: DeliveryRecord): Promise<ShownInvitation>;
  /** Never throws: a mail that did not go out is an outcome. `secrets` must not appear in its reason. */
  sendMail(configuration: ReadyMail, mail: OutgoingMail, secrets: readonly string[]): Promise<MailOutcome>;
}

export interface SentInvitation {
  invitation: ShownInvitation;
  link?: string;
}

/**
 * Makes a new link for an invitation and mails it, or shows it when mail is not set up.
 *
 * The result of the mail is recorded as it was, never assumed. A revealed link is refused while mail
 * works, because it no longer proves the address.
 *
 * @throws AppError 409 `mail_configured`, 500 `app_url_missing`, and what the ports throw
 */
export async function sendInvitation(
  input: SendInvitationInput,
  settings: { appUrl: string | undefined; mail: MailConfiguration },
  ports: InvitationPorts,
): Promise<SentInvitation> {
  const { appUrl, mail } = settings;
  // Checked before a token is made: making one ends the link that was sent before.
  if (!appUrl || !URL.canParse(appUrl)) {
    throw new AppError(
      500,
      'app_url_missing',
      'The address of the app is not set up, so no link can be made.',
      {
        cause: new Error('APP_URL is not set'),
      },
    );
  }
  if (input.action === 'reveal' && mail.ready) {
    throw new AppError(
      409,
      'mail_configured',
      'E-mail is set up: send the invitation instead of showing its link.',
    );
  }

  const token = createInvitationToken();
  const tokenHash = await hashInvitationToken(token);
  const issued = await ports.issueToken(tokenHash, input.action === 'reveal');
  const link = invitationLink(appUrl, token);

  if (!mail.ready) {
    // A revealed invitation stays `revealed`: the database ignores this record and returns the row as it is.
    const record = { outcome: 'not_configured', error: mail.reason, providerId: null } as const;
    const invitation = await ports.recordDelivery(tokenHash, record);
    return input.action === 'reveal' ? { invitation, link } : { invitation };
  }

  const rendered = renderInvitationMail({
    language: issued.language ?? 'en',
    email: issued.email,
    role: issued.role,
    clinicName: issued.clinic_name ?? null,
    inviterName: issued.inviter_name ?? null,
    expiresAt: new Date(issued.expires_at),
    link,
  });
  const idempotencyKey = `invitation/${input.invitation_id}/${tokenHash.slice(0, 32)}`;
  const result = await ports.sendMail(mail, { to: issued.email, ...rendered, idempotencyKey }, [
    mail.apiKey,
    token,
  ]);
  const record: DeliveryRecord =
    result.outcome === 'sent'
      ? { outcome: 'sent', error: null, providerId: result.providerId }
      : { outcome: 'failed', error: result.reason, providerId: null };
  return { invitation: await ports.recordDelivery(tokenHash, record) };
}
