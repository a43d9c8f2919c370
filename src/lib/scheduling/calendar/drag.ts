import type { Calendar } from '@event-calendar/core';
import { NOBODY } from './events.ts';
import type { Place } from './queries.ts';
import type { CalendarAppointment } from './schemas.ts';
import type { CalendarView } from './view.ts';
import { addMinutes, addWallMinutes, fromWall, minutesBetween, toWall } from './wall-time.ts';

type Delta = Pick<Calendar.Duration, 'days' | 'seconds'>;
const minutesOf = ({ days, seconds }: Delta): number => days * 24 * 60 + Math.round(seconds / 60);

/**
 * Where a visit is to be after it has been dragged by so much on the wall clock, and into another column. It keeps its
 * length, also over a change of the clock.
 */
export function droppedPlace(
  visit: CalendarAppointment,
  timeZone: string,
  delta: Delta,
  column: { columns: CalendarView['columns']; from: string | null; to: string | null },
): Partial<Place> {
  const moved = minutesOf(delta);
  const starts_at =
    moved === 0
      ? visit.starts_at
      : fromWall(addWallMinutes(toWall(visit.starts_at, timeZone), moved), timeZone);
  const times =
    moved === 0
      ? {}
      : { starts_at, ends_at: addMinutes(starts_at, minutesBetween(visit.starts_at, visit.ends_at)) };
  if (!column.to || column.to === column.from) return times;
  if (column.columns === 'providers')
    return { ...times, provider_id: column.to === NOBODY ? null : column.to };
  const kept = visit.resource_ids.filter((id) => id !== column.from && id !== column.to);
  return { ...times, resource_ids: column.to === NOBODY ? kept : [...kept, column.to] };
}

/** A visit's times after its end has been dragged by so much on the wall clock; nothing when it was not. */
export function resizedPlace(visit: CalendarAppointment, timeZone: string, delta: Delta): Partial<Place> {
  if (minutesOf(delta) === 0) return {};
  return {
    starts_at: visit.starts_at,
    ends_at: fromWall(addWallMinutes(toWall(visit.ends_at, timeZone), minutesOf(delta)), timeZone),
  };
}
