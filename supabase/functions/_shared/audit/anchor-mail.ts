import { displayName } from '../mail/display-text.ts';
import { type MailLanguage, type RenderedMail, renderMail } from '../mail/mail-layout.ts';

/** What the mail of a day's anchor says. */
export interface AnchorMail {
  language: MailLanguage;
  /** Empty when the recipient has not told it. */
  firstName: string;
  /** YYYY-MM-DD, UTC. */
  day: string;
  /** Hex. */
  digest: string;
  /** Null for the first anchor. */
  previousDigest: string | null;
  chains: number;
  events: number;
}

interface Wording {
  locale: string;
  subject(day: string): string;
  greeting(firstName: string): string;
  purpose(day: string): string;
  contents(chains: string, events: string): string;
  digest: string;
  previousDigest: string;
  command: string;
  notes: string[];
}

const english: Wording = {
  locale: 'en-GB',
  subject: (day) => `Audit log of Chairside: digest of ${day}`,
  greeting: (firstName) => (firstName ? `Hello ${firstName},` : 'Hello,'),
  purpose: (day) =>
    `This is the digest of the audit log on ${day}. Keep this e-mail outside the database: with it anybody can show later whether the events up to that day were changed, even by somebody who controls the database.`,
  contents: (chains, events) => `It covers ${chains} chains with ${events} events in all.`,
  digest: 'Digest',
  previousDigest: 'Digest before it',
  command: 'To check',
  notes: ['You receive this e-mail every day because you are a super-admin of Chairside.'],
};

const romanian: Wording = {
  locale: 'ro-RO',
  subject: (day) => `Jurnalul de audit Chairside: amprenta din ${day}`,
  greeting: (firstName) => (firstName ? `Bună ziua, ${firstName},` : 'Bună ziua,'),
  purpose: (day) =>
    `Aceasta este amprenta jurnalului de audit din ${day}. Păstrați acest e-mail în afara bazei de date: cu el oricine poate arăta mai târziu dacă evenimentele de până atunci au fost modificate, chiar și de cineva care controlează baza de date.`,
  contents: (chains, events) => `Lanțuri cuprinse: ${chains}; evenimente în total: ${events}.`,
  digest: 'Amprentă',
  previousDigest: 'Amprenta anterioară',
  command: 'Pentru verificare',
  notes: ['Primiți acest e-mail în fiecare zi pentru că sunteți super-administrator Chairside.'],
};

const wordings: Record<MailLanguage, Wording> = { en: english, ro: romanian };

/** The anchor of a day as a mail, in the recipient's language. */
export function renderAnchorMail(mail: AnchorMail): RenderedMail {
  const wording = wordings[mail.language];
  const number = new Intl.NumberFormat(wording.locale);
  const day = new Intl.DateTimeFormat(wording.locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(`${mail.day}T00:00:00Z`),
  );
  return renderMail({
    language: mail.language,
    subject: wording.subject(day),
    paragraphs: [
      wording.greeting(displayName(mail.firstName, 80)),
      wording.purpose(day),
      wording.contents(number.format(mail.chains), number.format(mail.events)),
    ],
    values: [
      { label: wording.digest, value: groupedHex(mail.digest) },
      ...(mail.previousDigest === null
        ? []
        : [{ label: wording.previousDigest, value: groupedHex(mail.previousDigest) }]),
      {
        label: wording.command,
        value: `npm run audit:verify -- --day ${mail.day} --digest ${mail.digest}`,
      },
    ],
    notes: wording.notes,
  });
}

/** Hex digits in groups of eight, as people can compare them. */
function groupedHex(hex: string): string {
  return hex.replaceAll(/(.{8})(?=.)/g, '$1 ');
}
