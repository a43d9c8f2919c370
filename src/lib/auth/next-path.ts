/** Control characters and backslashes, which browsers drop or turn into slashes while parsing. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f\\]/;

/**
 * The page to return to after signing in, if `value` is a path of this site; otherwise null.
 * Refuses other origins ("//evil.example", "https:…", "/\evil.example") and the sign-in page itself.
 */
export function safeNextPath(value: string | null | undefined): string | null {
  if (!value || !value.startsWith('/') || value.startsWith('//') || UNSAFE.test(value)) return null;
  const base = 'http://site.invalid';
  if (!URL.canParse(value, base)) return null;
  const url = new URL(value, base);
  if (url.origin !== base || url.pathname.startsWith('//')) return null;
  if (url.pathname === '/sign-in' || url.pathname === '/') return null;
  return url.pathname + url.search + url.hash;
}

/** Address of the sign-in page that returns to `path` afterwards. */
export function signInPath(path?: string): string {
  const next = safeNextPath(path);
  return next ? `/sign-in?next=${encodeURIComponent(next)}` : '/sign-in';
}
