import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import { reminderKeys } from '#lib/scheduling/reminders/queries.ts';
import { seriesActions } from '#lib/scheduling/series/actions.ts';
import { waitlistKeys } from '#lib/scheduling/waitlist/queries.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import {
  bookAppointment,
  calendarKeys,
  changeAppointment,
  setAppointmentStatus,
  type AppointmentValues,
  type Place,
} from './queries.ts';
import type { Refusals } from './refusals.svelte.ts';
import type { Appointment, AppointmentStatus, CalendarAppointment } from './schemas.ts';
import { statusLabel, wayBack } from './statuses.ts';
import { formatTime, formatWeekday } from './wall-time.ts';

export type Cancellation = { reason: string; cancelledBy: 'client' | 'clinic' };

/** Whether a change has taken a client's confirmation back. */
const isUnconfirmed = (
  before: { status: AppointmentStatus },
  after: { status: AppointmentStatus },
): boolean => before.status === 'confirmed' && after.status === 'booked';

/** What can be done with a clinic's visits, from the calendar, the day board and dialogs alike. */
export function calendarActions(
  queries: QueryClient,
  { tenantId, timeZone, refusals }: { tenantId: string; timeZone: string; refusals: Refusals },
) {
  // What becomes of a visit changes what is reminded of, and makes offers of times that become free.
  const affected = [
    calendarKeys.all(tenantId),
    clientKeys.all(tenantId),
    reminderKeys.all(tenantId),
    waitlistKeys.all(tenantId),
  ];
  const nameOf = (client: { first_name: string; last_name: string }) =>
    displayName({ ...client, email: null });
  const when = (moment: string) => `${formatWeekday(moment, timeZone)} ${formatTime(moment, timeZone)}`;
  const reload = () => void queries.invalidateQueries({ queryKey: calendarKeys.all(tenantId) });

  const write = (
    id: string,
    values: Partial<AppointmentValues>,
    seenRevision: number | null,
    holdId?: string | null,
  ) =>
    refusals.insist((force) =>
      perform(queries, affected, () =>
        changeAppointment({
          tenantId,
          appointmentId: id,
          values,
          seenRevision,
          holdId: holdId ?? null,
          force,
        }),
      ),
    );

  const enter = (
    id: string,
    status: AppointmentStatus,
    more: Partial<Cancellation> & { seenRevision?: number } = {},
  ) =>
    perform(queries, affected, () => setAppointmentStatus({ tenantId, appointmentId: id, status, ...more }));

  const failed = (error: unknown): void => {
    reload();
    refusals.show(error);
  };

  // Undone is what one has done, not what somebody else has done since.
  const undoStatus = async (done: Appointment, way: AppointmentStatus[]): Promise<void> => {
    let { revision: seenRevision } = done;
    try {
      for (const status of way) ({ revision: seenRevision } = await enter(done.id, status, { seenRevision }));
    } catch (error) {
      failed(error);
    }
  };

  const undoMove = async (before: CalendarAppointment, done: Appointment): Promise<void> => {
    const { id, starts_at, ends_at, provider_id, resource_ids } = before;
    try {
      const undone = await write(id, { starts_at, ends_at, provider_id, resource_ids }, done.revision);
      // Moving takes a confirmation back; undoing gives it again.
      if (before.status === 'confirmed') await enter(id, 'confirmed', { seenRevision: undone.revision });
    } catch (error) {
      failed(error);
    }
  };

  return {
    series: seriesActions(queries, { tenantId, refusals }),

    /**
     * Books a visit, once for its id. `holdId` is asked at each attempt, because the hold may be renewed in between.
     * Throws what went wrong, Declined when the person gave in.
     */
    book: async (input: {
      appointmentId: string;
      values: AppointmentValues;
      holdId: () => Promise<string | null>;
    }): Promise<Appointment> => {
      const booked = await refusals.insist((force) =>
        perform(queries, affected, async () =>
          bookAppointment({ ...input, tenantId, holdId: await input.holdId(), force }),
        ),
      );
      confirmDone(m.appointment_booked({ name: nameOf(booked.client), when: when(booked.starts_at) }));
      return booked;
    },

    /** Changes a visit from its form. Throws what went wrong, Declined when the person gave in. */
    change: async (
      before: CalendarAppointment,
      values: Partial<AppointmentValues>,
      seenRevision: number | null,
      holdId: string | null,
    ): Promise<Appointment> => {
      const changed = await write(before.id, values, seenRevision, holdId);
      const told = { name: nameOf(changed.client), when: when(changed.starts_at) };
      confirmDone(
        isUnconfirmed(before, changed) ? m.appointment_saved_unconfirmed(told) : m.appointment_saved(told),
      );
      return changed;
    },

    /** Moves a visit that was dragged and offers to undo it; false when it stays where it was. */
    move: async (before: CalendarAppointment, place: Partial<Place>): Promise<boolean> => {
      try {
        const moved = await write(before.id, place, before.revision);
        const told = { name: nameOf(before), when: when(moved.starts_at) };
        const text = before.series_id
          ? `${m.appointment_moved(told)} · ${m.series_others_stay()}`
          : m.appointment_moved(told);
        confirmDone(
          isUnconfirmed(before, moved) ? m.appointment_moved_unconfirmed(told) : text,
          () => void undoMove(before, moved),
        );
        return true;
      } catch (error) {
        failed(error);
        return false;
      }
    },

    /** Puts a visit into a status and offers to undo that; false when it stays what it was. */
    setStatus: async (
      before: CalendarAppointment,
      status: AppointmentStatus,
      cancellation?: Cancellation,
    ): Promise<boolean> => {
      let done: Appointment;
      try {
        done = await enter(before.id, status, { ...cancellation, seenRevision: before.revision });
      } catch (error) {
        failed(error);
        return false;
      }
      const way = wayBack(status, before.status);
      confirmDone(
        m.appointment_now({ name: nameOf(before), status: statusLabel(status) }),
        way.length > 0 ? () => void undoStatus(done, way) : undefined,
      );
      return true;
    },
  };
}

export type CalendarActions = ReturnType<typeof calendarActions>;
