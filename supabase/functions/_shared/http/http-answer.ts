/**
 * The request line and headers of HTTP/1.1, for a connection that is closed afterwards.
 *
 * @throws TypeError when a header would break out of its line; `Request` lets none through, so this is a second look
 */
export function requestHead(request: Request, bodyLength: number): Uint8Array {
  const url = new URL(request.url);
  const headers = new Headers(request.headers);
  headers.set('host', url.host);
  headers.set('connection', 'close');
  headers.set('accept-encoding', 'identity');
  if (bodyLength > 0 || request.method !== 'GET') headers.set('content-length', String(bodyLength));
  const lines = [...headers].map(([name, value]) => `${name}: ${value}`);
  const text = [`${request.method} ${url.pathname}${url.search} HTTP/1.1`, ...lines];
  if (text.some((line) => /[\r\n]/.test(line))) throw new TypeError('a header with a line break');
  return new TextEncoder().encode(`${text.join('\r\n')}\r\n\r\n`);
}

/**
 * The answer to a request, from everything the server sent until it closed the connection.
 *
 * @throws Error when it is no HTTP, or was cut off: a shortened answer must not look whole
 */
export function readAnswer(bytes: Uint8Array): Response {
  const latin = new TextDecoder('latin1');
  let start = 0;
  for (;;) {
    const end = findHeadEnd(bytes, start);
    const [statusLine = '', ...lines] = latin.decode(bytes.subarray(start, end)).split('\r\n');
    const status = Number(/^HTTP\/1\.[01] (\d{3})\b/.exec(statusLine)?.[1] ?? 0);
    if (status === 0) throw new Error('no HTTP');
    start = end + 4;
    // 1xx only announces the answer.
    if (status < 200) continue;
    const headers = new Headers();
    for (const line of lines) {
      const [, name = '', value = ''] = /^([^:\s]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
      if (name) headers.append(name, value);
    }
    const body = readBody(bytes.subarray(start), headers, latin);
    return new Response([204, 205, 304].includes(status) ? null : new Blob([body]), { status, headers });
  }
}

function readBody(rest: Uint8Array, headers: Headers, latin: TextDecoder) {
  if (/chunked/i.test(headers.get('transfer-encoding') ?? '')) return readChunks(rest, latin);
  const length = Number(headers.get('content-length') ?? rest.length);
  if (!Number.isInteger(length) || rest.length < length) throw new Error('the answer was cut off');
  return rest.slice(0, length);
}

function readChunks(rest: Uint8Array, latin: TextDecoder) {
  const body = new Uint8Array(rest.length);
  let size = 0;
  for (let at = 0; ;) {
    const lineEnd = rest.indexOf(10, at);
    const length = Number.parseInt(latin.decode(rest.subarray(at, Math.max(lineEnd, at))), 16);
    if (lineEnd < 0 || Number.isNaN(length)) throw new Error('the answer was cut off');
    if (length === 0) return body.slice(0, size);
    const chunk = rest.subarray(lineEnd + 1, lineEnd + 1 + length);
    if (chunk.length < length) throw new Error('the answer was cut off');
    body.set(chunk, size);
    size += length;
    at = lineEnd + 1 + length + 2;
  }
}

function findHeadEnd(bytes: Uint8Array, start: number): number {
  for (let at = bytes.indexOf(13, start); at >= 0; at = bytes.indexOf(13, at + 1))
    if (bytes[at + 1] === 10 && bytes[at + 2] === 13 && bytes[at + 3] === 10) return at;
  throw new Error('no HTTP');
}
