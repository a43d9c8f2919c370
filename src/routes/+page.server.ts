import { LAST_CLINIC_COOKIE } from '#lib/auth/leaving.ts';
import { landingPath } from '#lib/tenancy/access.ts';
import { loadAccess } from '#lib/tenancy/access.server.ts';
import { redirect } from '@sveltejs/kit';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) => {
  if ((await event.locals.getSession()) === null) redirect(303, '/sign-in');
  redirect(303, landingPath(await loadAccess(event), event.cookies.get(LAST_CLINIC_COOKIE)));
};
