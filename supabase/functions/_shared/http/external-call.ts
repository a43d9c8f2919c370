import type { Log } from '../logging/log.ts';
import { type Attempt, retryDelay } from './retry.ts';

/** One request to somebody else's service, with a JSON body (or a form) and a JSON answer. */
export interface ExternalRequest {
  /** What the call is for, as it appears in the log. Never the address: that can carry a secret. */
  name: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: unknown;
  /** In place of a body: the fields of a form. */
  form?: Record<string, string>;
  /** True when repeating the request cannot repeat its effect: a safe method, or an idempotency key. */
  idempotent: boolean;
}

export interface ExternalCallOptions {
  log: Log;
  requestId: string;
  /** For one attempt; default 10 s. */
  timeoutMs?: number;
  /** For all attempts and the pauses between them; default 25 s. */
  deadlineMs?: number;
  maxAttempts?: number;
  maxAnswerBytes?: number;
  /** Replaced in tests. */
  fetch?: typeof fetch;
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** The last attempt, and how many there were. */
export type ExternalAnswer = Attempt & { attempts: number };

/**
 * The one way out to other people's services: timeout, retry by error class, size limit, a log line.
 *
 * Redirects are not followed, because they would carry the credentials to another host. Never throws:
 * a failure is part of the result.
 */
export async function callExternal(
  request: ExternalRequest,
  options: ExternalCallOptions,
): Promise<ExternalAnswer> {
  const sleep = options.sleep ?? ((ms: number) => new Promise((resolve) => setTimeout(resolve, ms)));
  const random = options.random ?? Math.random;
  const started = Date.now();
  const deadline = started + (options.deadlineMs ?? 25_000);
  const maxAttempts = options.maxAttempts ?? 3;

  for (let number = 1; ; number += 1) {
    const attempt = await attemptOnce(request, options, deadline - Date.now());
    const now = Date.now();
    const delay = retryDelay(attempt, { number, idempotent: request.idempotent, random: random(), now });
    if (delay === null || number >= maxAttempts || now + delay >= deadline) {
      options.log[isGood(attempt) ? 'info' : 'warn']('external_call', {
        call: request.name,
        outcome: attempt.kind === 'answered' ? attempt.status : attempt.reason,
        attempts: number,
        ms: now - started,
      });
      return { ...attempt, attempts: number };
    }
    await sleep(delay);
  }
}

function isGood(attempt: Attempt): boolean {
  return attempt.kind === 'answered' && attempt.status < 400;
}

async function attemptOnce(
  request: ExternalRequest,
  options: ExternalCallOptions,
  leftMs: number,
): Promise<Attempt> {
  const signal = AbortSignal.timeout(Math.max(1, Math.min(options.timeoutMs ?? 10_000, leftMs)));
  const { form } = request;
  const body = form
    ? new URLSearchParams(form).toString()
    : request.body === undefined
      ? undefined
      : JSON.stringify(request.body);
  let response: Response;
  try {
    response = await (options.fetch ?? fetch)(request.url, {
      method: request.method,
      headers: {
        accept: 'application/json',
        ...(body === undefined
          ? {}
          : { 'content-type': form ? 'application/x-www-form-urlencoded' : 'application/json' }),
        'user-agent': 'chairside/1',
        'x-request-id': options.requestId,
        ...request.headers,
      },
      body,
      redirect: 'manual',
      signal,
    });
  } catch {
    return { kind: 'failed', reason: signal.aborted ? 'timeout' : 'network' };
  }
  try {
    const text = await readText(response, options.maxAnswerBytes ?? 1_048_576);
    return {
      kind: 'answered',
      status: response.status,
      headers: response.headers,
      body: parseBody(text, response.ok),
    };
  } catch {
    return { kind: 'failed', reason: signal.aborted ? 'timeout' : 'unreadable' };
  }
}

async function readText(response: Response, limit: number): Promise<string> {
  if (!response.body) return '';
  const decoder = new TextDecoder();
  let size = 0;
  let text = '';
  for await (const chunk of response.body) {
    size += chunk.byteLength;
    if (size > limit) throw new Error('answer too large');
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** A proxy in between may answer an error with HTML; only a success has to be readable. */
function parseBody(text: string, mustParse: boolean): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (error) {
    if (mustParse) throw error;
    return null;
  }
}
