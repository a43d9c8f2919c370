import { twoStepPath } from '#lib/auth/next-path.ts';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const session = await locals.getSession();
  // The Auth service takes no new password without the code of whoever has set up two-step verification.
  if (session && session !== 'unknown' && session.awaitsCode)
    redirect(303, twoStepPath(url.pathname + url.search));
  return {
    email: session && session !== 'unknown' ? session.email : null,
    isAddressConfirmed: url.searchParams.get('address') === 'confirmed',
  };
};
