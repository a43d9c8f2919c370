import { PUBLIC_SUPABASE_PUBLISHABLE_KEY, PUBLIC_SUPABASE_URL } from '$app/env/public';
import { supabase, type ChairsideClient } from '#lib/supabase/browser.ts';
import { AppError, toAppError } from '#lib/supabase/errors.ts';
import { createClient, type AuthError } from '@supabase/supabase-js';
import { queryOptions } from '@tanstack/svelte-query';
import type { Database } from '#lib/supabase/database.types.ts';

/** A device whose codes are asked for when its owner signs in. */
export type Device = { id: string; name: string; addedAt: string };

/** A device that is being set up: what its authenticator app has to be told. */
export type Enrolment = { id: string; qrCode: string; secret: string };

export const twoStepKeys = { devices: ['two-step', 'devices'] as const };

export const devicesOptions = () =>
  queryOptions({ queryKey: twoStepKeys.devices, queryFn: () => listDevices() });

/** The devices of the person signed in, oldest first; those whose set-up was never finished do not count. */
export async function listDevices(client: ChairsideClient = supabase()): Promise<Device[]> {
  const { data, error } = await client.auth.mfa.listFactors();
  if (error) throw toAppError(error);
  return data.totp
    .map(({ id, friendly_name, created_at }) => ({ id, name: friendly_name ?? '', addedAt: created_at }))
    .toSorted((a, b) => a.addedAt.localeCompare(b.addedAt));
}

/** Whether this browser's session still lacks the code that its person set up. Asks nobody. */
export async function awaitsCode(): Promise<boolean> {
  const { data } = await supabase().auth.mfa.getAuthenticatorAssuranceLevel();
  return data?.nextLevel === 'aal2' && data.currentLevel !== 'aal2';
}

/**
 * Begins to set up a device, and clears up what an abandoned set-up has left. Throws "two_step_unavailable" where the
 * Auth service does not offer it.
 */
export async function beginEnrolment(name: string): Promise<Enrolment> {
  const { mfa } = supabase().auth;
  const { data: listed } = await mfa.listFactors();
  for (const { id, status } of listed?.all ?? [])
    if (status === 'unverified') await mfa.unenroll({ factorId: id });
  const { data, error } = await mfa.enroll({ factorType: 'totp', friendlyName: name, issuer: 'Chairside' });
  if (error)
    throw isNotOffered(error) ? new AppError('two_step_unavailable', error.status) : toAppError(error);
  return { id: data.id, qrCode: data.totp.qr_code, secret: data.totp.secret };
}

function isNotOffered({ status, code }: AuthError): boolean {
  return status === 404 || code === 'mfa_totp_enroll_not_enabled';
}

/** Finishes setting up a device with its first code. Ends the person's sessions that have not given one. */
export async function finishEnrolment(id: string, code: string): Promise<void> {
  const { error } = await supabase().auth.mfa.challengeAndVerify({ factorId: id, code });
  if (error) throw toAppError(error);
}

/** Gives the session the code of whichever of the person's devices it is from. */
export async function giveCode(code: string, client: ChairsideClient = supabase()): Promise<void> {
  let failure = new AppError('mfa_factor_not_found', 404);
  for (const { id } of await listDevices(client)) {
    const { error } = await client.auth.mfa.challengeAndVerify({ factorId: id, code });
    if (!error) return;
    failure = toAppError(error);
    if (failure.code !== 'mfa_verification_failed') break;
  }
  throw failure;
}

/** Removes a device. The session forgets the code it gave with it. */
export async function removeDevice(id: string): Promise<void> {
  const { error } = await supabase().auth.mfa.unenroll({ factorId: id });
  if (error) throw toAppError(error);
  await renewSession();
}

/** Fetches a fresh token, which knows the person's devices as they are now. */
export async function renewSession(): Promise<void> {
  const { error } = await supabase().auth.refreshSession();
  if (error) throw toAppError(error);
}

let separateClients = 0;

/** A second client whose session lives in memory alone: what it does leaves this browser's session as it is. */
export function separateClient(): ChairsideClient {
  separateClients += 1;
  return createClient<Database>(PUBLIC_SUPABASE_URL, PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    auth: {
      ...{ persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
      // Two clients of one name would make the library warn.
      storageKey: `chairside-separate-${separateClients}`,
    },
  });
}
