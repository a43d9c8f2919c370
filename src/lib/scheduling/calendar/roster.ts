import { addDays } from '#lib/days.ts';
import { columnIdsOf, obstacleEvents, type Drawing, type Drawn } from './events.ts';
import type { CalendarAppointment, CalendarData, OpenTime } from './schemas.ts';
import { toWall } from './wall-time.ts';

/** Part of a day on the clinic's clock: "09:00" until "18:00", "24:00" at its end. */
export type DayPart = { from: string; until: string };
/** What stands in a field of the roster, a column on a day. */
export type RosterEntry = DayPart & { id: string; drawn: Drawn };
/** Entries by column and day, in the order of their times. */
export type RosterFields = Map<string, Map<string, RosterEntry[]>>;

/** The part of a stretch of wall time that lies on a day. */
function partOn(day: string, start: string, end: string): DayPart | null {
  const [begin, finish] = [`${day}T00:00:00`, `${addDays(day, 1)}T00:00:00`];
  if (end <= begin || start >= finish) return null;
  return {
    from: start < begin ? '00:00' : start.slice(11, 16),
    until: end >= finish ? '24:00' : end.slice(11, 16),
  };
}

/** Visits, blocked times and the times others keep, each in the fields it belongs to. */
export function rosterFields(
  appointments: CalendarAppointment[],
  obstacles: Pick<CalendarData, 'blocked' | 'holds'>,
  drawing: Pick<Drawing, 'timeZone' | 'columns' | 'columnIds' | 'selfId'>,
  days: string[],
): RosterFields {
  const fields: RosterFields = new Map(drawing.columnIds.map((id) => [id, new Map()]));
  const put = (column: string, day: string, entry: RosterEntry) => {
    const ofDay = fields.get(column)?.get(day);
    if (ofDay) ofDay.push(entry);
    else fields.get(column)?.set(day, [entry]);
  };
  for (const appointment of appointments) {
    const start = toWall(appointment.starts_at, drawing.timeZone);
    const entry = {
      id: appointment.id,
      from: start.slice(11, 16),
      until: toWall(appointment.ends_at, drawing.timeZone).slice(11, 16),
      drawn: { kind: 'appointment', appointment } as const,
    };
    for (const id of columnIdsOf(appointment, drawing.columns)) put(id, start.slice(0, 10), entry);
  }
  for (const { id, start, end, resourceIds, extendedProps } of obstacleEvents(obstacles, drawing))
    for (const day of days) {
      const part = partOn(day, String(start), String(end));
      if (!part) continue;
      const entry = { id: String(id), ...part, drawn: extendedProps as Drawn };
      for (const column of resourceIds as string[]) put(column, day, entry);
    }
  for (const ofColumn of fields.values())
    for (const entries of ofColumn.values()) entries.sort((a, b) => a.from.localeCompare(b.from));
  return fields;
}

/** When somebody with these open times is there on a day; empty for not at all. */
export function openParts(open: OpenTime[], day: string, timeZone: string): DayPart[] {
  return open.flatMap(
    ({ starts_at, ends_at }) => partOn(day, toWall(starts_at, timeZone), toWall(ends_at, timeZone)) ?? [],
  );
}

/** Whether those parts are the whole day: nothing that needs to be said. */
export const isAllDay = (parts: DayPart[]): boolean =>
  parts.length === 1 && parts[0]?.from === '00:00' && parts[0].until === '24:00';
