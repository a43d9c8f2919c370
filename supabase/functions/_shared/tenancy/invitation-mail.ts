import { displayName, singleLine } from '../mail/display-text.ts';
import { type MailLanguage, type RenderedMail, renderMail } from '../mail/mail-layout.ts';

export type InvitationRole = 'owner' | 'staff' | 'super_admin';

/** What an invitation mail says; names come from people and are treated as hostile. */
export interface InvitationMail {
  language: MailLanguage;
  email: string;
  role: InvitationRole;
  /** Null for an invitation to the platform. */
  clinicName: string | null;
  inviterName: string | null;
  expiresAt: Date;
  link: string;
}

interface Wording {
  subject(clinic: string | null): string;
  invitation(inviter: string | null, clinic: string | null, role: InvitationRole): string;
  button: string;
  addressLabel: string;
  notes(email: string, expires: string): string[];
}

const english: Wording = {
  subject: (clinic) =>
    clinic ? `Invitation to ${clinic} on Chairside` : 'Invitation to administer Chairside',
  invitation: (inviter, clinic, role) => {
    const place = clinic
      ? `${role === 'owner' ? 'run' : 'work with'} ${clinic} on Chairside, as ${role === 'owner' ? 'an owner' : 'a member of staff'}`
      : 'administer the Chairside platform';
    return inviter ? `${inviter} invites you to ${place}.` : `You are invited to ${place}.`;
  },
  button: 'See the invitation',
  addressLabel: 'If the button does not work, copy this address into your browser:',
  notes: (email, expires) => [
    `The link is meant for ${email}, works once and ends on ${expires}.`,
    'If you did not expect this invitation, ignore this e-mail; nothing happens.',
  ],
};

const romanian: Wording = {
  subject: (clinic) =>
    clinic ? `Invitație la ${clinic} în Chairside` : 'Invitație de administrare a platformei Chairside',
  invitation: (inviter, clinic, role) => {
    const place = clinic
      ? `să ${role === 'owner' ? 'conduceți' : 'lucrați cu'} ${clinic} în Chairside, ca ${role === 'owner' ? 'proprietar' : 'membru al echipei'}`
      : 'să administrați platforma Chairside';
    return inviter ? `${inviter} vă invită ${place}.` : `Sunteți invitat ${place}.`;
  },
  button: 'Vedeți invitația',
  addressLabel: 'Dacă butonul nu funcționează, copiați această adresă în browser:',
  notes: (email, expires) => [
    `Linkul este pentru ${email}, funcționează o singură dată și expiră la ${expires}.`,
    'Dacă nu așteptați această invitație, ignorați mesajul; nu se întâmplă nimic.',
  ],
};

const wordings: Record<MailLanguage, Wording> = { en: english, ro: romanian };

/** The invitation as a mail, in the inviter's language. */
export function renderInvitationMail(mail: InvitationMail): RenderedMail {
  const wording = wordings[mail.language];
  const clinic = mail.clinicName === null ? null : displayName(mail.clinicName, 80);
  const inviter = mail.inviterName === null ? null : displayName(mail.inviterName, 80) || null;
  const expires = new Intl.DateTimeFormat(mail.language === 'ro' ? 'ro-RO' : 'en-GB', {
    dateStyle: 'long',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(mail.expiresAt);
  return renderMail({
    language: mail.language,
    subject: wording.subject(clinic),
    paragraphs: [wording.invitation(inviter, clinic, mail.role)],
    button: { label: wording.button, url: mail.link, addressLabel: wording.addressLabel },
    notes: wording.notes(singleLine(mail.email, 254), `${expires} UTC`),
  });
}
