import { AppError } from '../errors/app-error.ts';
import { type AddressGuard, resolvePublicHost } from './address-guard.ts';
import { readAnswer, requestHead } from './http-answer.ts';
import { isLoopbackAddress } from './network-address.ts';

const maxAnswerBytes = 2_097_152;

/**
 * `fetch` for an address that a user named: the host's address is checked, and the connection goes to exactly that address,
 * its certificate being checked against the name. (The runtime's own fetch looks the name up itself, and may be told
 * something else the second time.)
 *
 * https on its usual port alone; servers on this machine, where the guard allows them, on any port and without TLS. One
 * request, no redirects, at most 2 MB of answer.
 *
 * @throws AppError 422 `host_not_allowed`, `host_not_found`; what the connection throws
 */
export function pinnedFetch(guard: AddressGuard): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const { address, servername } = await resolvePublicHost(url.hostname, guard);
    const isSecure = url.protocol === 'https:';
    if (!isLoopbackAddress(address) && (!isSecure || url.port !== ''))
      throw new AppError(422, 'host_not_allowed', 'Only https on its usual port is allowed.');
    const body = new Uint8Array(await request.arrayBuffer());
    request.signal.throwIfAborted();
    let connection: Deno.Conn = await Deno.connect({
      hostname: address,
      port: Number(url.port || (isSecure ? 443 : 80)),
    });
    const close = () => {
      try {
        connection.close();
      } catch {
        // It is closed already.
      }
    };
    request.signal.addEventListener('abort', close);
    try {
      request.signal.throwIfAborted();
      if (isSecure)
        connection = await Deno.startTls(connection as Deno.TcpConn, {
          hostname: servername,
          alpnProtocols: ['http/1.1'],
        });
      await writeAll(connection, requestHead(request, body.length));
      await writeAll(connection, body);
      return readAnswer(await readAll(connection));
    } finally {
      request.signal.removeEventListener('abort', close);
      close();
    }
  };
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

async function readAll(connection: Deno.Conn): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const buffer = new Uint8Array(65_536);
  for (;;) {
    const count = await connection.read(buffer).catch((error: unknown) => {
      // Many servers end TLS without saying so; whether the answer is whole, its length says.
      if (error instanceof Deno.errors.UnexpectedEof) return null;
      throw error;
    });
    if (count === null) break;
    chunks.push(buffer.slice(0, count));
    size += count;
    if (size > maxAnswerBytes) throw new Error('answer too large');
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
