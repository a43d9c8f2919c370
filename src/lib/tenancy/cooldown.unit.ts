import { expect, it } from 'vitest';
import { secondsUntil } from './cooldown.ts';

it('counts whole seconds down to zero and no further', () => {
  const now = Date.parse('2026-03-01T10:00:00Z');
  expect(secondsUntil('2026-03-01T10:01:00Z', now)).toBe(60);
  expect(secondsUntil('2026-03-01T10:00:00.2Z', now)).toBe(1);
  expect(secondsUntil('2026-03-01T09:59:00Z', now)).toBe(0);
  expect(secondsUntil(null, now)).toBe(0);
});
