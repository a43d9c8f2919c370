/**
 * A stand-in for Twilio's messaging API: `POST` and `GET /2010-04-01/Accounts/:sid/Messages.json`, on loopback.
 *
 * Sources: https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/usage/twilios-response
 * and the error dictionary https://www.twilio.com/docs/api/errors (20003, 20404, 20429, 21211, 21602, 21604, 21606, 21610).
 * Like the real one it knows no idempotency key: what is posted twice is sent twice.
 */
import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message, as the list shows it. */
export interface TwilioMessage {
  sid: string;
  account_sid: string;
  to: string;
  from: string | null;
  messaging_service_sid: string | null;
  body: string;
  status: 'queued' | 'sent' | 'delivered';
  direction: 'outbound-api';
  date_created: string;
  error_code: number | null;
}

/** Something that goes wrong with the next requests that send a message. */
export interface TwilioFault {
  /** How many requests it hits; default 1. */
  times?: number;
  status?: number;
  /** Twilio's number of the error; a fitting one when absent. */
  code?: number;
  message?: string;
  headers?: Record<string, string>;
  /** The message is accepted, but the connection closes without an answer. */
  hangUp?: boolean;
}

export interface TwilioSimulator {
  url: string;
  accountSid: string;
  authToken: string;
  /** Accepted messages, oldest first. */
  messages: TwilioMessage[];
  /** Numbers whose owners answered STOP. */
  stopped: Set<string>;
  fail(fault: TwilioFault): void;
  close(): Promise<void>;
}

class TwilioError extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const codesByStatus: Record<number, [number, string]> = {
  400: [21211, "The 'To' number is not a valid phone number."],
  401: [20003, 'Authenticate'],
  429: [20429, 'Too Many Requests'],
};

/** Starts a simulator; port 0 (the default) picks a free one. */
export async function createTwilioSimulator(options: { port?: number } = {}): Promise<TwilioSimulator> {
  const accountSid = `AC${randomUUID().replaceAll('-', '')}`;
  const authToken = createHash('md5').update(randomUUID()).digest('hex');
  const messages: TwilioMessage[] = [];
  const stopped = new Set<string>();
  const faults: Array<TwilioFault & { left: number }> = [];

  function takeFault(): TwilioFault | undefined {
    const [fault] = faults;
    if (!fault) return undefined;
    fault.left -= 1;
    if (fault.left === 0) faults.shift();
    return fault;
  }

  function accept(form: URLSearchParams): TwilioMessage {
    const [to, body] = [form.get('To') ?? '', form.get('Body') ?? ''];
    const [from, service] = [form.get('From'), form.get('MessagingServiceSid')];
    if (!to) throw new TwilioError(400, 21604, "A 'To' phone number is required.");
    if (!body) throw new TwilioError(400, 21602, 'Message body is required.');
    if (!from && !service) throw new TwilioError(400, 21606, "The 'From' phone number is not valid.");
    if (!/^\+[1-9]\d{6,14}$/.test(to))
      throw new TwilioError(400, 21211, `The 'To' number ${to} is not a valid phone number.`);
    if (stopped.has(to)) throw new TwilioError(400, 21610, 'Attempt to send to unsubscribed recipient');
    const message: TwilioMessage = {
      sid: `SM${randomUUID().replaceAll('-', '')}`,
      ...{ account_sid: accountSid, to, from, messaging_service_sid: service, body },
      ...{ status: 'queued', direction: 'outbound-api', error_code: null },
      date_created: new Date().toUTCString(),
    };
    messages.push(message);
    return message;
  }

  async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://simulator');
    const known = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
    if (request.headers.authorization !== known) throw new TwilioError(401, 20003, 'Authenticate');
    if (pathname !== `/2010-04-01/Accounts/${accountSid}/Messages.json`)
      throw new TwilioError(404, 20404, `The requested resource ${pathname} was not found`);
    if (request.method === 'GET') {
      const to = searchParams.get('To');
      const found = messages.filter((message) => to === null || message.to === to).toReversed();
      return {
        status: 200,
        body: { messages: found.slice(0, Number(searchParams.get('PageSize') ?? 50)) },
      };
    }
    if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
      throw new TwilioError(400, 21604, "A 'To' phone number is required.");
    return { status: 201, body: accept(new URLSearchParams(await readBody(request))) };
  }

  const server = createServer(async (request, response) => {
    const fault = request.method === 'POST' ? takeFault() : undefined;
    let status: number;
    let body: unknown;
    try {
      if (fault?.status !== undefined) {
        const [code, words] = codesByStatus[fault.status] ?? [20500, 'Internal Server Error'];
        throw new TwilioError(fault.status, fault.code ?? code, fault.message ?? words);
      }
      ({ status, body } = await answer(request));
    } catch (error) {
      const known = error instanceof TwilioError ? error : new TwilioError(500, 20500, String(error));
      status = known.status;
      body = {
        ...{ code: known.code, message: known.message, status },
        more_info: `https://www.twilio.com/docs/errors/${known.code}`,
      };
    }
    if (fault?.hangUp) return void request.socket.destroy();
    response.writeHead(status, { 'content-type': 'application/json', ...fault?.headers });
    response.end(JSON.stringify(body));
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ accountSid, authToken, messages, stopped },
    fail: (fault) => void faults.push({ ...fault, left: fault.times ?? 1 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
