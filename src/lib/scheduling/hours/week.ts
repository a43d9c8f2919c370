import type { WeekPart } from './schemas.ts';

/** A week as it is edited: seven days with the stretches of each, as time fields hold them. */

/** HH:MM, or the empty text while nothing is typed. The midnight at which a day ends is 00:00. */
export type Span = { opens: string; closes: string };
export type Day = { weekday: number; hours: Span[]; breaks: Span[] };

/** What is wrong with a day. */
export type DayProblem = 'incomplete' | 'steps' | 'order' | 'overlap' | 'break_outside';

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7] as const;

export function toDays(week: readonly WeekPart[]): Day[] {
  const spans = (weekday: number, isBreak: boolean): Span[] =>
    week
      .filter((part) => part.weekday === weekday && part.is_break === isBreak)
      .map(({ opens, closes }) => ({ opens, closes: closes === '24:00' ? '00:00' : closes }));
  return WEEKDAYS.map((weekday) => ({
    weekday,
    hours: spans(weekday, false),
    breaks: spans(weekday, true),
  }));
}

export function toWeek(days: readonly Day[]): WeekPart[] {
  const parts = (weekday: number, spans: Span[], is_break: boolean): WeekPart[] =>
    spans
      .map(({ opens, closes }) => ({ weekday, opens, closes: endOf(closes), is_break }))
      .toSorted((a, b) => a.opens.localeCompare(b.opens));
  return days.flatMap(({ weekday, hours, breaks }) => [
    ...parts(weekday, hours, false),
    ...parts(weekday, breaks, true),
  ]);
}

/** What keeps a day from being saved; null for nothing. */
export function problemOf({ hours, breaks }: Day): DayProblem | null {
  const all = [...hours, ...breaks];
  if (all.some(({ opens, closes }) => !opens || !closes)) return 'incomplete';
  if (all.some((span) => !isInSteps(span.opens) || !isInSteps(span.closes))) return 'steps';
  if (all.some(({ opens, closes }) => opens >= endOf(closes))) return 'order';
  if (overlap(hours) || overlap(breaks)) return 'overlap';
  const open = joined(hours);
  const isWithin = (span: Span) =>
    open.some(({ opens, closes }) => opens <= span.opens && endOf(span.closes) <= closes);
  return breaks.every(isWithin) ? null : 'break_outside';
}

/** The same hours and breaks on all days that are open already. */
export function copyToOpenDays(days: readonly Day[], from: Day): Day[] {
  return days.map((day) =>
    day.hours.length === 0
      ? day
      : { weekday: day.weekday, hours: copies(from.hours), breaks: copies(from.breaks) },
  );
}

/** A further stretch for a day: after the last one, or a whole day where there is none. */
export function nextHours({ hours }: Day): Span {
  const last = hours.at(-1)?.closes ?? '';
  if (hours.length === 0) return { opens: '09:00', closes: '18:00' };
  const opens = last && last < '21:00' && last !== '00:00' ? addMinutes(last, 60) : '';
  return { opens, closes: opens ? addMinutes(opens, 120) : '' };
}

/** A further break for a day: where there is room for one at a usual time, else to be typed. */
export function nextBreak(day: Day): Span {
  const usual = ['13:00-13:30', '12:00-12:30', '10:30-11:00', '16:00-16:15'].map((text) => {
    const [opens = '', closes = ''] = text.split('-');
    return { opens, closes };
  });
  const fits = (span: Span) => problemOf({ ...day, breaks: [...day.breaks, span] }) === null;
  return usual.find(fits) ?? { opens: '', closes: '' };
}

const copies = (spans: readonly Span[]): Span[] => spans.map((span) => ({ ...span }));

/** Whether both say the same, in whatever order. */
export const isSameWeek = (a: readonly WeekPart[], b: readonly WeekPart[]): boolean =>
  JSON.stringify(toWeek(toDays(a))) === JSON.stringify(toWeek(toDays(b)));

const endOf = (closes: string): string => (closes === '00:00' ? '24:00' : closes);
const isInSteps = (time: string): boolean => Number(time.slice(3)) % 5 === 0;

function overlap(spans: readonly Span[]): boolean {
  const ordered = spans.toSorted((a, b) => a.opens.localeCompare(b.opens));
  return ordered.some((span, index) => index > 0 && span.opens < endOf(ordered[index - 1]?.closes ?? ''));
}

/** Hours that touch, as one. */
function joined(hours: readonly Span[]): Span[] {
  return hours
    .toSorted((a, b) => a.opens.localeCompare(b.opens))
    .reduce<Span[]>((spans, { opens, closes }) => {
      const last = spans.at(-1);
      if (last?.closes !== opens) return [...spans, { opens, closes: endOf(closes) }];
      return [...spans.slice(0, -1), { opens: last.opens, closes: endOf(closes) }];
    }, []);
}

function addMinutes(time: string, minutes: number): string {
  const total = Number(time.slice(0, 2)) * 60 + Number(time.slice(3)) + minutes;
  return `${String(Math.floor(total / 60) % 24).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}
