import { z } from 'zod';
import { MailNotSent } from '../jobs/job-mail.ts';
import { FinalError, type Job, type JobContext } from '../jobs/job.ts';
import { displayName } from '../mail/display-text.ts';
import { type MailLanguage, type RenderedMail, renderMail } from '../mail/mail-layout.ts';
import { linkToken, tokenHash } from './link-token.ts';

/** What `prepare_offer_mail` returns. */
const offerMail = z.object({
  to: z.string(),
  first_name: z.string(),
  clinic_name: z.string(),
  time_zone: z.string(),
  language: z.enum(['en', 'ro']),
  service: z.string(),
  provider: z.string().nullable(),
  starts_at: z.string(),
  ends_at: z.string(),
  expires_at: z.string(),
});
export type OfferMail = z.infer<typeof offerMail>;

interface Wording {
  subject(clinic: string): string;
  greeting(name: string): string;
  offer(clinic: string, service: string, provider: string | null): string;
  time(when: string, until: string): string;
  kept(until: string): string;
  button: string;
  addressLabel: string;
  notes: string[];
}

const wordings: Record<MailLanguage, Wording> = {
  en: {
    subject: (clinic) => `An earlier appointment at ${clinic}`,
    greeting: (name) => (name ? `Hello ${name},` : 'Hello,'),
    offer: (clinic, service, provider) =>
      `a time has become free at ${clinic}: ${service}${provider ? ` with ${provider}` : ''}.`,
    time: (when, until) => `${when}–${until}`,
    kept: (until) => `We are keeping it for you until ${until}. Then it is offered to the next person.`,
    button: 'See the offer',
    addressLabel: 'If the button does not work, copy this address into your browser:',
    notes: [
      'You receive this e-mail because you are on the waiting list. If the time does not suit you, you can say so on the page and stay on the list.',
    ],
  },
  ro: {
    subject: (clinic) => `O programare mai devreme la ${clinic}`,
    greeting: (name) => (name ? `Bună ziua, ${name},` : 'Bună ziua,'),
    offer: (clinic, service, provider) =>
      `s-a eliberat o oră la ${clinic}: ${service}${provider ? ` cu ${provider}` : ''}.`,
    time: (when, until) => `${when}–${until}`,
    kept: (until) =>
      `O păstrăm pentru dumneavoastră până la ${until}. Apoi este oferită următoarei persoane.`,
    button: 'Vedeți oferta',
    addressLabel: 'Dacă butonul nu funcționează, copiați această adresă în browser:',
    notes: [
      'Primiți acest mesaj pentru că sunteți pe lista de așteptare. Dacă ora nu vi se potrivește, puteți spune aceasta pe pagină și rămâneți pe listă.',
    ],
  },
};

/** The offer as a mail: the same for the same offer, whenever it is written. Names come from people and are treated as hostile. */
export function renderOfferMail(mail: OfferMail, link: string): RenderedMail {
  const wording = wordings[mail.language];
  const locale = mail.language === 'ro' ? 'ro-RO' : 'en-GB';
  const format = (moment: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: mail.time_zone }).format(new Date(moment));
  const day = { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' } as const;
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const zone = format(mail.starts_at, { timeZoneName: 'long' })
    .replace(/^[\d./\s,]+/, '')
    .trim();
  const clinic = displayName(mail.clinic_name, 80);
  const until =
    format(mail.expires_at, day) === format(mail.starts_at, day)
      ? format(mail.expires_at, clock)
      : format(mail.expires_at, { weekday: 'long', day: 'numeric', month: 'long', ...clock });
  return renderMail({
    language: mail.language,
    subject: wording.subject(clinic),
    paragraphs: [
      wording.greeting(displayName(mail.first_name, 60)),
      wording.offer(
        clinic,
        displayName(mail.service, 120),
        mail.provider === null ? null : displayName(mail.provider, 120),
      ),
      `${wording.time(`${format(mail.starts_at, day)}, ${format(mail.starts_at, clock)}`, format(mail.ends_at, clock))} (${zone})`,
      wording.kept(until),
    ],
    button: { label: wording.button, url: link, addressLabel: wording.addressLabel },
    notes: wording.notes,
  });
}

const offerPayload = z.object({ offer_id: z.uuid() });

/** A time has become free: the first in turn is offered it. */
export async function offerOpening({ tenant_id, payload }: Job, context: JobContext): Promise<void> {
  const answer = await context.rpc('offer_next', { tenant_id, opening: payload });
  context.log.info('waitlist_opening', { answer });
}

/**
 * Writes to the one who is offered a time, while the offer is open. What becomes of the mail is recorded as it was; where none
 * can go out that ends the offer, and the job has done what it could.
 */
export async function mailOffer({ tenant_id, payload }: Job, context: JobContext): Promise<void> {
  const { offer_id } = offerPayload.parse(payload);
  const record = (outcome: 'sent' | 'failed' | 'refused' | 'not_configured', reason?: string) =>
    context.rpc('record_offer_mail', { tenant_id, offer_id, outcome, reason: reason ?? null });
  const secret = context.setting('CRON_SECRET');
  if (!secret || !context.appUrl) {
    const reason = 'CRON_SECRET or APP_URL is not set, so no link can be made.';
    await record('not_configured', reason);
    throw new FinalError(reason);
  }
  const token = await linkToken(secret, 'waitlist-offer', offer_id);
  const hash = await tokenHash(token);
  const prepared = await context.rpc('prepare_offer_mail', { tenant_id, offer_id, token_hash: hash });
  if (prepared === null) return;
  const mail = offerMail.parse(prepared);
  try {
    const rendered = renderOfferMail(mail, `${context.appUrl}/offer/${token}`);
    // With another secret the link is another, and so is the mail.
    await context.sendMail({ to: mail.to, ...rendered }, `waitlist-offer/${offer_id}/${hash.slice(0, 16)}`);
  } catch (error) {
    if (!(error instanceof MailNotSent)) throw error;
    if (error.trouble === 'unavailable') {
      await record('failed', error.message);
      throw error;
    }
    if (error.trouble !== 'already_sent') {
      await record(error.trouble, error.message);
      return;
    }
  }
  await record('sent');
}
