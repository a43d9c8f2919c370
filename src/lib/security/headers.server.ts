import { PUBLIC_SUPABASE_URL } from '$app/env/public';

const PERMISSIONS = 'camera=(), microphone=(), geolocation=(), payment=(), usb=()';

/** Paths whose URL carries a one-time secret: it must not travel on in a Referer header. */
const SECRET_PATHS = ['/invite/', '/auth/confirm'];
/** The same, with forms: under `no-referrer` browsers hide a form's own origin too, and the server refuses it as another site's. */
const SECRET_FORM_PATHS = ['/offer/', '/visit/'];

function referrerPolicy(pathname: string): string {
  const isIn = (paths: string[]) => paths.some((path) => pathname.startsWith(path));
  if (isIn(SECRET_FORM_PATHS)) return 'same-origin';
  return isIn(SECRET_PATHS) ? 'no-referrer' : 'strict-origin-when-cross-origin';
}

/**
 * Adds the security headers every response of the app carries, and lets the browser talk to the
 * Data API, whose address is only known when the server starts.
 */
export function applySecurityHeaders(response: Response, pathname: string, https: boolean): void {
  const { headers } = response;
  headers.set('x-content-type-options', 'nosniff');
  // The page for mails is meant to be framed, by this app; it says so itself.
  if (!headers.has('x-frame-options')) headers.set('x-frame-options', 'DENY');
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('permissions-policy', PERMISSIONS);
  if (!headers.has('referrer-policy')) headers.set('referrer-policy', referrerPolicy(pathname));
  if (https) headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
  // Pages hold a session or depend on one; nothing the server renders may be stored by a cache.
  if (!headers.has('cache-control')) headers.set('cache-control', 'private, no-store');

  const policy = headers.get('content-security-policy');
  if (policy) {
    const api = new URL(PUBLIC_SUPABASE_URL).origin;
    headers.set('content-security-policy', policy.replace("connect-src 'self'", `connect-src 'self' ${api}`));
  }
}
