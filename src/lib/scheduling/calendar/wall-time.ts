import { getLocale } from '#lib/paraglide/runtime.js';

/**
 * Moments and what the clock on the clinic's wall shows then, "2026-11-24T10:00:00", whatever zone the browser is in.
 * A clock time that a zone skips or has twice means the same moment as in Postgres (`at time zone`): it is read with
 * the smaller of the two offsets, so 02:30 in a skipped hour is 03:30, and in a repeated one its second turn.
 */

const MINUTE = 60_000;
// Every zone changes its offset at a quarter of an hour, so the offset of one is that of all its moments.
const QUARTER = 15 * MINUTE;
const KEPT = 20_000;
const offsets = new Map<string, Map<number, number>>();

/** Milliseconds by which a zone's clock is ahead of UTC at a moment. */
function offsetAt(moment: number, timeZone: string): number {
  const quarter = Math.floor(moment / QUARTER);
  let known = offsets.get(timeZone);
  if (!known || known.size > KEPT) offsets.set(timeZone, (known = new Map()));
  const kept = known.get(quarter);
  if (kept !== undefined) return kept;
  const offset = readOffset(quarter * QUARTER, timeZone);
  known.set(quarter, offset);
  return offset;
}

function readOffset(moment: number, timeZone: string): number {
  const parts = clockOf(timeZone).formatToParts(moment);
  const part = (type: Intl.DateTimeFormatPartTypes) =>
    Number(parts.find((each) => each.type === type)?.value);
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'));
  return shown - moment;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
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
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  } as const;
  return new Intl.DateTimeFormat('en', { ...options, timeZone: knownZone(timeZone) });
}

/** The zone itself, or UTC where this browser does not know it. */
function knownZone(timeZone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}

const text = (shown: number): string => new Date(shown).toISOString().slice(0, 19);

/** What the clinic's clock shows at a moment. */
export function toWall(instant: string, timeZone: string): string {
  const moment = Date.parse(instant);
  return text(moment + offsetAt(moment, timeZone));
}

/** The moment at which the clinic's clock shows this time, as ISO text in UTC. */
export function fromWall(wall: string, timeZone: string): string {
  const shown = Date.parse(`${wall.slice(0, 16)}:00Z`);
  const around = [shown - 86_400_000, shown + 86_400_000].map((moment) => offsetAt(moment, timeZone));
  const fitting = around.filter((offset) => offsetAt(shown - offset, timeZone) === offset);
  return new Date(shown - Math.min(...(fitting.length > 0 ? fitting : around))).toISOString();
}

/** A clock time so many minutes later, as the clock goes: a day is always 24 hours long. */
export function addWallMinutes(wall: string, minutes: number): string {
  return text(Date.parse(`${wall}Z`) + minutes * MINUTE);
}

/** Minutes between two clock times. */
export function wallMinutesBetween(from: string, until: string): number {
  return (Date.parse(`${until}Z`) - Date.parse(`${from}Z`)) / MINUTE;
}

/** A zone's present distance from UTC: "+02:00". */
export function offsetText(timeZone: string, now: number = Date.now()): string {
  const minutes = Math.round(offsetAt(now, timeZone) / MINUTE);
  const size = Math.abs(minutes);
  const two = (count: number) => String(count).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

/** A moment so many minutes later. */
export function addMinutes(instant: string, minutes: number): string {
  return new Date(Date.parse(instant) + minutes * MINUTE).toISOString();
}

/** Minutes between two moments. */
export function minutesBetween(from: string, until: string): number {
  return Math.round((Date.parse(until) - Date.parse(from)) / MINUTE);
}

/** The day a moment belongs to at the clinic. */
export const wallDay = (instant: string, timeZone: string): string => toWall(instant, timeZone).slice(0, 10);

/** "10:00" on the clinic's clock. */
export const formatTime = (instant: string, timeZone: string): string =>
  toWall(instant, timeZone).slice(11, 16);

/** "10:00–10:45"; with the day of the end where that is another one. */
export function formatTimes(startsAt: string, endsAt: string, timeZone: string): string {
  const end = formatTime(endsAt, timeZone);
  const isSameDay = wallDay(startsAt, timeZone) === wallDay(endsAt, timeZone);
  return `${formatTime(startsAt, timeZone)}–${isSameDay ? end : `${formatWeekday(endsAt, timeZone)} ${end}`}`;
}

// Kept, because making a formatter is slow.
const weekdays = new Map<string, Intl.DateTimeFormat>();

/** "Tue, 24 Nov" on the clinic's calendar. */
export function formatWeekday(instant: string, timeZone: string): string {
  const locale = getLocale();
  const options = { weekday: 'short', day: 'numeric', month: 'short', timeZone: 'UTC' } as const;
  const format = weekdays.get(locale) ?? new Intl.DateTimeFormat(locale, options);
  weekdays.set(locale, format);
  return format.format(Date.parse(`${toWall(instant, timeZone)}Z`));
}
