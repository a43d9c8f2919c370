import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createResendSimulator, type ResendSimulator } from '../../../../tests/simulators/resend.ts';
import { createLog } from '../logging/log.ts';
import {
  callExternal,
  type ExternalAnswer,
  type ExternalCallOptions,
  type ExternalRequest,
} from './external-call.ts';
import { backoff, parseRetryAfter } from './retry.ts';

describe('a call to an external service', () => {
  let simulator: ResendSimulator;
  let lines: string[];
  let pauses: number[];

  beforeEach(async () => {
    simulator = await createResendSimulator({ requestsPerSecond: 1_000 });
    lines = [];
    pauses = [];
  });
  afterEach(() => simulator.close());

  function call(
    request: Partial<ExternalRequest> = {},
    options: Partial<ExternalCallOptions> = {},
  ): Promise<ExternalAnswer> {
    return callExternal(
      {
        name: 'resend.send_email',
        method: 'POST',
        url: `${simulator.url}/emails`,
        headers: { authorization: `Bearer ${simulator.apiKey}`, 'idempotency-key': 'one' },
        body: { from: 'a@b.example', to: ['c@d.example'], subject: 's', text: 't' },
        idempotent: true,
        ...request,
      },
      {
        log: createLog({}, (line) => lines.push(line)),
        requestId: 'request-1',
        sleep: async (ms) => void pauses.push(ms),
        random: () => 0.5,
        ...options,
      },
    );
  }

  it('answers with status and body and logs neither address nor key', async () => {
    expect(await call()).toMatchObject({
      kind: 'answered',
      status: 200,
      attempts: 1,
      body: { id: expect.any(String) },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('"call":"resend.send_email"');
    expect(lines[0]).not.toContain(simulator.url);
    expect(lines[0]).not.toContain(simulator.apiKey);
  });

  it('waits as long as a 429 says, then tries again', async () => {
    simulator.faults.add({ status: 429, headers: { 'retry-after': '3' } });
    expect(await call()).toMatchObject({ status: 200, attempts: 2 });
    expect(pauses).toEqual([3_000]);
  });

  it('gives up at once when the wait would pass the deadline', async () => {
    simulator.faults.add({ status: 429, headers: { 'retry-after': '3600' } });
    expect(await call()).toMatchObject({ kind: 'answered', status: 429, attempts: 1 });
    expect(pauses).toEqual([]);
  });

  it('repeats a 5xx with growing pauses, three attempts at most', async () => {
    simulator.faults.add({ status: 503, times: 5 });
    expect(await call()).toMatchObject({ status: 503, attempts: 3 });
    expect(pauses).toEqual([250, 500]);
  });

  it.each([400, 401, 403, 404, 409, 422])('never repeats a %i', async (status) => {
    simulator.faults.add({ status });
    expect(await call()).toMatchObject({ status, attempts: 1 });
    expect(simulator.requests).toHaveLength(1);
  });

  it('repeats after a cut-off answer without a second mail', async () => {
    simulator.faults.add({ truncate: true });
    expect(await call()).toMatchObject({ status: 200, attempts: 2 });
    expect(simulator.emails.size).toBe(1);
  });

  it('repeats after a broken connection and after a timeout', async () => {
    simulator.faults.add({ hangUp: true });
    simulator.faults.add({ delayMs: 400 });
    expect(await call({}, { timeoutMs: 100 })).toMatchObject({ status: 200, attempts: 3 });
    expect(simulator.emails.size).toBe(1);
  });

  it('does not repeat what is not idempotent, except a 429', async () => {
    simulator.faults.add({ status: 503 });
    expect(await call({ idempotent: false })).toMatchObject({ status: 503, attempts: 1 });
    simulator.faults.add({ hangUp: true });
    expect(await call({ idempotent: false })).toMatchObject({
      kind: 'failed',
      reason: 'network',
      attempts: 1,
    });
    simulator.faults.add({ status: 429, headers: { 'retry-after': '1' } });
    expect(await call({ idempotent: false })).toMatchObject({ status: 200, attempts: 2 });
  });

  it('says that a service is unreachable', async () => {
    await simulator.close();
    expect(await call()).toMatchObject({ kind: 'failed', reason: 'network', attempts: 3 });
  });

  it('takes an answer that is too large or no JSON for unreadable, unless it is an error', async () => {
    const answering = (body: string, status: number): typeof fetch =>
      vi.fn(async () => new Response(body, { status }));
    expect(
      await call({}, { fetch: answering('"'.padEnd(200, 'x'), 200), maxAnswerBytes: 100 }),
    ).toMatchObject({ reason: 'unreadable' });
    expect(await call({}, { fetch: answering('<html>', 200) })).toMatchObject({ reason: 'unreadable' });
    expect(await call({}, { fetch: answering('<html>', 404) })).toMatchObject({ status: 404, body: null });
  });

  it('does not follow a redirect', async () => {
    const redirecting = vi.fn<typeof fetch>(
      async () => new Response(null, { status: 302, headers: { location: 'http://evil.example' } }),
    );
    expect(await call({}, { fetch: redirecting })).toMatchObject({ status: 302, attempts: 1 });
    expect(redirecting.mock.calls[0]?.[1]).toMatchObject({ redirect: 'manual' });
  });
});

describe('waiting', () => {
  it('reads Retry-After as seconds or as a date, and nothing else', () => {
    const now = Date.parse('2026-11-21T10:00:00Z');
    expect(parseRetryAfter('5', now)).toBe(5_000);
    expect(parseRetryAfter('Sat, 21 Nov 2026 10:00:30 GMT', now)).toBe(30_000);
    expect(parseRetryAfter('Sat, 21 Nov 2026 09:00:00 GMT', now)).toBe(0);
    for (const nonsense of [null, '', '-3', '1.5', 'soon']) expect(parseRetryAfter(nonsense, now)).toBeNull();
  });

  it('backs off exponentially with full jitter up to a bound', () => {
    expect([1, 2, 3, 10].map((attempt) => backoff(attempt, 1))).toEqual([500, 1_000, 2_000, 8_000]);
    expect(backoff(5, 0)).toBe(0);
  });
});
