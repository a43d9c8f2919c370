import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SupabaseClient } from '@supabase/supabase-js';
import { anonymousClient, serviceClient } from './environment.ts';

/** Somebody with an account and an open session. */
export interface Person {
  userId: string;
  email: string;
  password: string;
  accessToken: string;
  client: SupabaseClient;
}

export interface Clinic {
  id: string;
  slug: string;
  name: string;
}

export const newToken = (): string => randomBytes(32).toString('base64url');
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');
export const newEmail = (name: string): string => `${name}.${randomUUID().slice(0, 8)}@example.test`;
export const newPassword = (): string => randomBytes(12).toString('base64url');

/** Calls an RPC and returns its answer, or throws the API's own error. */
export async function call<T>(
  client: SupabaseClient,
  name: string,
  args: Record<string, unknown> = {},
): Promise<T> {
  const { data, error } = await client.rpc(name, args);
  if (error)
    throw Object.assign(new Error(`${name}: ${error.message} (${error.hint ?? error.code})`), {
      cause: error,
    });
  return data as T;
}

/** The stable code of the refusal an RPC ends in; fails if it does not. */
export async function refusal(
  client: SupabaseClient,
  name: string,
  args: Record<string, unknown> = {},
): Promise<string> {
  const { data, error, status } = await client.rpc(name, args);
  if (!error) throw new Error(`${name} was expected to be refused but answered ${JSON.stringify(data)}`);
  return `${status} ${error.hint}`;
}

/** Signs up with an invitation token as the page does, then signs in. */
export async function signUp(email: string, token: string, password = newPassword()): Promise<Person> {
  const client = anonymousClient();
  const { error } = await client.auth.signUp({
    email,
    password,
    options: { data: { invitation_token: token, first_name: email.split('.')[0], last_name: 'Test' } },
  });
  if (error) throw Object.assign(new Error(`sign-up of ${email}: ${error.message}`), { cause: error });
  return signIn(email, password);
}

export async function signIn(email: string, password: string): Promise<Person> {
  const client = anonymousClient();
  const { data, error } = await client.auth.signInWithPassword({ email, password });
  if (error) throw Object.assign(new Error(`sign-in of ${email}: ${error.message}`), { cause: error });
  return { userId: data.user.id, email, password, accessToken: data.session.access_token, client };
}

export async function createSuperAdmin(): Promise<Person> {
  const email = newEmail('root');
  const token = newToken();
  await call(serviceClient(), 'bootstrap_super_admin', { email, token_hash: hashToken(token) });
  return signUp(email, token);
}

/** Makes the link of an invitation as the Edge Function does, and returns its token. */
export async function issueToken(invitationId: string, actor: Person): Promise<string> {
  const token = newToken();
  await call(serviceClient(), 'issue_invitation_token', {
    invitation_id: invitationId,
    actor_id: actor.userId,
    token_hash: hashToken(token),
  });
  return token;
}

export async function createClinic(admin: Person, maxSeats = 20): Promise<{ clinic: Clinic; owner: Person }> {
  const slug = `clinic-${randomUUID().slice(0, 8)}`;
  const email = newEmail('owner');
  const made = await call<{ tenant: Clinic; invitation: { id: string } }>(
    admin.client,
    'admin_create_tenant',
    {
      name: `Clinic ${slug}`,
      slug,
      owner_email: email,
      max_seats: maxSeats,
    },
  );
  const owner = await signUp(email, await issueToken(made.invitation.id, admin));
  return { clinic: made.tenant, owner };
}

/** Invites an address as staff and returns the token of the link. */
export async function invite(owner: Person, clinic: Clinic, email: string): Promise<string> {
  const invitation = await call<{ id: string }>(owner.client, 'invite_member', {
    tenant_id: clinic.id,
    email,
  });
  return issueToken(invitation.id, owner);
}

export async function addStaff(owner: Person, clinic: Clinic): Promise<Person> {
  const email = newEmail('staff');
  return signUp(email, await invite(owner, clinic, email));
}

/** Brings somebody who has an account into a further clinic. */
export async function addExisting(owner: Person, clinic: Clinic, person: Person): Promise<void> {
  await call(person.client, 'accept_invitation', { token: await invite(owner, clinic, person.email) });
}
