/** Whole seconds from `now` (milliseconds) until an ISO moment; 0 when it has passed or there is none. */
export function secondsUntil(moment: string | null, now: number): number {
  if (!moment) return 0;
  return Math.max(0, Math.ceil((new Date(moment).getTime() - now) / 1000));
}
