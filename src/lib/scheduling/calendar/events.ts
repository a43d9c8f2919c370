import { addDays } from '#lib/days.ts';
import type { Provider, Resource, Service } from '#lib/catalogue/schemas.ts';
import { displayName } from '#lib/people.ts';
import type { Calendar } from '@event-calendar/core';
import type { BlockedTime, CalendarAppointment, CalendarData, CalendarHold, OpenTime } from './schemas.ts';
import { isGivenUp, isOpen } from './statuses.ts';
import type { CalendarView } from './view.ts';
import { toWall, wallDay } from './wall-time.ts';

/** The column of visits that nobody in particular has. */
export const NOBODY = 'nobody';

export type Catalogue = { providers: Provider[]; resources: Resource[]; services: Service[] };
export type Drawn =
  | { kind: 'appointment'; appointment: CalendarAppointment }
  | { kind: 'blocked'; blocked: BlockedTime }
  | { kind: 'hold'; hold: CalendarHold };
export type CalendarColumn = { id: string; title: string; colour: string };

/** The visits that a view shows: those of the providers and chairs chosen, cancelled ones only when asked for. */
export function shownAppointments(
  appointments: CalendarAppointment[],
  view: Pick<CalendarView, 'providers' | 'resources' | 'showsCancelled'>,
): CalendarAppointment[] {
  return appointments.filter(
    (each) =>
      (view.showsCancelled || each.status !== 'cancelled') &&
      (view.providers.length === 0 || view.providers.includes(each.provider_id ?? '')) &&
      (view.resources.length === 0 || each.resource_ids.some((id) => view.resources.includes(id))),
  );
}

/** The colour a visit is drawn in, one of the ten of the catalogue. */
export function colourOf(
  appointment: CalendarAppointment,
  by: CalendarView['colours'],
  { providers, services }: Catalogue,
): string {
  const source =
    by === 'service'
      ? services.find(({ id }) => id === appointment.service_id)
      : providers.find(({ id }) => id === appointment.provider_id);
  return source?.colour ?? 'slate';
}

/** The columns of a view: those chosen, else all in use and whoever has a visit in the period. */
export function columnsOf(
  view: Pick<CalendarView, 'columns' | 'providers' | 'resources'>,
  catalogue: Catalogue,
  appointments: CalendarAppointment[],
): CalendarColumn[] {
  const isProviders = view.columns === 'providers';
  const busy = new Set(
    appointments.flatMap((each) => (isProviders ? [each.provider_id ?? NOBODY] : each.resource_ids)),
  );
  const chosen = isProviders ? view.providers : view.resources;
  const entries: (Provider | Resource)[] = isProviders ? catalogue.providers : catalogue.resources;
  const columns = entries
    .filter((entry) =>
      chosen.length > 0 ? chosen.includes(entry.id) : !entry.archived_at || busy.has(entry.id),
    )
    .map(({ id, name, colour }) => ({ id, title: name, colour }));
  const isNobodyBusy = isProviders
    ? busy.has(NOBODY)
    : appointments.some(({ resource_ids }) => resource_ids.length === 0);
  return isNobodyBusy && chosen.length === 0
    ? [...columns, { id: NOBODY, title: '', colour: 'slate' }]
    : columns;
}

/** The columns in which something with a provider and chairs stands. */
export function columnIdsOf(
  { provider_id, resource_ids }: { provider_id: string | null; resource_ids: string[] },
  columns: CalendarView['columns'],
): string[] {
  if (columns === 'providers') return [provider_id ?? NOBODY];
  return resource_ids.length > 0 ? resource_ids : [NOBODY];
}

export type Drawing = {
  timeZone: string;
  colours: CalendarView['colours'];
  columns: CalendarView['columns'];
  columnIds: string[];
  catalogue: Catalogue;
  /** Whose holds are one's own. */
  selfId: string;
};

/** Visits as the grid draws them, in the clinic's wall time. */
export function appointmentEvents(
  appointments: CalendarAppointment[],
  drawing: Drawing,
): Calendar.EventInput[] {
  return appointments.map((appointment) => ({
    id: appointment.id,
    start: toWall(appointment.starts_at, drawing.timeZone),
    end: toWall(appointment.ends_at, drawing.timeZone),
    resourceIds: columnIdsOf(appointment, drawing.columns),
    title: displayName({ ...appointment, email: appointment.phone }),
    editable: isOpen(appointment.status),
    classNames: [
      'visit',
      `visit-${colourOf(appointment, drawing.colours, drawing.catalogue)}`,
      ...(isGivenUp(appointment.status) ? ['visit-given-up'] : []),
      ...(appointment.status === 'completed' ? ['visit-over'] : []),
    ],
    extendedProps: { kind: 'appointment', appointment } satisfies Drawn,
  }));
}

