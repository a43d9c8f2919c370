import { expect, it } from 'vitest';
import type { ServiceStep } from './schemas.ts';
import { isPossible, overlaps } from './steps.ts';

const step = (kind: ServiceStep['kind'], offset_minutes: number, duration_minutes: number): ServiceStep => ({
  ...{ kind, offset_minutes, duration_minutes },
});

it('lies within the service and is long enough', () => {
  expect(isPossible(step('provider', 0, 60), 60)).toBe(true);
  expect(isPossible(step('provider', 55, 5), 60)).toBe(true);
  expect(isPossible(step('provider', 56, 5), 60)).toBe(false);
  expect(isPossible(step('provider', 0, 4), 60)).toBe(false);
  expect(isPossible(step('provider', -5, 10), 60)).toBe(false);
  expect(isPossible(step('provider', Number.NaN, 10), 60)).toBe(false);
});

it('does not share its time with another of its kind', () => {
  const [first, second, chair] = [step('provider', 0, 20), step('provider', 20, 20), step('chair', 10, 20)];
  expect(overlaps(first, [first, second, chair])).toBe(false);
  const late = step('provider', 19, 20);
  expect(overlaps(late, [first, late])).toBe(true);
});
