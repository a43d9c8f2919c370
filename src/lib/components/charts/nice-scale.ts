/**
 * The end of a scale for counts from 0 to `max`: the next round number (1, 2, 5 times a power of ten, and 4 so that
 * small counts fill the height) whose half is shown as well where it is whole.
 */
export function niceMaximum(max: number): number {
  if (max <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(max));
  const step = [1, 2, 4, 5, 10].find((factor) => factor * power >= max) ?? 10;
  return step * power;
}

/** The values that get a line: the end of the scale, and its half where that is a whole number. */
export function ticks(maximum: number): number[] {
  return maximum % 2 === 0 ? [maximum, maximum / 2] : [maximum];
}
