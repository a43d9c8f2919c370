/**
 * A stand-in for Resend's e-mail API: `POST /emails` and `GET /emails/:id`, on loopback.
 *
 * Sources: https://resend.com/docs/api-reference/{errors,rate-limit,emails/send-email,emails/retrieve-email}
 * and https://resend.com/docs/dashboard/emails/idempotency-keys. One answer follows practice instead of the
 * documentation: an invalid key gets 401 `validation_error` (documented: 403 `invalid_api_key`), see
 * resend/resend-node#617. And a given Message-ID goes out as another one, as the service beneath Resend has it: what
 * `GET /emails/:id` shows as `message_id` is what answers name (resend/resend-node#133), once the mail has left.
 *
 * Control API for tests, under `/__simulator`: `POST /faults` (a Fault; answers it), `DELETE /faults`,
 * `GET /requests` (what arrived, with the status it got), `DELETE /requests`, `GET /emails?to=` (what was accepted).
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Fault, FaultPlan, readFault, refusalOf } from './resend-faults.ts';
import { IdempotencyKeys } from './resend-idempotency.ts';
import { checkEmail, type EmailRequest, ResendError } from './resend-validation.ts';

/** An accepted e-mail, as `GET /emails/:id` shows it. */
export interface ResendEmail extends EmailRequest {
  object: 'email';
  id: string;
  /** Under which it went out. */
  message_id: string;
  created_at: string;
  last_event: 'delivered' | 'bounced';
}

export interface RecordedRequest {
  method: string;
  path: string;
  status: number;
  to: string[];
  subject: string;
  idempotencyKey: string | null;
  at: string;
}

export interface ResendSimulatorOptions {
  /** Receives every accepted e-mail before its request is answered; a rejection makes it bounce. */
  deliver?: (email: ResendEmail) => void | Promise<void>;
  /** Keys that are accepted; the first is the simulator's `apiKey`. */
  apiKeys?: string[];
  /** Keys that may send but not read. */
  sendingKeys?: string[];
  /** Domains that may stand in `from`; all when absent. */
  verifiedDomains?: string[];
  requestsPerSecond?: number;
  port?: number;
}

export interface ResendSimulator {
  url: string;
  apiKey: string;
  emails: ReadonlyMap<string, ResendEmail>;
  requests: readonly RecordedRequest[];
  faults: FaultPlan;
  close(): Promise<void>;
}

/** A request on its way through the simulator. */
interface Exchange {
  record: RecordedRequest;
  fault?: Fault;
}

const bodyLimit = 40 * 1024 * 1024;

