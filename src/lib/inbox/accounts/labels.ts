import type { BadgeVariant } from '#lib/components/ui/badge/badge.svelte';
import { m } from '#lib/paraglide/messages.js';
import type { AccountForm, MailPreset } from './form.ts';
import type { MailAccount, MailRun, TrialAnswer } from './schemas.ts';

export const presetLabels: Record<MailAccount['preset'], () => string> = {
  yahoo: m.mailbox_yahoo,
  gmail: m.mailbox_gmail,
  icloud: m.mailbox_icloud,
  generic: m.mailbox_generic,
  webhook: m.mailbox_webhook,
};

export const presetHints: Record<MailPreset, () => string> = {
  yahoo: m.mailbox_yahoo_hint,
  gmail: m.mailbox_gmail_hint,
  icloud: m.mailbox_icloud_hint,
  generic: m.mailbox_generic_hint,
};

/** How to get an app password, step by step. */
export const appPasswordSteps: Record<MailPreset, (() => string)[]> = {
  yahoo: [m.mailbox_yahoo_step_1, m.mailbox_yahoo_step_2, m.mailbox_yahoo_step_3],
  gmail: [m.mailbox_gmail_step_1, m.mailbox_gmail_step_2, m.mailbox_gmail_step_3],
  icloud: [m.mailbox_icloud_step_1, m.mailbox_icloud_step_2, m.mailbox_icloud_step_3],
  generic: [],
};

const LATE_AFTER_MS = 15 * 60_000;

/** How a mailbox is getting on, in a word. Late: due for a quarter of an hour and nobody came. */
export function accountState(account: MailAccount, now: number): { label: string; variant: BadgeVariant } {
  const { status, lease_until, next_sync_at, preset } = account;
  if (status === 'paused') return { label: m.mailbox_status_paused(), variant: 'neutral' };
  if (status === 'auth_error') return { label: m.mailbox_status_auth_error(), variant: 'destructive' };
  if (status === 'suspended') return { label: m.mailbox_status_suspended(), variant: 'destructive' };
  if (status === 'removed') return { label: m.mailbox_status_removed(), variant: 'neutral' };
  if (lease_until !== null && Date.parse(lease_until) > now)
    return { label: m.mailbox_status_syncing(), variant: 'primary' };
  if (preset !== 'webhook' && Date.parse(next_sync_at) + LATE_AFTER_MS < now)
    return { label: m.mailbox_status_behind(), variant: 'warning' };
  return { label: m.mailbox_status_active(), variant: 'success' };
}

const trials: Record<string, () => string> = {
  host_not_found: m.mailbox_host_not_found,
  host_not_allowed: m.mailbox_host_not_allowed,
  host_lookup_failed: m.mailbox_host_lookup_failed,
  port_blocked: m.mailbox_port_blocked,
  connection_refused: m.mailbox_connection_refused,
  connection_lost: m.mailbox_connection_lost,
  timeout: m.mailbox_timeout,
  tls_required: m.mailbox_tls_required,
  certificate_invalid: m.mailbox_certificate_invalid,
  not_imap: m.mailbox_not_imap,
  not_smtp: m.mailbox_not_smtp,
  password_refused: m.mailbox_password_refused,
  app_password_needed: m.mailbox_app_password_needed,
  throttled: m.mailbox_throttled,
};
export const trialSentence = (code: string): string => (trials[code] ?? m.mailbox_failed)();

const ofPassword = new Set(['password_refused', 'app_password_needed']);
const ofPort = new Set(['port_blocked', 'connection_refused', 'tls_required']);
const ofHost = new Set([
  'host_not_found',
  'host_not_allowed',
  'certificate_invalid',
  'not_imap',
  'not_smtp',
  'timeout',
]);

/** The reasons why servers refused, at the fields that they are about; the rest belongs to none. */
export function trialErrors(
  { imap, smtp }: TrialAnswer,
  preset: MailPreset,
): { fields: Partial<Record<keyof AccountForm, string[]>>; rest: string[] } {
  const fields: Partial<Record<keyof AccountForm, string[]>> = {};
  const rest: string[] = [];
  for (const [protocol, { ok, code }] of [['imap', imap] as const, ['smtp', smtp] as const]) {
    if (ok) continue;
    const sentence = trialSentence(code);
    const hasServers = preset === 'generic';
    if (ofPassword.has(code)) fields.password = [sentence];
    else if (hasServers && ofPort.has(code)) fields[`${protocol}_port`] = [sentence];
    else if (hasServers && ofHost.has(code)) fields[`${protocol}_host`] = [sentence];
    else rest.push(`${protocol === 'imap' ? m.mailbox_receiving() : m.mailbox_sending()}: ${sentence}`);
  }
  return { fields, rest };
}

const outcomes: Record<NonNullable<MailRun['outcome']>, [() => string, BadgeVariant]> = {
  done: [m.mailbox_run_done, 'success'],
  more: [m.mailbox_run_more, 'primary'],
  failed: [m.mailbox_run_failed, 'destructive'],
  abandoned: [m.mailbox_run_abandoned, 'warning'],
};
export function runState({ outcome }: MailRun): { label: string; variant: BadgeVariant } {
  if (outcome === null) return { label: m.mailbox_run_running(), variant: 'primary' };
  const [label, variant] = outcomes[outcome];
  return { label: label(), variant };
}

/** What a run brought: only what there was, but new mail always. */
export function runNumbers({ counts, outcome }: MailRun): string[] {
  const changed = (counts.flagged ?? 0) + (counts.moved ?? 0);
  return [
    ...(outcome === 'failed' || outcome === 'abandoned'
      ? []
      : [m.mailbox_run_new({ count: counts.stored ?? 0 })]),
    ...(changed ? [m.mailbox_run_changed({ count: changed })] : []),
    ...(counts.deleted ? [m.mailbox_run_deleted({ count: counts.deleted })] : []),
    ...(counts.poisoned ? [m.mailbox_run_poisoned({ count: counts.poisoned })] : []),
  ];
}
