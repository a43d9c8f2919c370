import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import { seriesActions } from '#lib/scheduling/series/actions.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import {
  bookAppointment,
  calendarKeys,
  changeAppointment,
  setAppointmentStatus,
  type AppointmentValues,
  type Place,
} from './queries.ts';
import { showFailure, type Refusals } from './refusals.svelte.ts';
import type { Appointment, AppointmentStatus, CalendarAppointment } from './schemas.ts';
import { statusLabel, wayBack } from './statuses.ts';
import { formatTime, formatWeekday } from './wall-time.ts';

export type Cancellation = { reason: string; cancelledBy: 'client' | 'clinic' };

/** What can be done with a clinic's visits, from the calendar, the day board and dialogs alike. */
export function calendarActions(
  queries: QueryClient,
  { tenantId, timeZone, refusals }: { tenantId: string; timeZone: string; refusals: Refusals },
) {
  const affected = [calendarKeys.all(tenantId), clientKeys.all(tenantId)];
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

  const undoStatus = async (id: string, way: AppointmentStatus[]): Promise<void> => {
    try {
      for (const status of way) await enter(id, status);
    } catch (error) {
      reload();
      showFailure(error);
    }
  };

  const undoMove = async (before: CalendarAppointment): Promise<void> => {
    const { id, starts_at, ends_at, provider_id, resource_ids } = before;
    try {
      await write(id, { starts_at, ends_at, provider_id, resource_ids }, null);
      // Moving takes a confirmation back; undoing gives it again.
      if (before.status === 'confirmed') await enter(id, 'confirmed');
    } catch (error) {
      reload();
      showFailure(error);
    }
  };

  return {
    series: seriesActions(queries, { tenantId, refusals }),

    /** Books a visit. Throws what went wrong, Declined when the person gave in. */
    book: async (values: AppointmentValues, holdId: string | null): Promise<Appointment> => {
      const booked = await refusals.insist((force) =>
        perform(queries, affected, () => bookAppointment({ tenantId, values, holdId, force })),
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
      confirmDone(m.appointment_saved({ name: nameOf(changed.client) }));
      return changed;
    },

    /** Moves a visit that was dragged and offers to undo it; false when it stays where it was. */
    move: async (before: CalendarAppointment, place: Partial<Place>): Promise<boolean> => {
      try {
        const moved = await write(before.id, place, before.revision);
        confirmDone(
          m.appointment_moved({ name: nameOf(before), when: when(moved.starts_at) }),
          () => void undoMove(before),
        );
        return true;
      } catch (error) {
        reload();
        showFailure(error);
        return false;
      }
    },

    /** Puts a visit into a status and offers to undo that; false when it stays what it was. */
    setStatus: async (
      before: CalendarAppointment,
      status: AppointmentStatus,
      cancellation?: Cancellation,
    ): Promise<boolean> => {
      try {
        await enter(before.id, status, { ...cancellation, seenRevision: before.revision });
      } catch (error) {
        reload();
        showFailure(error);
        return false;
      }
      const way = wayBack(status, before.status);
      confirmDone(
        m.appointment_now({ name: nameOf(before), status: statusLabel(status) }),
        way.length > 0 ? () => void undoStatus(before.id, way) : undefined,
      );
      return true;
    },
  };
}

export type CalendarActions = ReturnType<typeof calendarActions>;
