import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { changeSchedulingSettings } from '../settings/queries.ts';
import { deleteReminderRule, reminderKeys, saveReminderRule, sendReminderNow } from './queries.ts';
import type { ReminderRule, ReminderSettings } from './schemas.ts';

/** What most clinics begin with. */
const USUAL_MINUTES = [2880, 120];

/** What can be done with a clinic's reminders. */
export function reminderActions(queries: QueryClient, tenantId: string) {
  const affected = [reminderKeys.all(tenantId)];

  const save = (ruleId: string | null, values: Partial<Omit<ReminderRule, 'id'>>) =>
    perform(queries, affected, () => saveReminderRule({ tenantId, ruleId, values }));

  return {
    /** Adds a rule (without an id) or changes it. Throws what went wrong. */
    save: async (ruleId: string | null, values: Partial<Omit<ReminderRule, 'id'>>): Promise<void> => {
      await save(ruleId, values);
      confirmDone(m.reminder_saved());
    },

    /** Switches a rule on or off; true when that worked. */
    switch: async (rule: ReminderRule, is_active: boolean): Promise<boolean> => {
      try {
        await save(rule.id, { is_active });
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },

    /** Adds an e-mail two days and one two hours before. */
    addUsual: async (): Promise<void> => {
      try {
        for (const minutes_before of USUAL_MINUTES)
          await save(null, {
            channel: 'email',
            minutes_before,
            stop_if_confirmed: minutes_before < 1440,
          });
        confirmDone(m.reminder_saved());
      } catch (error) {
        handleError(error);
      }
    },

    /** True when that worked. */
    remove: async (rule: ReminderRule): Promise<boolean> => {
      try {
        await perform(queries, affected, () => deleteReminderRule({ tenantId, ruleId: rule.id }));
        confirmDone(m.reminder_was_deleted());
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },

    /** Changes the given ones of the settings. Throws what went wrong. */
    saveSettings: async (changed: Partial<ReminderSettings>): Promise<void> => {
      await perform(queries, affected, () => changeSchedulingSettings(tenantId, changed));
      confirmDone(m.reminder_settings_saved());
    },

    /** E-mails a reminder of one appointment now, whatever the rules. */
    sendNow: async (appointmentId: string): Promise<void> => {
      try {
        await perform(queries, affected, () => sendReminderNow({ tenantId, appointmentId }));
        confirmDone(m.reminder_requested());
      } catch (error) {
        handleError(error);
      }
    },
  };
}
