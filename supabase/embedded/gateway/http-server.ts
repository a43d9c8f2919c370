/** Serves a fetch-style handler over HTTP on the loopback interface, streaming bodies both ways. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';

export type Handler = (request: Request) => Promise<Response>;

/** Starts listening; rejects with EADDRINUSE when the port is taken. Port 0 picks a free one. */
export async function listen(
  port: number,
  handler: Handler,
  onError: (error: unknown) => void,
): Promise<Server> {
  const server = createServer((incoming, outgoing) => {
    void answer(incoming, outgoing, handler).catch((error: unknown) => {
      onError(error);
      outgoing.destroy();
    });
  });
  // Long uploads and functions outlast Node's default of five minutes; the services have limits of their own.
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return server;
}

/** Stops accepting, lets requests in flight finish for `graceMilliseconds`, then cuts the rest. */
export async function close(server: Server, graceMilliseconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), graceMilliseconds);
  await closed;
  clearTimeout(cut);
}

async function answer(incoming: IncomingMessage, outgoing: ServerResponse, handler: Handler): Promise<void> {
  const abort = new AbortController();
  outgoing.once('close', () => abort.abort());
  const response = await handler(toRequest(incoming, abort.signal));
  outgoing.statusCode = response.status;
  if (response.statusText) outgoing.statusMessage = response.statusText;
  for (const [name, value] of response.headers) {
    if (name !== 'set-cookie') outgoing.setHeader(name, value);
  }
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies);
  if (!response.body || incoming.method === 'HEAD') {
    outgoing.end();
    await response.body?.cancel();
    return;
  }
  try {
    await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
}

function toRequest(incoming: IncomingMessage, signal: AbortSignal): Request {
  const headers = new Headers();
  for (let index = 0; index < incoming.rawHeaders.length; index += 2) {
    headers.append(incoming.rawHeaders[index] ?? '', incoming.rawHeaders[index + 1] ?? '');
  }
  // Whatever a caller claims stays in front; each gateway on the way appends the address it was called from.
  const peer = incoming.socket.remoteAddress?.replace(/^::ffff:/, '');
  if (peer) headers.append('x-forwarded-for', peer);
  // On the platform Cloudflare sets it; here nobody does, so what a caller sends under that name is not an address.
  headers.delete('cf-connecting-ip');
  const method = incoming.method ?? 'GET';
  const hasBody =
    !['GET', 'HEAD'].includes(method) &&
    !!(headers.get('content-length') ?? headers.get('transfer-encoding'));
  return new Request(new URL(incoming.url ?? '/', `http://${headers.get('host') ?? '127.0.0.1'}`), {
    method,
    headers,
    signal,
    ...(hasBody ? { body: Readable.toWeb(incoming) as RequestInit['body'], duplex: 'half' } : {}),
  } as RequestInit);
}
