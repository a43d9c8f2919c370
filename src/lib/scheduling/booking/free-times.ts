import type { FreeSlot } from '../free-slots/schemas.ts';

/**
 * The times offered first: so many of a day, so that the next days are not beyond the end of a list full of mornings.
 * Two providers who are free at once are one time of the day.
 */
export function spreadOverDays(
  times: FreeSlot[],
  dayOf: (time: FreeSlot) => string,
  perDay: number,
  days: number,
): [day: string, times: FreeSlot[]][] {
  const byDay = [...Map.groupBy(times, dayOf)].slice(0, days);
  return byDay.map(([day, own]) => {
    const once = [...new Map(own.toReversed().map((time) => [time.starts_at, time])).values()].toReversed();
    const step = Math.max(1, Math.ceil(once.length / perDay));
    return [day, once.filter((_, at) => at % step === 0)];
  });
}
