/** /inbox: the captured mail for people, and for tests as JSON. Reachable from this machine alone. */
import { randomBytes } from 'node:crypto';
import type { Handler } from '../gateway/http-server.ts';
import type { Inbox, Message, MessageSummary, NewMessage } from './inbox.ts';
import { escapeHtml } from './template.ts';
import { inboxStyle } from './inbox-style.ts';

const loopbackHosts = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Serves the pages and `/inbox/messages[/<id>]`; the JSON answers carry no CORS headers, so other sites cannot read them. */
export function createInboxPages(inbox: Inbox): Handler {
  return async (request) => {
    const { pathname, searchParams, hostname } = new URL(request.url);
    // Another site's name resolved to this machine would be same-origin with the inbox.
    if (!loopbackHosts.has(hostname)) return problem(403, 'The inbox answers on the loopback address only.');
    const [, , section, id, part] = pathname.split('/');
    const message = inbox.find((section === 'messages' ? id : section) ?? '');
    if (section === 'messages' && !id) return collection(request, inbox, searchParams.get('to'));
    if (request.method !== 'GET') return problem(405, 'Method not allowed');
    if (!section) return page('Inbox', listOf(inbox.list()));
    if (!message) return problem(404, 'No such message');
    if (section !== 'messages') return page(message.subject, messageView(message));
    return part === 'body' ? messageBody(message) : Response.json(message);
  };
}

async function collection(request: Request, inbox: Inbox, to: string | null): Promise<Response> {
  if (request.method === 'GET') return Response.json(inbox.list(to));
  if (request.method === 'DELETE') {
    inbox.clear();
    return new Response(null, { status: 204 });
  }
  if (request.method !== 'POST') return problem(405, 'Method not allowed');
  // Demanding JSON makes a browser ask first, which keeps other sites from posting here.
  if (!request.headers.get('content-type')?.startsWith('application/json')) return problem(415, 'Send JSON');
  const { from, to: recipients, subject, text, html, source } = (await request.json()) as Partial<NewMessage>;
  if (!from || !Array.isArray(recipients)) return problem(422, 'from and to are required');
  const message = {
    from,
    to: recipients.map(String),
    subject: subject ?? '',
    text: text ?? '',
    html: html ?? '',
  };
  return Response.json(inbox.deliver({ ...message, source: source === 'smtp' ? 'smtp' : 'resend' }), {
    status: 201,
  });
}

function problem(status: number, message: string): Response {
  return Response.json({ message }, { status });
}

function page(title: string, content: string): Response {
  const nonce = randomBytes(16).toString('base64');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)} · Chairside inbox</title>
<style nonce="${nonce}">${inboxStyle}</style>
</head>
<body>
<header><a href="/inbox">Inbox</a><span>Mail of this stack. Nothing here was delivered to anyone.</span></header>
<main>${content}</main>
<script nonce="${nonce}">${followNewMail}</script>
</body>
</html>`;
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}'; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  return new Response(html, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy,
      'Cache-Control': 'no-store',
    },
  });
}

/** Reloads the list when new mail arrives. */
const followNewMail = `
const list = document.querySelector('[data-newest]');
if (list) setInterval(async () => {
  const [newest] = await (await fetch('/inbox/messages')).json().catch(() => []);
  if ((newest?.id ?? '') !== list.dataset.newest) location.reload();
}, 2000);`;

function listOf(messages: MessageSummary[]): string {
  const newest = `data-newest="${messages[0]?.id ?? ''}"`;
  if (messages.length === 0) {
    return `<p class="empty" ${newest}>No mail yet. Confirmation, password and invitation mails appear here by themselves.</p>`;
  }
  const rows = messages.map(
    (message) => `<li><a href="/inbox/${message.id}">
<span class="subject">${escapeHtml(message.subject || '(no subject)')}</span>
<time datetime="${message.receivedAt}">${moment(message.receivedAt)}</time>
<span class="people">${escapeHtml(message.to.join(', '))}</span>
<span class="source">${message.source}</span></a></li>`,
  );
  return `<ul class="messages" ${newest}>${rows.join('\n')}</ul>`;
}

function messageView(message: Message): string {
  return `<article>
<h1>${escapeHtml(message.subject || '(no subject)')}</h1>
<dl><dt>From</dt><dd>${escapeHtml(message.from)}</dd><dt>To</dt><dd>${escapeHtml(message.to.join(', '))}</dd>
<dt>Received</dt><dd><time datetime="${message.receivedAt}">${moment(message.receivedAt)}</time></dd></dl>
<iframe title="Message" src="/inbox/messages/${message.id}/body" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe>
</article>`;
}

/** The message itself, for the frame: no scripts, no requests, links open in a new tab. */
function messageBody(message: Message): Response {
  const content =
    message.html || `<pre style="white-space:pre-wrap;font:inherit">${escapeHtml(message.text)}</pre>`;
  return new Response(`<!doctype html><base target="_blank">${content}`, {
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'none'; frame-ancestors 'self'; sandbox allow-popups allow-popups-to-escape-sandbox",
    },
  });
}

function moment(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ') + ' UTC';
}
