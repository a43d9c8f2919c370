import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const session = await locals.getSession();
  return {
    email: session && session !== 'unknown' ? session.email : null,
    isAddressConfirmed: url.searchParams.get('address') === 'confirmed',
  };
};
