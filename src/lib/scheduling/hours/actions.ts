import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { toExceptionValues, type ExceptionForm } from './exception-form.ts';
import { changeSchedulingSettings } from '../settings/queries.ts';
import { affectedByHours, deleteException, saveException, saveWeek } from './queries.ts';
import type { BookingRules, HoursException, HoursOwner, WeekPart } from './schemas.ts';

/**
 * What can be done with a clinic's hours. `onOutside` hears after each change how many upcoming appointments it has put
 * outside the hours.
 */
export function hoursActions(queries: QueryClient, tenantId: string, onOutside: (count: number) => void) {
  const affected = affectedByHours(tenantId);
  return {
    /** Replaces a week; true when that worked. */
    saveWeek: async (owner: HoursOwner, hours: WeekPart[]): Promise<boolean> => {
      try {
        onOutside(await perform(queries, affected, () => saveWeek({ tenantId, owner, hours })));
        confirmDone(m.hours_saved());
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },

    /** Adds days that differ (`id` null) or changes them. Throws what went wrong. */
    saveException: async (form: ExceptionForm, id: string | null): Promise<void> => {
      const values = toExceptionValues(form);
      onOutside(await perform(queries, affected, () => saveException({ tenantId, id, values })));
      confirmDone(m.hours_days_saved());
    },

    /** Makes the days ordinary ones again; true when that worked. */
    deleteException: async ({ id }: HoursException): Promise<boolean> => {
      try {
        onOutside(await perform(queries, affected, () => deleteException({ tenantId, id })));
        confirmDone(m.hours_days_deleted());
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },

    /** Changes the rules of booking. Throws what went wrong. */
    saveRules: async (changed: Partial<BookingRules>): Promise<void> => {
      await perform(queries, affected, () => changeSchedulingSettings(tenantId, changed));
      confirmDone(m.hours_rules_saved());
    },
  };
}
