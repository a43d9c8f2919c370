import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { toSettings, type AccountForm } from './form.ts';
import {
  mailAccountSchema,
  mailRunSchema,
  trialAnswerSchema,
  type MailAccount,
  type MailRun,
  type TrialAnswer,
} from './schemas.ts';

const RUNS_PER_PAGE = 30;
const LOOK_EVERY_MS = 15_000;

/** Cache keys of this part, under the clinic they belong to. */
export const accountKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'mail-accounts'] as const,
  list: (tenantId: string) => ['tenant', tenantId, 'mail-accounts', 'list'] as const,
  runs: (tenantId: string, accountId: string) =>
    ['tenant', tenantId, 'mail-accounts', accountId, 'runs'] as const,
};

const columns =
  'id, address, display_name, preset, username, imap_host, imap_port, smtp_host, smtp_port, send_via, history_days, interval_minutes, quiet_from, quiet_to, status, next_sync_at, lease_until, last_synced_at, fail_count, last_error_code, backlog';

/** The clinic's mailboxes that were not removed, by address. Owners only. */
export async function listAccounts(tenantId: string): Promise<MailAccount[]> {
  const answer = await supabase()
    .from('mail_accounts')
    .select(columns)
    .eq('tenant_id', tenantId)
    .neq('status', 'removed')
    .order('address');
  return parseAnswer(z.array(mailAccountSchema), unwrap(answer));
}

type Place = { startedAt: string; id: string };

/** The runs of a mailbox, newest first, from after `after` on. */
export async function listRuns(input: {
  tenantId: string;
  accountId: string;
  after: Place | null;
}): Promise<MailRun[]> {
  let question = supabase()
    .from('mail_runs')
    .select('id, cause, started_at, ended_at, outcome, counts, error_code')
    .eq('tenant_id', input.tenantId)
    .eq('account_id', input.accountId)
    .order('started_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(RUNS_PER_PAGE);
  if (input.after) {
    const { startedAt, id } = input.after;
    question = question.or(`started_at.lt."${startedAt}",and(started_at.eq."${startedAt}",id.lt.${id})`);
  }
  return parseAnswer(z.array(mailRunSchema), unwrap(await question));
}

/** Tries the servers of a mailbox out, and keeps what works when told to. That a server refuses is an answer. */
export async function tryAccount(input: {
  action: 'test' | 'save';
  tenantId: string;
  accountId: string | null;
  values: AccountForm;
}): Promise<TrialAnswer> {
  const answer = await supabase().functions.invoke<unknown>('mail-account', {
    body: {
      action: input.action,
      tenant_id: input.tenantId,
      account_id: input.accountId,
      settings: toSettings(input.values),
      password: input.values.password || null,
    },
  });
  return unwrapFunction(trialAnswerSchema, answer);
}

type OfAccount = { tenantId: string; accountId: string };

/** Stops fetching until it is resumed. */
export async function pauseAccount({ tenantId, accountId }: OfAccount): Promise<void> {
  unwrap(await supabase().rpc('pause_mail_account', { tenant_id: tenantId, account_id: accountId }));
}

/** Fetches again, at once. */
export async function resumeAccount({ tenantId, accountId }: OfAccount): Promise<void> {
  unwrap(await supabase().rpc('resume_mail_account', { tenant_id: tenantId, account_id: accountId }));
}

/** Disconnects a mailbox and erases its password. */
export async function removeAccount({
  tenantId,
  accountId,
  keepMail,
}: OfAccount & { keepMail: boolean }): Promise<void> {
  const values = { tenant_id: tenantId, account_id: accountId, keep_mail: keepMail };
  unwrap(await supabase().rpc('remove_mail_account', values));
}

export const accountOptions = (tenantId: string) =>
  queryOptions({
    queryKey: accountKeys.list(tenantId),
    queryFn: () => listAccounts(tenantId),
    refetchInterval: LOOK_EVERY_MS,
  });

export const runOptions = (tenantId: string, accountId: string) =>
  infiniteQueryOptions({
    queryKey: accountKeys.runs(tenantId, accountId),
    queryFn: ({ pageParam }) => listRuns({ tenantId, accountId, after: pageParam }),
    initialPageParam: null as Place | null,
    getNextPageParam: (page): Place | null => {
      const last = page.at(-1);
      return last && page.length === RUNS_PER_PAGE ? { startedAt: last.started_at, id: last.id } : null;
    },
  });
