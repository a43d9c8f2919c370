/** Calendar days as YYYY-MM-DD, in a zone that the caller names. */

/** The day a moment belongs to in the given IANA zone (the browser's without one). */
export function dayOf(moment: Date, timeZone?: string): string {
  const { year, month, day } = wallClock(moment, timeZone);
  return `${year}-${month}-${day}`;
}

/** The day `days` later (or earlier, when negative). */
export function addDays(day: string, days: number): string {
  const moved = new Date(`${day}T00:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** Whether a text names a day that exists. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/**
 * The moment a day begins in a zone, as ISO text in UTC. Where the clock is turned forward at midnight, that is the
 * first moment after the gap.
 */
export function startOfDay(day: string, timeZone?: string): string {
  const wanted = Date.parse(`${day}T00:00:00Z`);
  let moment = wanted;
  // The offset is that of the moment looked for, which is only known once it is found: two steps settle it.
  for (let step = 0; step < 2; step++) moment = wanted - offset(new Date(moment), timeZone);
  if (dayOf(new Date(moment), timeZone) < day) moment += 3_600_000;
  return new Date(moment).toISOString();
}

/** Milliseconds by which the zone's clock is ahead of UTC at a moment. */
function offset(moment: Date, timeZone?: string): number {
  const { year, month, day, hour, minute, second } = wallClock(moment, timeZone);
  const shown = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return shown - Math.floor(moment.getTime() / 1000) * 1000;
}

function wallClock(moment: Date, timeZone?: string) {
  const parts = clockFormat(timeZone).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((each) => each.type === type)?.value ?? '00';
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  };
}

// Kept, because making a formatter is slow and a list asks about hundreds of moments.
const clocks = new Map<string, Intl.DateTimeFormat>();

function clockFormat(timeZone = ''): Intl.DateTimeFormat {
  const clock = clocks.get(timeZone) ?? createClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
}

function createClock(timeZone: string): Intl.DateTimeFormat {
  const options = {
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const;
  try {
    return new Intl.DateTimeFormat('en', { ...options, timeZone: timeZone || undefined });
  } catch {
    // A zone of the database that this browser does not know.
    return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
  }
}
