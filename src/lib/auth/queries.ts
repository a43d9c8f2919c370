import { supabase } from '#lib/supabase/browser.ts';
import { AppError, toAppError } from '#lib/supabase/errors.ts';
import { unwrap } from '#lib/supabase/result.ts';
import { giveCode, separateClient } from './two-step.ts';
import type { ChangePasswordForm, ConfirmationType, ProfileForm, SignInForm, SignUpForm } from './schemas.ts';

/**
 * Signs in from the browser. Whatever the Auth service says (unknown address, wrong password, unconfirmed),
 * the error is "authentication_failed"; only a service out of reach is told apart.
 */
export async function signIn(values: SignInForm): Promise<void> {
  const { error } = await supabase().auth.signInWithPassword(values);
  if (!error) return;
  const failure = toAppError(error);
  throw failure.code === 'network' ? failure : new AppError('authentication_failed', failure.status);
}

/**
 * Creates the account an invitation is for. True when the person is signed in afterwards, false when the
 * Auth service refused (it does not say why: ask `previewInvitation` again).
 */
export async function signUp(input: {
  token: string;
  email: string;
  language: string;
  values: SignUpForm;
}): Promise<'created' | 'refused'> {
  const { email, token, language, values } = input;
  const { data, error } = await supabase().auth.signUp({
    email,
    password: values.password,
    options: {
      data: {
        invitation_token: token,
        first_name: values.first_name,
        last_name: values.last_name,
        language,
      },
    },
  });
  if (error) {
    const failure = toAppError(error);
    if (failure.code === 'network' || failure.code === 'weak_password') throw failure;
    return 'refused';
  }
  // For an address that has an account the service answers with a made-up user that has no identity.
  return data.user && data.user.identities?.length === 0 ? 'refused' : 'created';
}

/**
 * Mails the link that confirms the address of a new account once more. Throws "resend_cooldown" when the last
 * mail is too fresh.
 */
export async function resendConfirmation(email: string): Promise<void> {
  const { error } = await supabase().auth.resend({ type: 'signup', email });
  if (!error) return;
  const failure = toAppError(error);
  throw failure.code === 'too_many_requests' ? new AppError('resend_cooldown', failure.status) : failure;
}

/** Ends this browser's session, also when the Auth service cannot be reached. */
export async function signOut(): Promise<void> {
  const { error } = await supabase().auth.signOut({ scope: 'local' });
  if (error) forgetSession();
}

/** Ends every session of this account, on all devices. */
export async function signOutEverywhere(): Promise<void> {
  const { error } = await supabase().auth.signOut({ scope: 'global' });
  if (error) throw toAppError(error);
}

/** Removes the session's cookies without asking anybody. */
function forgetSession(): void {
  for (const cookie of document.cookie.split(';')) {
    const name = cookie.split('=')[0]?.trim() ?? '';
    if (/^sb-.+-auth-token/.test(name)) document.cookie = `${name}=; path=/; max-age=0; samesite=lax`;
  }
}

/** Asks for a mail to choose a new password; succeeds whether the address has an account or not. */
export async function requestPasswordReset(email: string): Promise<void> {
  const { error } = await supabase().auth.resetPasswordForEmail(email);
  const failure = error ? toAppError(error) : null;
  if (failure?.code === 'network') throw failure;
}

/**
 * Uses the one-time link of a mail. True when the person is signed in by it; false when it was accepted but
 * something is still missing (the first of the two links of a change of address).
 */
export async function confirmLink(input: { tokenHash: string; type: ConfirmationType }): Promise<boolean> {
  const { data, error } = await supabase().auth.verifyOtp({ token_hash: input.tokenHash, type: input.type });
  if (!error) return Boolean(data.session);
  const failure = toAppError(error);
  throw failure.code === 'network' ? failure : new AppError('link_expired', failure.status);
}

/** Sets a new password for the person signed in. */
export async function setPassword(password: string): Promise<void> {
  const { error } = await supabase().auth.updateUser({ password });
  if (error) throw toAppError(error);
}

/**
 * Changes the password after checking the current one by signing in with it, aside from this browser's session: that
 * one goes on untouched until everything has succeeded, and then as the new one, because a new password ends all others.
 */
export async function changePassword(email: string, values: ChangePasswordForm): Promise<void> {
  const client = separateClient();
  const { auth } = client;
  const signedIn = await auth.signInWithPassword({ email, password: values.current_password });
  if (signedIn.error) {
    const failure = toAppError(signedIn.error);
    throw failure.code === 'network' ? failure : new AppError('current_password_wrong', 400);
  }
  try {
    if (values.code) await giveCode(values.code, client);
    const { error } = await auth.updateUser({ password: values.password });
    if (error) throw toAppError(error);
  } catch (error) {
    await auth.signOut({ scope: 'local' });
    throw error;
  }
  const { data } = await auth.getSession();
  if (data.session) await supabase().auth.setSession(data.session);
}

/** Starts a change of address; it takes effect when the mailed links are opened. */
export async function requestEmailChange(email: string): Promise<void> {
  const { error } = await supabase().auth.updateUser({ email });
  if (error) throw toAppError(error);
}

/** Saves the names, language and time zone of the person signed in. */
export async function saveProfile(userId: string, values: ProfileForm): Promise<void> {
  const row = unwrap(
    await supabase()
      .from('profiles')
      .update({ ...values, time_zone: values.time_zone || null })
      .eq('user_id', userId)
      .select('user_id')
      .maybeSingle(),
  );
  if (!row) throw new AppError('not_saved', 404);
}
