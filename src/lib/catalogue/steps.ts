import type { ServiceStep } from './schemas.ts';

/** Whether a step is at least five whole minutes long and lies within a service of so many minutes. */
export function isPossible({ offset_minutes, duration_minutes }: ServiceStep, minutes: number): boolean {
  return (
    Number.isInteger(offset_minutes) &&
    Number.isInteger(duration_minutes) &&
    offset_minutes >= 0 &&
    duration_minutes >= 5 &&
    offset_minutes + duration_minutes <= minutes
  );
}

/** Whether another step of its kind is needed at the same time. */
export function overlaps(step: ServiceStep, steps: ServiceStep[]): boolean {
  return steps.some(
    (other) =>
      other !== step &&
      other.kind === step.kind &&
      other.offset_minutes < step.offset_minutes + step.duration_minutes &&
      step.offset_minutes < other.offset_minutes + other.duration_minutes,
  );
}
