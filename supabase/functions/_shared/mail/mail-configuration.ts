export interface ReadyMail {
  ready: true;
  apiKey: string;
  from: string;
  baseUrl: string;
}

/** How mail leaves: through Resend, or not at all. */
export type MailConfiguration = ReadyMail | { ready: false; reason: string };

/**
 * Reads the mail settings: RESEND_API_KEY, MAIL_FROM, and RESEND_BASE_URL for a stand-in of Resend.
 *
 * Half a configuration is none: nobody should believe that mail goes out when it cannot.
 */
export function readMailConfiguration(read: (name: string) => string | undefined): MailConfiguration {
  const apiKey = read('RESEND_API_KEY')?.trim();
  const from = read('MAIL_FROM')?.trim();
  const baseUrl = (read('RESEND_BASE_URL')?.trim() || 'https://api.resend.com').replace(/\/+$/, '');
  if (!apiKey) return { ready: false, reason: 'RESEND_API_KEY is not set.' };
  if (!from) return { ready: false, reason: 'MAIL_FROM is not set.' };
  if (!URL.canParse(baseUrl)) return { ready: false, reason: 'RESEND_BASE_URL is not a valid address.' };
  return { ready: true, apiKey, from, baseUrl };
}
