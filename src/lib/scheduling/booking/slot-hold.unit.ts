import type { Hold } from '#lib/scheduling/calendar/schemas.ts';
import { AppError } from '#lib/supabase/errors.ts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SlotHold } from './slot-hold.svelte.ts';

// Without Svelte's compiler a rune is just its value; what the hold does is the same.
vi.stubGlobal(
  '$state',
  Object.assign(<T>(value: T): T => value, { raw: <T>(value: T): T => value }),
);

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-23T09:00:00Z') }));
afterEach(() => vi.useRealTimers());

const place = (minutes: number) => ({
  service_id: null,
  provider_id: 'p',
  resource_ids: [],
  starts_at: '2026-11-24T08:00:00Z',
  ends_at: new Date(Date.parse('2026-11-24T08:00:00Z') + minutes * 60_000).toISOString(),
});

/** A database that numbers its holds and answers when it is told to. */
function database() {
  const open = new Set<string>();
  const waiting: (() => void)[] = [];
  let number = 0;
  const hold = vi.fn(
    ({ insteadOf }: { insteadOf: string | null }) =>
      new Promise<Hold>((resolve) => {
        waiting.push(() => {
          if (insteadOf) open.delete(insteadOf);
          const hold_id = `hold-${(number += 1)}`;
          open.add(hold_id);
          resolve({ hold_id, expires_at: new Date(Date.now() + 300_000).toISOString() } as Hold);
        });
      }),
  );
  const release = vi.fn(({ holdId }: { holdId: string }) => {
    open.delete(holdId);
    return Promise.resolve();
  });
  const answer = async () => {
    waiting.shift()?.();
    await vi.advanceTimersByTimeAsync(0);
  };
  return { open, hold, release, answer };
}

it('gives the hold to book in place of only when what is under way has been answered', async () => {
  const base = database();
  const hold = new SlotHold('t', base);
  hold.want(place(30));
  await vi.advanceTimersByTimeAsync(400);
  await base.answer();
  hold.want(place(45));
  await vi.advanceTimersByTimeAsync(400);
  const settled = hold.settled();
  await base.answer();
  expect(await settled).toBe('hold-2');
  expect(base.open).toEqual(new Set(['hold-2']));
});

it('asks for nothing new while a booking is under way', async () => {
  const base = database();
  const hold = new SlotHold('t', base);
  hold.want(place(30));
  await vi.advanceTimersByTimeAsync(400);
  await base.answer();
  hold.want(place(45));
  expect(await hold.settled()).toBe('hold-1');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(base.hold).toHaveBeenCalledTimes(1);
  hold.again();
  await vi.advanceTimersByTimeAsync(0);
  expect(base.hold).toHaveBeenCalledTimes(2);
});

it('leaves nothing behind, not even a hold that arrives after the end', async () => {
  const base = database();
  const hold = new SlotHold('t', base);
  hold.want(place(30));
  await vi.advanceTimersByTimeAsync(400);
  hold.end();
  await base.answer();
  expect(base.open).toEqual(new Set());
});

it('is renewed before it runs out', async () => {
  const base = database();
  const hold = new SlotHold('t', base);
  hold.want(place(30));
  await vi.advanceTimersByTimeAsync(400);
  await base.answer();
  await vi.advanceTimersByTimeAsync(260_000);
  await base.answer();
  expect(base.open).toEqual(new Set(['hold-2']));
});

it('tries again after the network failed, not after the time was taken', async () => {
  const base = database();
  const hold = new SlotHold('t', base);
  base.hold.mockRejectedValueOnce(new AppError('network'));
  hold.want(place(30));
  await vi.advanceTimersByTimeAsync(400);
  expect(hold.state.kind).toBe('failed');
  await vi.advanceTimersByTimeAsync(5_000);
  await base.answer();
  expect(hold.state.kind).toBe('kept');
  base.hold.mockRejectedValueOnce(new AppError('slot_taken'));
  hold.want(place(45));
  await vi.advanceTimersByTimeAsync(400);
  expect(hold.state.kind).toBe('taken');
  const asked = base.hold.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(base.hold).toHaveBeenCalledTimes(asked);
});
