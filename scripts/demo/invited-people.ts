import type { SupabaseClient } from '@supabase/supabase-js';
import { setTimeout as pause } from 'node:timers/promises';
import { accessOf, signedIn, signUpInvited } from '../accounts/accounts-api.ts';
import { CommandFailure, failureOf } from '../accounts/command-failure.ts';
import type { StackTarget } from '../accounts/stack-target.ts';
import { visitorClient } from '../accounts/supabase-clients.ts';
import type { DemoPerson } from './demo-clinics.ts';
import type { DemoState } from './demo-state.ts';
import { awaitInvitationToken, invitationTokens } from './invitation-inbox.ts';

/** An invitation as the API shows it. */
export interface Invitation {
  id: string;
  email: string;
  state: 'open' | 'expired' | 'used' | 'revoked';
  delivery: string;
  delivery_error: string | null;
}

/** A stack whose mail stays on this machine. */
export type DemoTarget = StackTarget & { inboxUrl: string };

/** Calls an RPC of the Data API as the person behind the client. */
export async function callRpc<T>(
  client: SupabaseClient,
  name: string,
  values: Record<string, unknown>,
): Promise<T> {
  const { data, error, status } = await client.rpc(name, values);
  if (error) throw failureOf({ ...error, status }, name);
  return data as T;
}

// Signing in is made slow on purpose; nobody of the demo has to do it twice.
const sessions = new WeakMap<DemoState, Map<string, SupabaseClient>>();

/** A person's session, or null when the account does not exist yet. */
export async function demoSession(
  target: DemoTarget,
  state: DemoState,
  person: DemoPerson,
): Promise<SupabaseClient | null> {
  const known = sessions.get(state) ?? new Map<string, SupabaseClient>();
  sessions.set(state, known);
  const session =
    known.get(person.email) ?? (await signedIn(target, person.email, state.passwordOf(person.email)));
  if (session) known.set(person.email, session);
  return session;
}

/**
 * Makes somebody a member of a clinic through an invitation, as people do it: mail, link, sign-up (or
 * sign-in and accept for somebody who has an account). Does nothing for a member.
 *
 * @param inviter may manage the clinic's invitations
 * @param findOrInvite returns the open or expired invitation for the address, or makes one
 */
export async function ensureMember(
  target: DemoTarget,
  state: DemoState,
  person: DemoPerson,
  tenantId: string,
  inviter: SupabaseClient,
  findOrInvite: () => Promise<Invitation>,
): Promise<SupabaseClient> {
  const known = await demoSession(target, state, person);
  if (
    known &&
    (await accessOf(known)).memberships.some((each) => each.tenant_id === tenantId && each.has_access)
  )
    return known;

  const token = await tokenOf(target, inviter, await findOrInvite());
  if (known) {
    await callRpc(known, 'accept_invitation', { token });
    return known;
  }
  await signUpInvited(target, { ...person, password: state.passwordOf(person.email) }, token);
  const session = await demoSession(target, state, person);
  if (!session) throw new CommandFailure('refused', `${person.email} has an account, but cannot sign in.`);
  return session;
}

/** Mails an invitation that has not gone out yet, and leaves it open. */
export async function ensureMailed(
  target: DemoTarget,
  inviter: SupabaseClient,
  invitation: Invitation,
): Promise<void> {
  if (invitation.state !== 'open' || invitation.delivery !== 'sent') await mail(target, inviter, invitation);
}

/** The token that was mailed; a mail from a run that broke off counts as well. */
async function tokenOf(target: DemoTarget, inviter: SupabaseClient, invitation: Invitation): Promise<string> {
  const visitor = visitorClient(target);
  const isValid = async (token: string): Promise<boolean> =>
    (await callRpc<{ state: string }>(visitor, 'preview_invitation', { token })).state === 'valid';
  for (const token of await invitationTokens(target.inboxUrl, invitation.email))
    if (await isValid(token)) return token;

  await mail(target, inviter, invitation);
  const token = await awaitInvitationToken(target.inboxUrl, invitation.email, isValid);
  if (!token)
    throw new CommandFailure(
      'refused',
      `The invitation for ${invitation.email} was sent but did not arrive.`,
    );
  return token;
}

async function mail(
  target: DemoTarget,
  inviter: SupabaseClient,
  { id, email }: Invitation,
  isRetry = false,
): Promise<void> {
  const session = (await inviter.auth.getSession()).data.session;
  const response = await fetch(`${target.url}/functions/v1/send-invitation`, {
    method: 'POST',
    headers: {
      apikey: target.publishableKey,
      authorization: `Bearer ${session?.access_token ?? ''}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ invitation_id: id, action: 'send' }),
  });
  if (response.status === 429 && !isRetry) {
    await response.body?.cancel();
    await pause((Number(response.headers.get('retry-after')) || 60) * 1_000);
    return mail(target, inviter, { id, email } as Invitation, true);
  }
  const answer = (await response.json()) as { invitation?: Invitation; message?: string };
  if (answer.invitation?.delivery === 'sent') return;
  const reason = answer.invitation?.delivery_error ?? answer.message ?? `status ${response.status}`;
  throw new CommandFailure('refused', `The invitation for ${email} did not go out: ${reason}`);
}
