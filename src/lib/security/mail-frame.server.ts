/**
 * The empty page that a mail's cleaned HTML is put into (src/lib/inbox/message-view). It is a page of its own, because a
 * frame with srcdoc has the policy of the page around it: that one would have to allow style elements and pictures of
 * other servers, to everything on it.
 *
 * Whatever gets into it: no script runs (sandbox and policy), no form is sent, nothing is loaded but styles written into
 * it, the mail's own pictures and, once somebody asked for them, pictures over https. Nobody but this app may frame it.
 */
export function mailFrame(allowsImages: boolean): Response {
  const policy = [
    "default-src 'none'",
    `img-src data: blob:${allowsImages ? ' https:' : ''}`,
    "style-src 'unsafe-inline'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'self'",
    'sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox',
  ].join('; ');
  return new Response(PAGE, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      // The same for everybody, and there are several on a page.
      'cache-control': 'private, max-age=3600',
    },
  });
}

const PAGE = `<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title></title>
<style>
:root { color-scheme: only light; background: #fff; color: #1d2529; }
:root.dark { color-scheme: dark; background: var(--ground); color: var(--ink); }
:root.dark a { color: #6fd3cf; }
html, body { margin: 0; padding: 0; height: auto !important; }
body { font: 14px/1.55 'Inter Variable', ui-sans-serif, system-ui, sans-serif; overflow-wrap: anywhere; }
#mail { padding: 12px 16px; overflow-x: auto; overflow-y: hidden; }
#mail > :first-child { margin-top: 0; }
img { max-width: 100%; }
img:not([height]) { height: auto; }
img:not([src]) { color: #64737b; font-style: italic; }
table { max-width: 100%; }
pre { white-space: pre-wrap; }
blockquote { margin: 8px 0; padding-left: 12px; border-left: 3px solid #b9c6cb; }
.chairside-quoted > summary { display: inline-block !important; visibility: visible !important; margin: 6px 0; padding: 0 10px 5px; border-radius: 999px; background: #e6ecee; color: #33444b; font: 700 14px/1 sans-serif; letter-spacing: 2px; cursor: pointer; list-style: none; }
.chairside-quoted > summary:focus-visible, a:focus-visible { outline: 2px solid #0f8f8c; outline-offset: 2px; }
:root.dark .chairside-quoted > summary { background: #33444b; color: #dfe9ec; }
.chairside-real-host { color: #b3261e !important; background: #fff !important; font: 600 12px/1.4 sans-serif !important; visibility: visible !important; display: inline !important; opacity: 1 !important; }
</style>
</head>
<body></body>
</html>
`;
