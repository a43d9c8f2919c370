/** The mailbox of Bright Smile on the mail server of this machine: filled once, connected as an owner connects one. */
import type { ImapFlow } from 'imapflow';
import type { SupabaseClient } from '@supabase/supabase-js';
import type { LocalMail } from '../../../supabase/embedded/mail/local-mail.ts';
import { CommandFailure, failureOf } from '../../accounts/command-failure.ts';
import { demoClinics } from '../demo-clinics.ts';
import type { DemoState } from '../demo-state.ts';
import { demoSession, type DemoTarget } from '../invited-people.ts';
import { clinicMailbox, mailboxEntries } from './correspondence.ts';
import { otherMail } from './others.ts';
import { patientMail } from './patients.ts';

interface KnownAccount {
  id: string;
  tenant_id: string;
  status: string;
  imap_port: number;
  smtp_port: number;
}

/**
 * Makes the mailbox with its mail and connects it to the clinic. One that has been connected is left as it is, but for the
 * ports of the server; one that was removed stays removed.
 *
 * @throws CommandFailure
 */
export async function ensureMailbox(target: DemoTarget, state: DemoState, server: LocalMail): Promise<void> {
  const clinic = demoClinics.find(({ owner }) => sameDomain(owner.email, clinicMailbox.address));
  const owner = clinic && (await demoSession(target, state, clinic.owner));
  // The demo was not set up, or its owner has another password now.
  if (!owner) return;
  const { address } = clinicMailbox;
  const password = state.passwordOf(address);
  await server.setPassword(address, password);
  const account = await findAccount(owner, address);
  if (account?.status === 'removed') return;
  if (account?.imap_port === server.imapPort && account.smtp_port === server.smtpPort) return;

  if (!account) await fill(server);
  const tenantId = account?.tenant_id ?? (await tenantOf(owner, clinic.slug));
  const saved = await callFunction<{ ok: boolean; account?: { id: string }; imap?: { message: string } }>(
    target,
    owner,
    'mail-account',
    {
      ...{ action: 'save', tenant_id: tenantId, account_id: account?.id ?? null, password },
      settings: {
        ...{
          address,
          preset: 'generic',
          username: address,
          display_name: clinicMailbox.name,
          send_via: 'smtp',
        },
        ...{ imap_host: 'localhost', imap_port: server.imapPort },
        ...{ smtp_host: 'localhost', smtp_port: server.smtpPort },
        // Whoever looks at the demo may do so at night, and does not want to wait.
        ...{ interval_minutes: 1, quiet_from: '00:00', quiet_to: '00:00' },
      },
    },
  );
  if (!saved.ok || !saved.account)
    throw new CommandFailure('refused', `The mailbox could not be connected: ${saved.imap?.message ?? ''}`);
  await callFunction(target, owner, 'mail-sync', { account_id: saved.account.id });
}

const sameDomain = (one: string, other: string): boolean => one.split('@')[1] === other.split('@')[1];

async function findAccount(owner: SupabaseClient, address: string): Promise<KnownAccount | null> {
  const { data, error, status } = await owner
    .from('mail_accounts')
    .select('id, tenant_id, status, imap_port, smtp_port')
    .eq('address', address)
    .maybeSingle<KnownAccount>();
  if (error) throw failureOf({ ...error, status }, 'the mailbox');
  return data;
}

async function tenantOf(owner: SupabaseClient, slug: string): Promise<string> {
  const { data, error, status } = await owner
    .from('tenants')
    .select('id')
    .eq('slug', slug)
    .single<{ id: string }>();
  if (error) throw failureOf({ ...error, status }, 'the clinic');
  return data.id;
}

/** Puts the mails where they arrived or were kept, oldest first; does nothing when there is any. */
async function fill(server: LocalMail): Promise<void> {
  const now = new Date();
  const all = await Promise.all([...patientMail, ...otherMail].map((each) => mailboxEntries(each, now)));
  const client: ImapFlow = await server.connect(clinicMailbox.address);
  try {
    const known = await client.status('INBOX', { messages: true });
    if (known && known.messages) return;
    for (const { folder, raw, flags, date } of all.flat().toSorted((a, b) => Number(a.date) - Number(b.date)))
      await client.append(folder, raw, flags, date);
  } finally {
    await client.logout();
  }
}

async function callFunction<T>(
  target: DemoTarget,
  person: SupabaseClient,
  name: string,
  body: Record<string, unknown>,
): Promise<T> {
  const session = (await person.auth.getSession()).data.session;
  const response = await fetch(`${target.url}/functions/v1/${name}`, {
    method: 'POST',
    headers: {
      apikey: target.publishableKey,
      authorization: `Bearer ${session?.access_token ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(body),
  });
  const answer = (await response.json()) as T & { message?: string };
  if (response.ok) return answer;
  throw new CommandFailure('refused', `${name}: ${answer.message ?? `status ${response.status}`}`);
}
