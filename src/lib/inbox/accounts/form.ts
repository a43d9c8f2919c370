import { email } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { presets, type MailPreset } from '../../../../supabase/functions/_shared/inbox/accounts/presets.ts';
import type { MailAccount } from './schemas.ts';

export { presets, type MailPreset };

const whole = (min: number, max: number, message: () => string) =>
  z.string().check(
    z.refine((text) => /^\d{1,5}$/.test(text.trim()) && Number(text) >= min && Number(text) <= max, {
      error: message,
    }),
  );
const port = whole(1, 65_535, () => m.mailbox_port_invalid());
const clock = z.string().check(z.minLength(1, { error: () => m.mailbox_time_required() }));

/** The form of a mailbox; numbers as they are typed. */
export const accountFormSchema = z
  .object({
    address: email,
    display_name: z
      .string()
      .check(z.trim(), z.maxLength(100, { error: () => m.field_too_long({ max: 100 }) })),
    password: z.string(),
    username: z.string().check(z.trim(), z.maxLength(254, { error: () => m.field_too_long({ max: 254 }) })),
    preset: z.enum(['yahoo', 'gmail', 'icloud', 'generic']),
    imap_host: z.string().check(z.trim()),
    imap_port: port,
    smtp_host: z.string().check(z.trim()),
    smtp_port: port,
    send_via: z.enum(['smtp', 'resend']),
    history_days: whole(1, 3650, () => m.mailbox_number_invalid({ min: 1, max: 3650 })),
    interval_minutes: whole(1, 1440, () => m.mailbox_number_invalid({ min: 1, max: 1440 })),
    quiet_from: clock,
    quiet_to: clock,
  })
  .check(
    z.refine(({ preset, imap_host }) => preset !== 'generic' || imap_host !== '', {
      error: () => m.mailbox_host_required(),
      path: ['imap_host'],
    }),
    z.refine(
      ({ preset, send_via, smtp_host }) => preset !== 'generic' || send_via !== 'smtp' || smtp_host !== '',
      {
        error: () => m.mailbox_host_required(),
        path: ['smtp_host'],
      },
    ),
  );
export type AccountForm = z.output<typeof accountFormSchema>;

/** A new mailbox of a provider, or an existing one to be changed. */
export function toAccountForm(preset: MailPreset, account?: MailAccount): AccountForm {
  const usual = presets[preset].servers;
  const text = (value: number | undefined, otherwise: number): string => String(value ?? otherwise);
  return {
    address: account?.address ?? '',
    display_name: account?.display_name ?? '',
    password: '',
    username: account && account.username !== account.address ? account.username : '',
    preset,
    imap_host: account?.imap_host ?? usual?.imap_host ?? '',
    imap_port: text(account?.imap_port ?? usual?.imap_port, 993),
    smtp_host: account?.smtp_host ?? usual?.smtp_host ?? '',
    smtp_port: text(account?.smtp_port ?? usual?.smtp_port, 465),
    send_via: account?.send_via ?? usual?.send_via ?? 'smtp',
    history_days: text(account?.history_days, 90),
    interval_minutes: text(account?.interval_minutes, 10),
    quiet_from: (account?.quiet_from ?? '22:00').slice(0, 5),
    quiet_to: (account?.quiet_to ?? '06:00').slice(0, 5),
  };
}

/** The settings as the function takes them: without the password, numbers as numbers. */
export function toSettings(values: AccountForm): Record<string, unknown> {
  const { address, display_name, username, preset, imap_host, smtp_host, send_via, quiet_from, quiet_to } =
    values;
  return {
    ...{ address, display_name, username, preset, imap_host, smtp_host, send_via, quiet_from, quiet_to },
    imap_port: Number(values.imap_port),
    smtp_port: Number(values.smtp_port),
    history_days: Number(values.history_days),
    interval_minutes: Number(values.interval_minutes),
  };
}
