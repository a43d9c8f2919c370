/** What became of one attempt at an external call. */
export type Attempt =
  | { kind: 'answered'; status: number; headers: Headers; body: unknown }
  /** `unreadable`: the answer began but was cut off, was too large or no JSON, so the request may have worked. */
  | { kind: 'failed'; reason: 'timeout' | 'network' | 'unreadable' };

const firstBackoffMs = 500;
const longestBackoffMs = 8_000;

/**
 * Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds or an HTTP date.
 *
 * @returns milliseconds to wait, or null when the header is absent or makes no sense
 */
export function parseRetryAfter(value: string | null, now: number): number | null {
  const text = value?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const date = /[A-Za-z]/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Exponential backoff with full jitter, in milliseconds; `random` is in [0, 1). */
export function backoff(attempt: number, random: number): number {
  return Math.round(random * Math.min(longestBackoffMs, firstBackoffMs * 2 ** (attempt - 1)));
}

/**
 * How long to wait before the next attempt, or null when another attempt is pointless or unsafe.
 *
 * 429 was not processed, so it may always be repeated. A 5xx, a timeout or a broken connection may
 * have been processed: repeated only when the request is idempotent. Every other answer is final.
 */
export function retryDelay(
  attempt: Attempt,
  context: { number: number; idempotent: boolean; random: number; now: number },
): number | null {
  const wait = backoff(context.number, context.random);
  if (attempt.kind === 'failed') return context.idempotent ? wait : null;
  if (attempt.status !== 429 && (attempt.status < 500 || !context.idempotent)) return null;
  return parseRetryAfter(attempt.headers.get('retry-after'), context.now) ?? wait;
}
