import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createResendSimulator, deliverToInbox, type ResendEmail, type ResendSimulator } from './resend.ts';

const mail = {
  from: 'Chairside <no-reply@clinic.example>',
  to: ['ana@clinic.example'],
  subject: 'Salut',
  text: 'Bună ziua',
};

describe('the Resend simulator', () => {
  let delivered: ResendEmail[];
  let simulator: ResendSimulator;

  beforeEach(async () => {
    delivered = [];
    simulator = await createResendSimulator({
      deliver: (email) => void delivered.push(email),
      sendingKeys: ['re_sending_only'],
      verifiedDomains: ['clinic.example'],
      requestsPerSecond: 50,
    });
  });
  afterEach(() => simulator.close());

  function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${simulator.url}/emails`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${simulator.apiKey}`,
        'content-type': 'application/json',
        ...headers,
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  }

  it('accepts a mail, delivers it and shows it by its id', async () => {
    const response = await post(mail);
    expect(response.status).toBe(200);
    const { id } = (await response.json()) as { id: string };
    expect(delivered).toMatchObject([
      { id, to: ['ana@clinic.example'], subject: 'Salut', text: 'Bună ziua', html: null },
    ]);

    const shown = await fetch(`${simulator.url}/emails/${id}`, {
      headers: { authorization: `Bearer ${simulator.apiKey}` },
    });
    expect(await shown.json()).toMatchObject({ object: 'email', id, last_event: 'delivered' });
  });

  it('keeps headers and attachments, and gives the mail an id of its own', async () => {
    const attachments = [{ filename: 'a.txt', content: 'aGVsbG8=', content_type: 'text/plain' }];
    const headers = { 'Message-ID': '<ours@clinic.example>', References: '<first@x.example>' };
    const { id } = (await (await post({ ...mail, headers, attachments })).json()) as { id: string };
    const kept = simulator.emails.get(id);
    expect(kept).toMatchObject({ headers, attachments: [{ ...attachments[0], content_id: null }] });
    expect(kept?.message_id).toMatch(/^<[^<>@]+@eu-west-1\.amazonses\.com>$/);
    const listed = async (to: string) =>
      (await fetch(`${simulator.url}/__simulator/emails?to=${to}`)).json() as Promise<unknown[]>;
    expect(await listed('ana@clinic.example')).toMatchObject([{ id }]);
    expect(await listed('bob@clinic.example')).toEqual([]);
  });

  it.each([
    [{ authorization: '' }, 401, 'missing_api_key'],
    [{ authorization: 'Bearer re_wrong' }, 401, 'validation_error'],
  ])('refuses a request with %o', async (headers, status, name) => {
    const response = await post(mail, headers);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ statusCode: status, name });
    expect(delivered).toEqual([]);
  });

  it('lets a sending-only key send but not read', async () => {
    const authorization = 'Bearer re_sending_only';
    const { id } = (await (await post(mail, { authorization })).json()) as { id: string };
    const shown = await fetch(`${simulator.url}/emails/${id}`, { headers: { authorization } });
    expect(shown.status).toBe(401);
    expect(await shown.json()).toMatchObject({ name: 'restricted_api_key' });
  });

  it.each([
    ['{ not json', 400, 'validation_error'],
    [{ ...mail, from: undefined }, 422, 'missing_required_field'],
    [{ ...mail, text: undefined }, 422, 'validation_error'],
    [{ ...mail, to: 'nobody' }, 422, 'validation_error'],
    [{ ...mail, to: Array(51).fill('a@b.example') }, 422, 'validation_error'],
    [{ ...mail, subject: 'one\nBcc: two@b.example' }, 422, 'validation_error'],
    [{ ...mail, headers: { 'X-A': 'one\r\nBcc: two@b.example' } }, 422, 'validation_error'],
    [{ ...mail, headers: ['X-A'] }, 422, 'validation_error'],
    [{ ...mail, attachments: [{ filename: 'a.txt' }] }, 422, 'invalid_attachment'],
    [{ ...mail, from: 'x@elsewhere.example' }, 403, 'validation_error'],
  ])('refuses %o with %i', async (body, status, name) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ statusCode: status, name });
    expect(delivered).toEqual([]);
  });

  it('sends once per idempotency key and refuses the key for another mail', async () => {
    const headers = { 'idempotency-key': 'invitation/1' };
    const first = await (await post(mail, headers)).json();
    const again = await (await post(mail, headers)).json();
    expect(again).toEqual(first);
    expect(delivered).toHaveLength(1);

    const other = await post({ ...mail, subject: 'Altceva' }, headers);
    expect(other.status).toBe(409);
    expect(await other.json()).toMatchObject({ name: 'invalid_idempotent_request' });
    expect((await post(mail, { 'idempotency-key': 'x'.repeat(257) })).status).toBe(400);
  });

  it('answers 409 while the first request with a key still runs', async () => {
    let finish = (): void => {};
    const slow = await createResendSimulator({ deliver: () => new Promise((resolve) => (finish = resolve)) });
    const send = (): Promise<Response> =>
      fetch(`${slow.url}/emails`, {
        method: 'POST',
        headers: { authorization: `Bearer ${slow.apiKey}`, 'idempotency-key': 'k' },
        body: JSON.stringify(mail),
      });
    const first = send();
    await expect.poll(() => slow.emails.size).toBe(1);
    const second = await send();
    expect(second.status).toBe(409);
    expect(await second.json()).toMatchObject({ name: 'concurrent_idempotent_requests' });
    finish();
    expect((await first).status).toBe(200);
    await slow.close();
  });

  it('limits requests per second and says when to come back', async () => {
    const strict = await createResendSimulator({ requestsPerSecond: 1 });
    const ask = (): Promise<Response> =>
      fetch(`${strict.url}/emails/none`, { headers: { authorization: `Bearer ${strict.apiKey}` } });
    const answers = [await ask(), await ask(), await ask()];
    const limited = answers.find((answer) => answer.status === 429);
    expect(limited?.headers.get('retry-after')).toBe('1');
    expect(limited?.headers.get('ratelimit-limit')).toBe('1');
    expect(await limited?.json()).toMatchObject({ name: 'rate_limit_exceeded' });
    await strict.close();
  });

  it('plays faults for one address, as often as asked', async () => {
    simulator.faults.add({
      to: 'ana@clinic.example',
      status: 429,
      headers: { 'retry-after': '7' },
      times: 2,
    });
    expect((await post({ ...mail, to: 'bob@clinic.example' })).status).toBe(200);
    const limited = await post(mail);
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await post(mail)).status).toBe(429);
    expect((await post(mail)).status).toBe(200);
    expect(simulator.requests.map((request) => request.status)).toEqual([200, 429, 429, 200]);
  });

  it('cuts an answer off after accepting the mail', async () => {
    simulator.faults.add({ truncate: true });
    const response = await post(mail);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(delivered).toHaveLength(1);
  });

  it('hangs up and answers late on demand', async () => {
    simulator.faults.add({ hangUp: true });
    await expect(post(mail)).rejects.toThrow();
    simulator.faults.add({ delayMs: 200 });
    const started = Date.now();
    expect((await post(mail)).status).toBe(200);
    expect(Date.now() - started).toBeGreaterThanOrEqual(190);
  });

  it('takes faults and shows requests over HTTP', async () => {
    const control = `${simulator.url}/__simulator`;
    await fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify({ status: 503 }) });
    expect((await post(mail)).status).toBe(503);
    const seen = (await (await fetch(`${control}/requests`)).json()) as unknown[];
    expect(seen).toMatchObject([{ status: 503, to: ['ana@clinic.example'], subject: 'Salut' }]);
    await fetch(`${control}/faults`, { method: 'POST', body: JSON.stringify({ status: 503 }) });
    await fetch(`${control}/faults`, { method: 'DELETE' });
    expect((await post(mail)).status).toBe(200);
  });

  it('marks a mail as bounced when it cannot be delivered', async () => {
    const broken = await createResendSimulator({ deliver: () => Promise.reject(new Error('no inbox')) });
    const response = await fetch(`${broken.url}/emails`, {
      method: 'POST',
      headers: { authorization: `Bearer ${broken.apiKey}` },
      body: JSON.stringify(mail),
    });
    const { id } = (await response.json()) as { id: string };
    expect(broken.emails.get(id)?.last_event).toBe('bounced');
    await broken.close();
  });

  it('puts mail into the inbox of the local stack', async () => {
    const posted: unknown[] = [];
    const fakeFetch: typeof fetch = async (url, init) => {
      posted.push([url, JSON.parse(String(init?.body))]);
      return new Response(null, { status: 201 });
    };
    await deliverToInbox('http://127.0.0.1:1/inbox', fakeFetch)({ ...mail, to: mail.to } as ResendEmail);
    expect(posted).toMatchObject([
      ['http://127.0.0.1:1/inbox/messages', { to: mail.to, subject: 'Salut', source: 'resend' }],
    ]);
  });
});
