import { handleError } from '#lib/feedback.ts';
import { getLocale, setLocale } from '#lib/paraglide/runtime.js';
import { m } from '#lib/paraglide/messages.js';
import { twoStepPath } from './next-path.ts';
import { landingPath } from '#lib/tenancy/access.ts';
import { readAccess } from '#lib/tenancy/queries.ts';
import { beginSignOut, leaveTo } from './leaving.ts';
import { signOut, signOutEverywhere } from './queries.ts';
import { awaitsCode } from './two-step.ts';

/**
 * Leaves the sign-in pages for `next`, or for where this person begins, in the language of their profile; by way of the
 * question for a code where they have set up two-step verification.
 */
export async function enter(next: string | null, lastSlug?: string): Promise<void> {
  const access = await readAccess();
  if (access.profile.language !== getLocale()) setLocale(access.profile.language, { reload: false });
  if (await awaitsCode()) leaveTo(twoStepPath(next));
  else leaveTo(next ?? landingPath(access, lastSlug));
}

/** Ends the session of this browser and shows the sign-in page. */
export async function leave(): Promise<void> {
  beginSignOut();
  await signOut();
  leaveTo('/sign-in');
}

/** Ends the person's sessions on all devices. */
export async function leaveEverywhere(): Promise<void> {
  beginSignOut();
  try {
    await signOutEverywhere();
    leaveTo('/sign-in');
  } catch (error) {
    handleError(error, { title: m.profile_sign_out_everywhere_failed(), retry: leaveEverywhere });
  }
}
