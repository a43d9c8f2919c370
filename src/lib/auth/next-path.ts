/** Control characters and backslashes, which browsers drop or turn into slashes while parsing. */
// oxlint-disable-next-line no-control-regex
const UNSAFE = /[\u0000-\u001f\u007f\\]/;

/**
 * The page to return to after signing in, if `value` is a path of this site; otherwise null.
 * Refuses other origins ("//evil.example", "https:…", "/\evil.example") and the pages of signing in themselves.
 */
export function safeNextPath(value: string | null | undefined): string | null {
  if (!value || !value.startsWith('/') || value.startsWith('//') || UNSAFE.test(value)) return null;
  const base = 'http://site.invalid';
  if (!URL.canParse(value, base)) return null;
  const url = new URL(value, base);
  if (url.origin !== base || url.pathname.startsWith('//')) return null;
  if (['/', '/sign-in', '/two-step'].includes(url.pathname)) return null;
  return url.pathname + url.search + url.hash;
}

/** Address of the sign-in page that returns to `path` afterwards. */
export function signInPath(path?: string | null): string {
  return withNext('/sign-in', path);
}

/** Address of the page that asks for the code of two-step verification and goes to `path` afterwards. */
export function twoStepPath(path?: string | null): string {
  return withNext('/two-step', path);
}

function withNext(page: string, path?: string | null): string {
  const next = safeNextPath(path);
  return next ? `${page}?next=${encodeURIComponent(next)}` : page;
}
