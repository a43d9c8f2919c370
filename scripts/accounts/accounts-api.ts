import type { SupabaseClient } from '@supabase/supabase-js';
import { CommandFailure, failureOf } from './command-failure.ts';
import type { StackTarget } from './stack-target.ts';
import type { AdminAccounts, BootstrapOutcome, NewAccount } from './super-admin.ts';
import { serviceClient, visitorClient } from './supabase-clients.ts';

/** What `my_access()` tells a person about themselves. */
export interface Access {
  is_super_admin: boolean;
  memberships: Array<{ tenant_id: string; slug: string; role: 'owner' | 'staff'; has_access: boolean }>;
}

/** Creates an account the way the invitation page does. */
export async function signUpInvited(
  target: StackTarget,
  account: NewAccount,
  invitationToken: string,
): Promise<void> {
  const { email, password, firstName, lastName, language } = account;
  const { data, error } = await visitorClient(target).auth.signUp({
    email,
    password,
    options: {
      data: { invitation_token: invitationToken, first_name: firstName, last_name: lastName, language },
    },
  });
  if (error) throw failureOf(error, `Sign-up of ${email}`);
  // Auth answers a known address with a made-up user, so that nobody can find out who has an account.
  if (data.user?.identities?.length === 0) {
    throw new CommandFailure('refused', `There is an account for ${email} already.`);
  }
}

/** A client with this person's session, or null when the password is not theirs. */
export async function signedIn(
  target: StackTarget,
  email: string,
  password: string,
): Promise<SupabaseClient | null> {
  const client = visitorClient(target);
  const { error } = await client.auth.signInWithPassword({ email, password });
  if (!error) return client;
  if (error.code === 'invalid_credentials') return null;
  throw failureOf(error, `Sign-in of ${email}`);
}

/** What the person behind the session may see. */
export async function accessOf(client: SupabaseClient): Promise<Access> {
  const { data, error } = await client.rpc('my_access');
  if (error) throw failureOf(error, 'Reading the access of an account');
  return data as Access;
}

/** The accounts of a stack, over its public HTTP API. */
export function adminAccounts(target: StackTarget): AdminAccounts {
  return {
    async bootstrap(email, tokenHash): Promise<BootstrapOutcome> {
      const { data, error, status } = await serviceClient(target).rpc('bootstrap_super_admin', {
        email,
        token_hash: tokenHash,
      });
      if (error) throw failureOf({ ...error, status }, 'Creating a super-admin');
      return (data as { outcome: BootstrapOutcome }).outcome;
    },
    signUp: (account, token) => signUpInvited(target, account, token),
    async isSuperAdmin(email, password): Promise<boolean> {
      const client = await signedIn(target, email, password);
      if (!client) return false;
      const { is_super_admin } = await accessOf(client);
      await client.auth.signOut({ scope: 'local' });
      return is_super_admin;
    },
  };
}
