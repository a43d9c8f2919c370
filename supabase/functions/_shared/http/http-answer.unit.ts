import { describe, expect, it } from 'vitest';
import { readAnswer, requestHead } from './http-answer.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const answer = (text: string) => readAnswer(bytes(text));

describe('an answer of HTTP/1.1', () => {
  it('is read with its length', async () => {
    const response = answer(
      'HTTP/1.1 429 Too Many\r\nRetry-After: 3\r\nContent-Length: 7\r\n\r\n{"a":1}rest',
    );
    expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
      429,
      '3',
      '{"a":1}',
    ]);
  });

  it('is read to the end without one', async () => {
    expect(await answer('HTTP/1.0 200 OK\r\n\r\nall ü of it').text()).toBe('all ü of it');
  });

  it('is put together from chunks', async () => {
    const response = answer(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n',
    );
    expect(await response.text()).toBe('abc0123456789');
  });

  it('may be announced', async () => {
    expect(answer('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n').status).toBe(204);
  });

  it('is not followed elsewhere', () => {
    const response = answer('HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n');
    expect([response.status, response.headers.get('location')]).toEqual([302, 'http://127.0.0.1/']);
  });

  it.each([
    '',
    '* OK IMAP4rev1 ready\r\n',
    '220 smtp ready\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n{"a":',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n',
  ])('that is none, or was cut off, is an error: %j', (text) => {
    expect(() => answer(text)).toThrow(/no HTTP|cut off/);
  });
});

describe('the head of a request', () => {
  const head = (request: Request, length = 0) => new TextDecoder().decode(requestHead(request, length));

  it('names the host, the path and the length of the body', () => {
    const request = new Request('https://ai.example/v1/chat?x=1', {
      method: 'POST',
      body: '{}',
      headers: { authorization: 'Bearer key', 'content-type': 'application/json' },
    });
    const text = head(request, 2);
    expect(text).toMatch(/^POST \/v1\/chat\?x=1 HTTP\/1\.1\r\n/);
    for (const line of [
      'host: ai.example',
      'connection: close',
      'content-length: 2',
      'authorization: Bearer key',
    ])
      expect(text).toContain(`\r\n${line}\r\n`);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });

  it('cannot be broken out of', () => {
    expect(head(new Request('https://ai.example/a%0d%0aX: y\r\nz'))).toMatch(/^GET \/a%0d%0aX:%20yz HTTP/);
    expect(() => new Request('https://ai.example', { headers: { x: 'a\r\nb: c' } })).toThrow();
  });
});
