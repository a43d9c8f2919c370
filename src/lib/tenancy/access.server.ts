import { signInPath, twoStepPath } from '#lib/auth/next-path.ts';
import { toAppError } from '#lib/supabase/errors.ts';
import { getLocale } from '#lib/paraglide/runtime.js';
import { isServedOverHttps } from '#lib/security/origin.server.ts';
import { error, redirect, type RequestEvent } from '@sveltejs/kit';
import { readAccess } from './queries.ts';
import type { Access } from './schemas.ts';

const LOCALE_COOKIE = 'PARAGLIDE_LOCALE';

/**
 * The access of whoever sends this request. Without a valid session they go to the sign-in page, without the code of
 * their two-step verification to the page that asks for it; a page in another language than their profile's is asked
 * for again in the right one.
 */
export async function loadAccess({ locals, cookies, url, isDataRequest }: RequestEvent): Promise<Access> {
  const session = await locals.getSession();
  if (session && session !== 'unknown' && session.awaitsCode)
    redirect(303, twoStepPath(url.pathname + url.search));
  const access = await readAccess(locals.supabase).catch((failure: unknown) => {
    const { status } = toAppError(failure);
    if (status === 401) redirect(303, signInPath(url.pathname + url.search));
    error(status === 403 ? 403 : 503, 'The data service did not answer');
  });
  const { language } = access.profile;
  if (language !== getLocale() && cookies.get(LOCALE_COOKIE) !== language) {
    cookies.set(LOCALE_COOKIE, language, {
      maxAge: 34_560_000,
      httpOnly: false,
      sameSite: 'lax',
      secure: isServedOverHttps({ url }),
    });
    if (!isDataRequest) redirect(307, url.pathname + url.search);
  }
  return access;
}
