import { LAST_CLINIC_COOKIE } from '#lib/auth/leaving.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = ({ cookies, url }) => ({
  lastSlug: cookies.get(LAST_CLINIC_COOKIE),
  emailChanged: url.searchParams.get('email') === 'changed',
});
