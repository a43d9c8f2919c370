import { paraglideMiddleware } from '#lib/paraglide/server.js';
import { signInPath } from '#lib/auth/next-path.ts';
import { readSession } from '#lib/auth/session.server.ts';
import { ORIGIN } from '$app/env/private';
import { isForeign } from '#lib/security/foreign-form.ts';
import { applySecurityHeaders } from '#lib/security/headers.server.ts';
import { isServedOverHttps } from '#lib/security/origin.server.ts';
import { createRequestClient } from '#lib/supabase/request-client.server.ts';
import { redirect } from '@sveltejs/kit';
import { sequence, type Handle, type HandleServerError } from '@sveltejs/kit/hooks';

/** Routes in these groups need a session. */
const PROTECTED = ['/(app)', '/(admin)'];

const headers: Handle = async ({ event, resolve }) => {
  const response = await resolve(event);
  applySecurityHeaders(response, event.url.pathname, isServedOverHttps(event));
  return response;
};

/** Forms of other sites are turned away before anything reads them. */
const ownForms: Handle = ({ event, resolve }) =>
  isForeign(event.request, event.url.host, ORIGIN)
    ? new Response('This form was sent by another site.', { status: 403 })
    : resolve(event);

const language: Handle = ({ event, resolve }) =>
  paraglideMiddleware(event.request, ({ locale }) =>
    resolve(event, { transformPageChunk: ({ html }) => html.replace('%lang%', locale) }),
  );

const session: Handle = async ({ event, resolve }) => {
  const supabase = createRequestClient(event);
  let reading: ReturnType<typeof readSession> | undefined;
  event.locals.supabase = supabase;
  event.locals.getSession = () => (reading ??= readSession(supabase));

  const isProtected = PROTECTED.some((group) => event.route.id?.startsWith(group));
  if (isProtected && (await event.locals.getSession()) === null) {
    const location = signInPath(event.url.pathname + event.url.search);
    // A thrown redirect would go past the hook that sets the headers; only the app's own data requests need it.
    if (event.isDataRequest) redirect(303, location);
    return new Response(null, { status: 303, headers: { location } });
  }
  return resolve(event, {
    filterSerializedResponseHeaders: (name) => name === 'content-range' || name === 'x-supabase-api-version',
  });
};

export const handle = sequence(headers, ownForms, language, session);

/** Logs what was not expected, without the address (it may hold a token) and without the request's body. */
export const handleError: HandleServerError = ({ kind, error, event }) => {
  if (kind !== 'unknown') return;
  const cause = error instanceof Error ? error : new Error(String(error));
  console.error(
    JSON.stringify({
      level: 'error',
      route: event.route.id,
      method: event.request.method,
      message: cause.message,
      stack: cause.stack,
    }),
  );
};
