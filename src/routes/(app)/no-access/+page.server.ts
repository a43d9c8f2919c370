import { LAST_CLINIC_COOKIE } from '#lib/auth/leaving.ts';
import { findMembership, landingPath } from '#lib/tenancy/access.ts';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ parent, url, cookies }) => {
  const { access } = await parent();
  const slug = url.searchParams.get('clinic') ?? undefined;
  const clinic = slug ? findMembership(access, slug) : undefined;
  if (clinic?.has_access) redirect(303, `/${clinic.slug}`);
  const landing = landingPath(access, cookies.get(LAST_CLINIC_COOKIE));
  if (!clinic && landing !== '/no-access') redirect(303, landing);
  return { slug: clinic?.slug };
};
