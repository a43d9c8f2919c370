import { addDays, isDay, startOfDay } from '#lib/days.ts';
import type { Period } from './queries.ts';

export const CALENDAR_LOOKS = ['day', 'week', 'month', 'columns'] as const;
export type CalendarLook = (typeof CALENDAR_LOOKS)[number];

/** What the calendar shows; part of its address, so that "back", reload and a shared link keep it. */
export type CalendarView = {
  look: CalendarLook;
  /** Any day of the period shown; empty for today, which is another day tomorrow. */
  day: string;
  /** Ids; none for all. */
  providers: string[];
  resources: string[];
  colours: 'service' | 'provider';
  /** What has a column of its own in the view of columns. */
  columns: 'providers' | 'resources';
  showsCancelled: boolean;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ids = (text: string | null): string[] => (text ?? '').split(',').filter((id) => UUID.test(id));

/** The view an address asks for: "?view=week&day=2026-11-24&providers=…&by=provider". What makes no sense is left out. */
export function readCalendarView(params: Pick<URLSearchParams, 'get'>): CalendarView {
  const day = params.get('day') ?? '';
  return {
    look: CALENDAR_LOOKS.find((look) => look === params.get('view')) ?? 'week',
    day: isDay(day) ? day : '',
    providers: ids(params.get('providers')),
    resources: ids(params.get('resources')),
    colours: params.get('by') === 'provider' ? 'provider' : 'service',
    columns: params.get('columns') === 'resources' ? 'resources' : 'providers',
    showsCancelled: params.get('cancelled') === 'yes',
  };
}

/** The query of the address for a view; empty for the one the page begins with. */
export function calendarViewQuery(view: CalendarView): string {
  const params = new URLSearchParams();
  if (view.look !== 'week') params.set('view', view.look);
  if (view.day) params.set('day', view.day);
  if (view.providers.length > 0) params.set('providers', view.providers.join(','));
  if (view.resources.length > 0) params.set('resources', view.resources.join(','));
  if (view.colours !== 'service') params.set('by', view.colours);
  if (view.columns !== 'providers') params.set('columns', view.columns);
  if (view.showsCancelled) params.set('cancelled', 'yes');
  // Commas may stand in a query as they are, and read better.
  return params.size > 0 ? `?${params.toString().replaceAll('%2C', ',')}` : '';
}

/** The Monday of a day's week. */
export function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

/** How many days later one day is than another. */
export const daysBetween = (from: string, until: string): number =>
  (Date.parse(until) - Date.parse(from)) / 86_400_000;

/** The days a look shows around one of them. */
export function daysShown(look: CalendarLook, day: string): string[] {
  if (look === 'week') return daysFrom(mondayOf(day), 7);
  // As many whole weeks as the month needs, always the same number so that nothing jumps.
  if (look === 'month') return daysFrom(mondayOf(`${day.slice(0, 7)}-01`), 42);
  return [day];
}

const daysFrom = (first: string, count: number): string[] =>
  Array.from({ length: count }, (_, at) => addDays(first, at));

/** The moments between which those days lie in a zone. */
export function periodOf(days: string[], timeZone: string): Period {
  const last = days.at(-1) ?? '';
  return {
    startsAt: startOfDay(days[0] ?? last, timeZone),
    endsAt: startOfDay(addDays(last, 1), timeZone),
  };
}

/** The day to show when somebody leafs forward (1) or back (-1). */
export function leaf(look: CalendarLook, day: string, by: 1 | -1): string {
  if (look === 'week') return addDays(day, 7 * by);
  if (look !== 'month') return addDays(day, by);
  const first = new Date(`${day.slice(0, 7)}-01T00:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + by);
  return first.toISOString().slice(0, 10);
}
