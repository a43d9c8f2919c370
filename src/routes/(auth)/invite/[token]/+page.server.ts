import type { PageServerLoad } from './$types';

// The link itself is looked up by the browser: opening this page changes nothing.
export const load: PageServerLoad = async ({ locals, params }) => {
  const session = await locals.getSession();
  return { token: params.token, signedInAs: session && session !== 'unknown' ? session.email : null };
};