/** Starts a simulator; port 0 (the default) picks a free one. */
export async function createResendSimulator(options: ResendSimulatorOptions = {}): Promise<ResendSimulator> {
  const apiKeys = options.apiKeys ?? [`re_${randomUUID().replaceAll('-', '')}`];
  const emails = new Map<string, ResendEmail>();
  const requests: RecordedRequest[] = [];
  const faults = new FaultPlan();
  const keys = new IdempotencyKeys();
  const limit = options.requestsPerSecond ?? 10;
  let secondStarted = 0;
  let usedInSecond = 0;

  function takeFromLimit(response: ServerResponse): void {
    const now = Date.now();
    if (now - secondStarted >= 1_000) [secondStarted, usedInSecond] = [now, 0];
    usedInSecond += 1;
    response.setHeader('ratelimit-limit', limit);
    response.setHeader('ratelimit-remaining', Math.max(0, limit - usedInSecond));
    response.setHeader('ratelimit-reset', 1);
    if (usedInSecond > limit) {
      response.setHeader('retry-after', 1);
      const rule = `You can only make ${limit} requests per second.`;
      throw new ResendError(
        429,
        'rate_limit_exceeded',
        `Too many requests. ${rule} See rate limit response headers.`,
      );
    }
  }

  function authorise(request: IncomingMessage, mayOnlySend: boolean): void {
    const key = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (!key) throw new ResendError(401, 'missing_api_key', 'Missing API Key');
    if (apiKeys.includes(key)) return;
    if (!options.sendingKeys?.includes(key))
      throw new ResendError(401, 'validation_error', 'API key is invalid');
    if (!mayOnlySend) {
      throw new ResendError(401, 'restricted_api_key', 'This API key is restricted to only send emails');
    }
  }

  async function accept(content: EmailRequest): Promise<{ id: string }> {
    const id = randomUUID();
    const email: ResendEmail = {
      object: 'email',
      id,
      message_id: `<${randomUUID().replaceAll('-', '')}-000000@eu-west-1.amazonses.com>`,
      ...content,
      created_at: new Date().toISOString(),
      last_event: 'delivered',
    };
    emails.set(id, email);
    try {
      await options.deliver?.(email);
    } catch {
      email.last_event = 'bounced';
    }
    return { id };
  }

  async function send(request: IncomingMessage, exchange: Exchange): Promise<unknown> {
    const { record } = exchange;
    const text = await readBody(request);
    const body = parseJson(text);
    if (typeof body === 'object' && body !== null && 'to' in body) record.to = [body.to].flat().map(String);
    if (typeof body === 'object' && body !== null && 'subject' in body) record.subject = String(body.subject);
    exchange.fault = faults.take(record.to);
    const refusal = refusalOf(exchange.fault);
    if (refusal) throw refusal;
    const content = checkEmail(body, options.verifiedDomains);
    return keys.once(record.idempotencyKey, text, () => accept(content));
  }

  async function answerApi(
    request: IncomingMessage,
    response: ServerResponse,
    exchange: Exchange,
  ): Promise<unknown> {
    const { path } = exchange.record;
    const sending = path === '/emails' && request.method === 'POST';
    const id = /^\/emails\/([^/]+)$/.exec(path)?.[1];
    if (!sending && id === undefined && path !== '/emails') {
      throw new ResendError(404, 'not_found', 'The requested endpoint does not exist');
    }
    authorise(request, sending);
    takeFromLimit(response);
    if (sending) return send(request, exchange);
    if (id === undefined || request.method !== 'GET') {
      throw new ResendError(405, 'method_not_allowed', 'Method is not allowed for the requested path');
    }
    const email = emails.get(id);
    if (!email) throw new ResendError(404, 'not_found', 'Email not found');
    return email;
  }

  async function answerControl(request: IncomingMessage, { pathname, searchParams }: URL): Promise<unknown> {
    const wanted = `${request.method} ${pathname}`;
    const to = searchParams.get('to') ?? '';
    if (wanted === 'GET /__simulator/emails')
      return [...emails.values()].filter((email) => email.to.some((address) => address.includes(to)));
    if (wanted === 'POST /__simulator/faults')
      return faults.add(readFault(parseJson(await readBody(request))));
    if (wanted === 'DELETE /__simulator/faults') return faults.clear();
    if (wanted === 'GET /__simulator/requests') return requests;
    if (wanted === 'DELETE /__simulator/requests') return requests.splice(0);
    throw new ResendError(404, 'not_found', 'No such control');
  }

  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://simulator');
    const path = url.pathname;
    if (path.startsWith('/__simulator/')) {
      const answer = await settle(() => answerControl(request, url));
      return reply(response, answer.status, answer.body);
    }
    const record: RecordedRequest = {
      method: request.method ?? '',
      path,
      status: 0,
      to: [],
      subject: '',
      idempotencyKey: headerText(request, 'idempotency-key'),
      at: new Date().toISOString(),
    };
    requests.push(record);
    const exchange: Exchange = { record };
    const answer = await settle(() => answerApi(request, response, exchange));
    const { fault } = exchange;
    record.status = answer.status;
    if (fault?.delayMs) await pause(fault.delayMs);
    if (fault?.hangUp) return void request.socket.destroy();
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    reply(response, answer.status, answer.body, fault?.truncate);
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: apiKeys[0] ?? '',
    emails,
    requests,
    faults,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A `deliver` that puts accepted mail into the inbox page of the local stack. */
export function deliverToInbox(
  inboxUrl: string,
  request: typeof fetch = fetch,
): (email: ResendEmail) => Promise<void> {
  return async ({ from, to, subject, html, text }) => {
    const response = await request(`${inboxUrl}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ from, to, subject, text: text ?? '', html: html ?? '', source: 'resend' }),
    });
    if (!response.ok) throw new Error(`the inbox answered ${response.status}`);
  };
}

async function settle(
  work: () => Promise<unknown>,
): Promise<{ status: number; body: unknown; headers: Record<string, string> }> {
  try {
    return { status: 200, body: await work(), headers: {} };
  } catch (error) {
    const known =
      error instanceof ResendError
        ? error
        : new ResendError(500, 'internal_server_error', 'An unexpected error occurred.');
    const { status, code, message, headers } = known;
    return { status, body: { statusCode: status, name: code, message }, headers };
  }
}

function reply(response: ServerResponse, status: number, body: unknown, truncate = false): void {
  const text = JSON.stringify(body ?? {});
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  });
  if (!truncate) return void response.end(text);
  // The promised length never arrives: half of the body, then the connection breaks.
  response.write(text.slice(0, Math.ceil(text.length / 2)), () => response.destroy());
}

function headerText(request: IncomingMessage, name: string): string | null {
  const value = request.headers[name];
  return typeof value === 'string' ? value : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ResendError(400, 'validation_error', 'The request body is not valid JSON');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > bodyLimit) throw new ResendError(413, 'validation_error', 'The request body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
