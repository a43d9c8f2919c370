import { LAST_CLINIC_COOKIE } from '#lib/auth/leaving.ts';
import { safeNextPath } from '#lib/auth/next-path.ts';
import { landingPath } from '#lib/tenancy/access.ts';
import { readAccess } from '#lib/tenancy/queries.ts';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
  const next = safeNextPath(url.searchParams.get('next'));
  const lastSlug = cookies.get(LAST_CLINIC_COOKIE);
  if (await locals.getSession()) {
    // A session the Data API refuses is none: showing the form here keeps the two from sending people in circles.
    const access = await readAccess(locals.supabase).catch(() => null);
    if (access) redirect(303, next ?? landingPath(access, lastSlug));
  }
  return { next, lastSlug };
};
