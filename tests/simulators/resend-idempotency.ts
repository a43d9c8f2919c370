import { createHash } from 'node:crypto';
import { ResendError } from './resend-validation.ts';

const keptMs = 24 * 60 * 60 * 1_000;
const maxLength = 256;

interface KeptAnswer {
  payload: string;
  answer: unknown;
  keptUntil: number;
}

/** Idempotency keys as Resend keeps them: 24 hours, only for requests that succeeded. */
export class IdempotencyKeys {
  private readonly kept = new Map<string, KeptAnswer>();
  private readonly running = new Set<string>();

  /**
   * Does the work once per key: the same key and payload get the first answer again.
   *
   * @throws ResendError 400 for a bad key, 409 for another payload or while the first request still runs
   */
  async once(key: string | null, body: string, work: () => Promise<unknown>): Promise<unknown> {
    if (key === null) return work();
    if (key.length === 0 || key.length > maxLength) {
      throw new ResendError(400, 'invalid_idempotency_key', 'The key must be between 1-256 chars.');
    }
    const payload = createHash('sha256').update(body).digest('hex');
    const known = this.kept.get(key);
    if (known && known.keptUntil > Date.now()) {
      if (known.payload === payload) return known.answer;
      const message = 'Same idempotency key used with a different request payload.';
      throw new ResendError(409, 'invalid_idempotent_request', message);
    }
    if (this.running.has(key)) {
      const message = 'Same idempotency key used while original request is still in progress.';
      throw new ResendError(409, 'concurrent_idempotent_requests', message);
    }
    this.running.add(key);
    try {
      const answer = await work();
      this.kept.set(key, { payload, answer, keptUntil: Date.now() + keptMs });
      return answer;
    } finally {
      this.running.delete(key);
    }
  }
}
