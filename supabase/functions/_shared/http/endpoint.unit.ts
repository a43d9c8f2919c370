import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { createLog } from '../logging/log.ts';
import { endpoint } from './endpoint.ts';
import { readInput } from './input.ts';

const appUrl = 'https://app.example/';
const address = 'https://project.example/functions/v1/test';

function serve(
  handler: (request: Request) => Promise<Response>,
  lines: string[] = [],
): (request: Request) => Promise<Response> {
  return endpoint(
    {
      name: 'test',
      method: 'POST',
      appUrl,
      log: (requestId) => createLog({ request_id: requestId }, (line) => lines.push(line)),
    },
    handler,
  );
}

function post(body: string, headers: Record<string, string> = {}): Request {
  return new Request(address, { method: 'POST', body, headers });
}

describe('an endpoint', () => {
  it('answers a preflight for the app without running the handler', async () => {
    const response = await serve(() => Promise.reject(new Error('ran')))(
      new Request(address, { method: 'OPTIONS' }),
    );
    expect(response.status).toBe(204);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(response.headers.get('access-control-allow-headers')).toContain('authorization');
  });

  it('allows no origin when the app is unknown', async () => {
    const response = await endpoint({ name: 'test', method: 'POST', appUrl: undefined }, async () =>
      Response.json({}),
    )(new Request(address, { method: 'OPTIONS' }));
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('passes the request id on and gives it back', async () => {
    const echo = serve(async (request) => Response.json({ id: request.headers.get('x-request-id') }));
    const given = await echo(post('{}', { 'x-request-id': 'abc-12345' }));
    expect(given.headers.get('x-request-id')).toBe('abc-12345');
    expect(await given.json()).toEqual({ id: 'abc-12345' });
    const hostile = await echo(post('{}', { 'x-request-id': '"};drop' }));
    expect(hostile.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('turns an AppError into its answer, with CORS and Retry-After', async () => {
    const refuse = (): Promise<Response> =>
      Promise.reject(new AppError(429, 'resend_cooldown', 'Wait.', { retryAfterSeconds: 42 }));
    const response = await serve(refuse)(post('{}'));
    expect(response.status).toBe(429);
    expect(response.headers.get('retry-after')).toBe('42');
    expect(response.headers.get('access-control-expose-headers')).toContain('retry-after');
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(await response.json()).toEqual({ code: 'resend_cooldown', message: 'Wait.' });
  });

  it('answers a defect with 500 and keeps its cause for the log', async () => {
    const lines: string[] = [];
    const response = await serve(
      () => Promise.reject(new Error('relation "x" does not exist')),
      lines,
    )(post('{}'));
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('relation');
    expect(lines.join()).toContain('relation');
  });

  it('gives refusals of the auth wrapper our vocabulary', async () => {
    const refusing = (status: number): Promise<Response> =>
      serve(
        async () => new Response('{}', { status, headers: { 'x-supabase-server-error': 'INVALID_JWT' } }),
      )(post('{}'));
    expect(await (await refusing(401)).json()).toEqual({
      code: 'sign_in_required',
      message: 'Please sign in.',
    });
    expect(await (await refusing(500)).json()).toMatchObject({ code: 'internal' });
  });

  it('refuses another method', async () => {
    const response = await serve(async () => Response.json({}))(new Request(address));
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST, OPTIONS']);
  });
});

describe('the input of a function', () => {
  const schema = z.object({ invitation_id: z.uuid() });

  it('is returned when it fits', async () => {
    const id = '7f0c8a52-91c3-4d36-9e1c-1c6f3f0b6a11';
    expect(await readInput(post(JSON.stringify({ invitation_id: id })), schema)).toEqual({
      invitation_id: id,
    });
  });

  it.each([
    '',
    '{',
    'null',
    '[]',
    '{}',
    '{"invitation_id":"secret-value"}',
    `{"invitation_id":"${'x'.repeat(70_000)}"}`,
  ])('is refused with 400 and not repeated: %.40s', async (body) => {
    const refusal = await readInput(post(body), schema).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ status: 400, code: 'invalid_input' });
    expect((refusal as AppError).message).not.toContain('secret-value');
  });
});
