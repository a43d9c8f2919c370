import { displayName, singleLine } from '../mail/display-text.ts';
import { type MailLanguage, type RenderedMail, renderMail } from '../mail/mail-layout.ts';

/** What a reminder says; all of it comes from people and is treated as hostile. */
export interface ReminderContent {
  language: MailLanguage;
  first_name: string;
  clinic_name: string;
  /** Empty when the clinic has not told. */
  clinic_phone: string;
  clinic_address: string;
  time_zone: string;
  /** ISO 8601. */
  starts_at: string;
  service: string | null;
  provider: string | null;
  is_confirmed: boolean;
  /** The clinic's own line; may be empty. */
  extra_text: string;
}

interface Wording {
  locale: string;
  subject(clinic: string, day: string, time: string): string;
  greeting(firstName: string): string;
  intro(clinic: string): string;
  labels: { day: string; time: string; service: string; provider: string; address: string; phone: string };
  ask: string;
  thanks: string;
  button: string;
  changeButton: string;
  addressLabel: string;
  notes(clinic: string): string[];
  sms(clinic: string, day: string, time: string, link: string): string;
}

const english: Wording = {
  locale: 'en-GB',
  subject: (clinic, day, time) => `Your appointment at ${clinic}: ${day}, ${time}`,
  greeting: (firstName) => (firstName ? `Hello ${firstName},` : 'Hello,'),
  intro: (clinic) => `we look forward to seeing you at ${clinic}.`,
  labels: {
    day: 'Day',
    time: 'Time',
    service: 'For',
    provider: 'With',
    address: 'Where',
    phone: 'Telephone',
  },
  ask: 'Please tell us whether you will come. If you cannot, cancel early, so that somebody else can have the time.',
  thanks: 'You have confirmed this appointment. Thank you.',
  button: 'Confirm or cancel',
  changeButton: 'See the appointment',
  addressLabel: 'If the button does not work, copy this address into your browser:',
  notes: (clinic) => [
    `You receive this e-mail because you agreed that ${clinic} reminds you of appointments.`,
    'The link shows this appointment alone and ends when it begins. Please do not pass it on.',
  ],
  sms: (clinic, day, time, link) =>
    `${clinic}: your appointment is on ${day} at ${time}. Confirm or cancel: ${link}`,
};

const romanian: Wording = {
  locale: 'ro-RO',
  subject: (clinic, day, time) => `Programarea la ${clinic}: ${day}, ${time}`,
  greeting: (firstName) => (firstName ? `Bună ziua, ${firstName},` : 'Bună ziua,'),
  intro: (clinic) => `vă așteptăm la ${clinic}.`,
  labels: {
    day: 'Ziua',
    time: 'Ora',
    service: 'Pentru',
    provider: 'Cu',
    address: 'Unde',
    phone: 'Telefon',
  },
  ask: 'Vă rugăm să ne spuneți dacă veniți. Dacă nu puteți, anulați din timp, ca altcineva să poată folosi ora.',
  thanks: 'Ați confirmat această programare. Vă mulțumim.',
  button: 'Confirmați sau anulați',
  changeButton: 'Vedeți programarea',
  addressLabel: 'Dacă butonul nu funcționează, copiați această adresă în browser:',
  notes: (clinic) => [
    `Primiți acest mesaj pentru că ați fost de acord ca ${clinic} să vă amintească de programări.`,
    'Linkul arată doar această programare și expiră când începe. Vă rugăm să nu îl dați mai departe.',
  ],
  sms: (clinic, day, time, link) =>
    `${clinic}: aveți programare ${day}, ora ${time}. Confirmați sau anulați: ${link}`,
};

const wordings: Record<MailLanguage, Wording> = { en: english, ro: romanian };

function formatter(content: ReminderContent, options: Intl.DateTimeFormatOptions): string {
  const { locale } = wordings[content.language];
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: content.time_zone }).format(
    new Date(content.starts_at),
  );
}

/** The name of the clinic's zone at that moment, so that somebody on a journey is not misled. */
function zoneName(content: ReminderContent): string {
  const { locale } = wordings[content.language];
  const parts = new Intl.DateTimeFormat(locale, {
    timeZone: content.time_zone,
    timeZoneName: 'long',
  }).formatToParts(new Date(content.starts_at));
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? content.time_zone;
}

/** The reminder as a mail: the same content gives the same mail, to the letter. */
export function renderReminderMail(content: ReminderContent, link: string): RenderedMail {
  const wording = wordings[content.language];
  const { labels } = wording;
  const clinic = displayName(content.clinic_name, 80);
  const time = formatter(content, { hour: '2-digit', minute: '2-digit' });
  const shortDay = formatter(content, { weekday: 'long', day: 'numeric', month: 'long' });
  const details = [
    {
      label: labels.day,
      value: formatter(content, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    },
    { label: labels.time, value: `${time} (${zoneName(content)})` },
    { label: labels.service, value: displayName(content.service ?? '', 120) },
    { label: labels.provider, value: displayName(content.provider ?? '', 120) },
    { label: labels.address, value: displayName(content.clinic_address, 200) },
    { label: labels.phone, value: singleLine(content.clinic_phone, 40) },
  ].filter(({ value }) => value !== '');
  const extra = displayName(content.extra_text, 500);
  return renderMail({
    language: content.language,
    subject: wording.subject(clinic, shortDay, time),
    paragraphs: [
      `${wording.greeting(displayName(content.first_name, 60))} ${wording.intro(clinic)}`,
      ...(extra ? [extra] : []),
      content.is_confirmed ? wording.thanks : wording.ask,
    ],
    details,
    button: {
      label: content.is_confirmed ? wording.changeButton : wording.button,
      url: link,
      addressLabel: wording.addressLabel,
    },
    notes: wording.notes(clinic),
  });
}

/** The reminder as a text message: one line, with the link at its end. */
export function renderReminderSms(content: ReminderContent, link: string): string {
  const day = formatter(content, { weekday: 'short', day: 'numeric', month: 'short' });
  const time = formatter(content, { hour: '2-digit', minute: '2-digit' });
  return wordings[content.language].sms(displayName(content.clinic_name, 40), day, time, link);
}