/** Blocked times and the times others keep, of the columns; with whose it is where they are drawn without columns. */
export function obstacleEvents(
  { blocked, holds }: Pick<CalendarData, 'blocked' | 'holds'>,
  { timeZone, columns, columnIds, selfId }: Pick<Drawing, 'timeZone' | 'columns' | 'columnIds' | 'selfId'>,
  named?: Catalogue,
): Calendar.EventInput[] {
  const isProviders = columns === 'providers';
  const shown = new Set(columnIds);
  const ownerOf = (id: string | null) =>
    (isProviders ? named?.providers : named?.resources)?.find((each) => each.id === id)?.name;
  const fixed = { editable: false, startEditable: false, durationEditable: false };
  return [
    ...blocked
      // A chair's repair says nothing about providers, and the other way round.
      .filter((each) => (isProviders ? each.resource_id === null : each.provider_id === null))
      .filter(({ provider_id, resource_id }) => {
        const owner = provider_id ?? resource_id;
        return owner === null || shown.has(owner);
      })
      .map((each) => ({
        ...fixed,
        id: `blocked-${each.id}`,
        start: toWall(each.starts_at, timeZone),
        end: toWall(each.ends_at, timeZone),
        resourceIds: [each.provider_id ?? each.resource_id]
          .filter((id) => id !== null)
          .concat(each.provider_id || each.resource_id ? [] : columnIds),
        title: [ownerOf(each.provider_id ?? each.resource_id), each.title].filter(Boolean).join(': '),
        classNames: ['blocked-time'],
        extendedProps: { kind: 'blocked', blocked: each } satisfies Drawn,
      })),
    ...holds
      .filter((hold) => hold.created_by !== selfId && columnIdsOf(hold, columns).some((id) => shown.has(id)))
      .map((hold) => ({
        ...fixed,
        id: `hold-${hold.id}`,
        start: toWall(hold.starts_at, timeZone),
        end: toWall(hold.ends_at, timeZone),
        resourceIds: columnIdsOf(hold, columns),
        title: '',
        classNames: ['kept-time'],
        extendedProps: { kind: 'hold', hold } satisfies Drawn,
      })),
  ];
}

type Span = { start: string; end: string };

/**
 * When nobody of those named is there, day by day in wall time: what is left of each day when the open times of all of
 * them are taken out.
 */
export function closedSpans(
  open: OpenTime[],
  subjectIds: string[],
  days: string[],
  timeZone: string,
): Span[] {
  const spans = open
    .filter(({ subject_id }) => subjectIds.includes(subject_id))
    .map(({ starts_at, ends_at }) => ({ start: toWall(starts_at, timeZone), end: toWall(ends_at, timeZone) }))
    .toSorted((a, b) => a.start.localeCompare(b.start));
  return days.flatMap((day) => {
    const [begin, finish] = [`${day}T00:00:00`, `${addDays(day, 1)}T00:00:00`];
    const closed: Span[] = [];
    let reached = begin;
    for (const { start, end } of spans) {
      if (end <= begin || start >= finish) continue;
      if (start > reached) closed.push({ start: reached, end: start });
      if (end > reached) reached = end;
    }
    return reached < finish ? [...closed, { start: reached, end: finish }] : closed;
  });
}

/** Closed hours as shaded ground: per column, or of everybody together where there are no columns. */
export function closedEvents(
  open: OpenTime[],
  columnIds: string[],
  days: string[],
  timeZone: string,
  isPerColumn: boolean,
): Calendar.EventInput[] {
  const shade = ({ start, end }: Span, column: string | null) => ({
    id: `closed-${column ?? ''}-${start}`,
    start,
    end,
    display: 'background' as const,
    resourceIds: column ? [column] : [],
    classNames: ['closed-time'],
  });
  if (!isPerColumn) return closedSpans(open, columnIds, days, timeZone).map((span) => shade(span, null));
  const bySubject = Map.groupBy(open, ({ subject_id }) => subject_id);
  return columnIds
    .filter((id) => id !== NOBODY)
    .flatMap((id) =>
      closedSpans(bySubject.get(id) ?? [], [id], days, timeZone).map((span) => shade(span, id)),
    );
}

/** The shortest day there is, where the clock goes forward. */
const WHOLE_DAY = 22 * 3_600_000;

/** The hours the grid has to reach over: the open ones and those of visits, at least from 8 to 18. */
export function hoursShown(
  open: OpenTime[],
  appointments: { starts_at: string; ends_at: string }[],
  timeZone: string,
): { first: number; last: number } {
  let [first, last] = [8, 18];
  for (const { starts_at, ends_at } of [...open, ...appointments]) {
    // A chair without hours of its own is always there; that says nothing about the day.
    if (Date.parse(ends_at) - Date.parse(starts_at) >= WHOLE_DAY) continue;
    const [start, end] = [toWall(starts_at, timeZone), toWall(ends_at, timeZone)];
    first = Math.min(first, Number(start.slice(11, 13)));
    const hour = Number(end.slice(11, 13)) + (end.slice(14, 16) === '00' ? 0 : 1);
    last = Math.max(last, end.slice(0, 10) > start.slice(0, 10) ? 24 : hour);
  }
  return { first, last };
}

/** Visits by the day they begin on at the clinic. */
export function byDay(
  appointments: CalendarAppointment[],
  timeZone: string,
): Map<string, CalendarAppointment[]> {
  return Map.groupBy(appointments, ({ starts_at }) => wallDay(starts_at, timeZone));
}
