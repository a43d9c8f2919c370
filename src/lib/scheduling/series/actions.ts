import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import { calendarKeys, type AppointmentValues } from '#lib/scheduling/calendar/queries.ts';
import type { Refusals } from '#lib/scheduling/calendar/refusals.svelte.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { bookSeries, cancelSeries } from './queries.ts';
import type { SeriesScope } from './schemas.ts';

/** What can be done with repeating visits. Each throws what went wrong, Declined when the person gave in. */
export function seriesActions(
  queries: QueryClient,
  { tenantId, refusals }: { tenantId: string; refusals: Refusals },
) {
  const affected = [calendarKeys.all(tenantId), clientKeys.all(tenantId)];
  return {
    /** Books a visit and its repetitions. */
    book: async (input: {
      seriesId: string;
      values: AppointmentValues;
      rule: string;
      skip: string[];
      holdId: string | null;
    }): Promise<void> => {
      const { booked } = await refusals.insist((force) =>
        perform(queries, affected, () => bookSeries({ tenantId, ...input, force })),
      );
      confirmDone(m.series_booked({ count: booked }));
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
