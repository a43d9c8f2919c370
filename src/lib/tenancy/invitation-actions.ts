import { enter } from '#lib/auth/actions.ts';
import { signIn, signUp } from '#lib/auth/queries.ts';
import type { SignUpForm } from '#lib/auth/schemas.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { Acceptance, InvitationPreview } from './schemas.ts';

/** Where somebody who just joined begins. */
export function joinedPath(accepted: Acceptance): string {
  if (accepted.slug) return `/${accepted.slug}`;
  return accepted.role === 'super_admin' ? '/admin' : '/';
}

/**
 * Creates the account an invitation is for and enters. "stale" means the Auth service refused: the invitation
 * has to be looked at again, since somebody may have used it in the meantime.
 */
export async function joinWithNewAccount(input: {
  token: string;
  preview: InvitationPreview;
  values: SignUpForm;
}): Promise<'entered' | 'must_confirm' | 'stale'> {
  const email = input.preview.email ?? '';
  const outcome = await signUp({ token: input.token, email, language: getLocale(), values: input.values });
  if (outcome === 'refused') return 'stale';
  // A link that was handed over instead of mailed does not prove the address.
  if (input.preview.needs_confirmation) return 'must_confirm';
  await signIn({ email, password: input.values.password });
  await enter(null);
  return 'entered';
}
