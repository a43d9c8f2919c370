/** Providers whose mailboxes can be connected; `generic` is any other one. */
export type MailPreset = 'yahoo' | 'gmail' | 'icloud' | 'generic';

export interface MailServers {
  imap_host: string;
  imap_port: number;
  smtp_host: string;
  smtp_port: number;
  send_via: 'smtp' | 'resend';
}

export interface PresetFacts {
  /** The provider's servers; null where they have to be named. */
  servers: MailServers | null;
  /** The account's own password is refused: one has to be made for us. */
  needsAppPassword: boolean;
  /** Where that is done. */
  appPasswordUrl: string | null;
}

/**
 * What is known of each provider. iCloud takes mail in for sending on port 587 alone (STARTTLS), which Edge Functions
 * cannot reach: its mailboxes are read, and answered through Resend where their domain is verified there.
 *
 * Sources: Yahoo help SLN4075 and SLN15241, Google "Add Gmail to another email client", Apple support 102525.
 */
export const presets: Readonly<Record<MailPreset, PresetFacts>> = {
  yahoo: {
    servers: {
      imap_host: 'imap.mail.yahoo.com',
      imap_port: 993,
      smtp_host: 'smtp.mail.yahoo.com',
      smtp_port: 465,
      send_via: 'smtp',
    },
    needsAppPassword: true,
    appPasswordUrl: 'https://login.yahoo.com/account/security',
  },
  gmail: {
    servers: {
      imap_host: 'imap.gmail.com',
      imap_port: 993,
      smtp_host: 'smtp.gmail.com',
      smtp_port: 465,
      send_via: 'smtp',
    },
    needsAppPassword: true,
    appPasswordUrl: 'https://myaccount.google.com/apppasswords',
  },
  icloud: {
    servers: {
      imap_host: 'imap.mail.me.com',
      imap_port: 993,
      smtp_host: '',
      smtp_port: 465,
      send_via: 'resend',
    },
    needsAppPassword: true,
    appPasswordUrl: 'https://account.apple.com',
  },
  generic: { servers: null, needsAppPassword: false, appPasswordUrl: null },
};

export function isMailPreset(value: unknown): value is MailPreset {
  return typeof value === 'string' && Object.hasOwn(presets, value);
}

/** Settings with the servers of their provider, whatever else was named: a password for Yahoo goes to Yahoo alone. */
export function withPresetServers(settings: Record<string, unknown>): Record<string, unknown> {
  const { preset } = settings;
  return isMailPreset(preset) ? { ...settings, ...presets[preset].servers } : settings;
}

/** A password as the provider wants it: app passwords are shown in groups, whose spaces are not part of them. */
export function asProviderWants(preset: MailPreset, password: string): string {
  return presets[preset].needsAppPassword ? password.replaceAll(/\s/g, '') : password;
}
