import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import { calendarKeys, type AppointmentValues, type Force } from '#lib/scheduling/calendar/queries.ts';
import type { Refusals } from '#lib/scheduling/calendar/refusals.svelte.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { bookSeries, cancelSeries, changeSeries } from './queries.ts';
import type { SeriesScope } from './schemas.ts';

/** What can be done with repeating visits. Each throws what went wrong. */
export function seriesActions(
  queries: QueryClient,
  { tenantId, refusals }: { tenantId: string; refusals: Refusals },
) {
  const affected = [calendarKeys.all(tenantId), clientKeys.all(tenantId)];
  return {
    mayOverbook: refusals.mayOverbook,

    /** Books a visit and its repetitions. */
    book: async (input: {
      seriesId: string;
      values: AppointmentValues;
      rule: string;
      skip: string[];
      holdId: string | null;
      force: Force;
    }): Promise<void> => {
      const { booked } = await perform(queries, affected, () => bookSeries({ tenantId, ...input }));
      confirmDone(m.series_booked({ count: booked }));
    },

    /** Changes a visit together with others of its series. */
    change: async (input: {
      appointmentId: string;
      scope: Exclude<SeriesScope, 'this'>;
      fields: Partial<AppointmentValues>;
      rule: string | null;
      skip: string[];
      seenRevision: number | null;
      force: Force;
    }): Promise<void> => {
      const { moved, booked, cancelled } = await perform(queries, affected, () =>
        changeSeries({ tenantId, ...input }),
      );
      confirmDone(m.series_changed({ count: moved + booked + cancelled }));
    },

    cancel: async (input: {
      appointmentId: string;
      scope: SeriesScope;
      reason: string;
      cancelledBy: 'client' | 'clinic';
    }): Promise<void> => {
      const count = await perform(queries, affected, () => cancelSeries({ tenantId, ...input }));
      confirmDone(m.series_cancelled({ count }));
    },
  };
}
