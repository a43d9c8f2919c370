import { LAST_CLINIC_COOKIE } from '#lib/auth/leaving.ts';
import { safeNextPath, signInPath } from '#lib/auth/next-path.ts';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url, cookies }) => {
  const next = safeNextPath(url.searchParams.get('next'));
  const session = await locals.getSession();
  if (session === null) redirect(303, signInPath(next));
  if (session !== 'unknown' && session.hasGivenCode) redirect(303, next ?? '/');
  return { next, lastSlug: cookies.get(LAST_CLINIC_COOKIE) };
};
