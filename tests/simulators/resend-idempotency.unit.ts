import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IdempotencyKeys } from './resend-idempotency.ts';

/** https://resend.com/docs/dashboard/emails/idempotency-keys */

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'] }));
afterEach(() => vi.useRealTimers());

const counting = () => {
  let calls = 0;
  return async () => ({ id: (calls += 1) });
};

it('keeps the answer of a key for 24 hours, and then starts anew', async () => {
  const keys = new IdempotencyKeys();
  const work = counting();
  expect(await keys.once('k', 'body', work)).toEqual({ id: 1 });
  vi.advanceTimersByTime(24 * 3_600_000 - 1);
  expect(await keys.once('k', 'body', work)).toEqual({ id: 1 });
  vi.advanceTimersByTime(1);
  expect(await keys.once('k', 'body', work)).toEqual({ id: 2 });
  expect(await keys.once('other', 'body', work)).toEqual({ id: 3 });
});

it('refuses a known key with another body, and does not forget the first answer over it', async () => {
  const keys = new IdempotencyKeys();
  const work = counting();
  await keys.once('k', 'body', work);
  await expect(keys.once('k', 'another', work)).rejects.toMatchObject({
    status: 409,
    code: 'invalid_idempotent_request',
  });
  expect(await keys.once('k', 'body', work)).toEqual({ id: 1 });
});

it('keeps nothing of a request that failed', async () => {
  const keys = new IdempotencyKeys();
  await expect(keys.once('k', 'body', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await keys.once('k', 'corrected', counting())).toEqual({ id: 1 });
});
