/**
 * CORS headers that let the app, and no other site, call a function from a browser.
 *
 * @param appUrl address of the app; without it no origin is allowed
 */
export function corsHeaders(appUrl: string | undefined): Record<string, string> {
  if (!appUrl || !URL.canParse(appUrl)) return {};
  return {
    'access-control-allow-origin': new URL(appUrl).origin,
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers':
      'authorization, x-client-info, apikey, content-type, x-request-id, x-retry-count, traceparent, tracestate, baggage',
    'access-control-expose-headers': 'retry-after, x-request-id',
    'access-control-max-age': '7200',
    vary: 'Origin',
  };
}
