import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import {
  type ConnectionCode,
  connectionProblem,
  connectionSentence,
  type MailProtocol,
} from './connection-problem.ts';
import { asProviderWants, isMailPreset, presets, withPresetServers } from './presets.ts';

export const mailAccountInput = z.object({
  action: z.enum(['test', 'save']),
  tenant_id: z.uuid(),
  account_id: z.uuid().nullish(),
  settings: z.record(z.string(), z.unknown()),
  password: z.string().max(1_000).nullish(),
});
export type MailAccountInput = z.infer<typeof mailAccountInput>;

const serverNames = ['username', 'imap_host', 'imap_port', 'smtp_host', 'smtp_port'] as const;
const servers = z.object({
  ...{ username: z.string(), imap_host: z.string(), smtp_host: z.string() },
  ...{ imap_port: z.number(), smtp_port: z.number() },
});
/** The servers that the stored password was entered for. */
export const storedServers = servers.nullable();
/** The answer of `check_mail_account`. */
export const checkedAccount = z.object({
  account_id: z.uuid().nullable(),
  has_password: z.boolean(),
  settings: servers.extend({ preset: z.string(), send_via: z.enum(['smtp', 'resend']) }).loose(),
});

export interface Server {
  host: string;
  port: number;
  username: string;
  password: string;
}

export interface Trial {
  ok: boolean;
  code: ConnectionCode | 'ok' | 'not_used';
  message: string;
}

export interface MailAccountAnswer {
  ok: boolean;
  imap: Trial;
  smtp: Trial;
  account?: unknown;
}

export interface MailAccountSteps {
  /** As the person: whether they may, and the settings in their form. */
  check(settings: Record<string, unknown>): Promise<z.infer<typeof checkedAccount>>;
  /** As the person: the mailbox as it is stored. */
  stored(accountId: string): Promise<z.infer<typeof storedServers>>;
  readPassword(accountId: string): Promise<string>;
  newId(): string;
  login(protocol: MailProtocol, server: Server): Promise<void>;
  /** Keeps the settings, and the password encrypted for this row; null keeps the one there is. */
  store(accountId: string, settings: Record<string, unknown>, password: string | null): Promise<unknown>;
}

/**
 * Tries the servers of a mailbox out and, when told to save, keeps what worked. That a server refuses is an answer, not an
 * error: `{ ok: false, imap, smtp }`.
 *
 * @throws AppError 422 `mail_provider_unknown`, `password_required`, `password_needed_again`; what `check` and `store` refuse with
 */
export async function mailAccount(
  input: MailAccountInput,
  steps: MailAccountSteps,
): Promise<MailAccountAnswer> {
  const { preset } = input.settings;
  // Mail of a webhook is fetched from nowhere: there is nothing to be tried out.
  if (!isMailPreset(preset))
    throw new AppError(422, 'mail_provider_unknown', 'This provider cannot be connected.');
  const checked = await steps.check(withPresetServers(input.settings));
  const { settings } = checked;
  const given = input.password ? asProviderWants(preset, input.password) : null;
  const password = given || (await keptPassword(checked, steps));

  const { username } = settings;
  const trial = async (protocol: MailProtocol, host: string, port: number): Promise<Trial> => {
    if (protocol === 'smtp' && blockedPorts.has(port)) return refusal('port_blocked');
    try {
      await steps.login(protocol, { host, port, username, password });
      return { ok: true, code: 'ok', message: 'Works.' };
    } catch (error) {
      return refusal(connectionProblem(error, protocol, presets[preset].needsAppPassword));
    }
  };
  const [imap, smtp] = await Promise.all([
    trial('imap', settings.imap_host, settings.imap_port),
    settings.send_via === 'smtp' ? trial('smtp', settings.smtp_host, settings.smtp_port) : notUsed,
  ]);
  if (!imap.ok || !smtp.ok || input.action === 'test') return { ok: imap.ok && smtp.ok, imap, smtp };
  const account = await steps.store(checked.account_id ?? steps.newId(), settings, given);
  return { ok: true, imap, smtp, account };
}

/** Outgoing connections to these are not possible from Edge Functions (Supabase documentation, "Limits"). */
const blockedPorts = new Set([25, 587]);
const notUsed: Trial = { ok: true, code: 'not_used', message: 'Mail is sent through Resend.' };

function refusal(code: ConnectionCode): Trial {
  return { ok: false, code, message: connectionSentence(code) };
}

async function keptPassword(
  { account_id, has_password, settings }: z.infer<typeof checkedAccount>,
  steps: MailAccountSteps,
): Promise<string> {
  if (!account_id || !has_password)
    throw new AppError(422, 'password_required', 'Enter the password of the mailbox.');
  const stored = await steps.stored(account_id);
  // Or an owner could have the stored password sent to a server of their own, and read it there.
  if (!stored || serverNames.some((name) => stored[name] !== settings[name])) {
    const reason = 'The server or the user name has changed: enter the password again.';
    throw new AppError(422, 'password_needed_again', reason);
  }
  return steps.readPassword(account_id);
}
