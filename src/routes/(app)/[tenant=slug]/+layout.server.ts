import { LAST_CLINIC_COOKIE } from '#lib/auth/leaving.ts';
import { isServedOverHttps } from '#lib/security/origin.server.ts';
import { findMembership } from '#lib/tenancy/access.ts';
import { error, redirect } from '@sveltejs/kit';
import type { LayoutServerLoad } from './$types';

export const load: LayoutServerLoad = async ({ parent, params, cookies, url }) => {
  const { access } = await parent();
  const clinic = findMembership(access, params.tenant);
  // Another clinic looks exactly like one that does not exist.
  if (!clinic) error(404, 'Not found');
  if (!clinic.has_access) redirect(303, `/no-access?clinic=${clinic.slug}`);
  cookies.set(LAST_CLINIC_COOKIE, clinic.slug, {
    maxAge: 31_536_000,
    sameSite: 'lax',
    secure: isServedOverHttps({ url }),
  });
  return { clinic };
};
