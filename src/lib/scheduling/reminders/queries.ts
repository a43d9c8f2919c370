import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  channelStateSchema,
  reminderListSchema,
  reminderRuleSchema,
  reminderSettingsSchema,
  type ChannelState,
  type ReminderList,
  type ReminderRule,
  type ReminderSettings,
} from './schemas.ts';

/** Cache keys of this domain, under the clinic they belong to. */
export const reminderKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'reminders'] as const,
  rules: (tenantId: string) => ['tenant', tenantId, 'reminders', 'rules'] as const,
  settings: (tenantId: string) => ['tenant', tenantId, 'reminders', 'settings'] as const,
  channels: (tenantId: string) => ['tenant', tenantId, 'reminders', 'channels'] as const,
  ofAppointment: (tenantId: string, appointmentId: string) =>
    ['tenant', tenantId, 'reminders', 'appointment', appointmentId] as const,
};

/** A clinic's rules, the earliest first. */
export async function listReminderRules(tenantId: string): Promise<ReminderRule[]> {
  const answer = await supabase()
    .from('reminder_rules')
    .select('id, channel, minutes_before, is_active, stop_if_confirmed, extra_text')
    .eq('tenant_id', tenantId)
    .order('minutes_before', { ascending: false })
    .order('channel');
  return parseAnswer(z.array(reminderRuleSchema), unwrap(answer));
}

/** Adds a rule, or changes those fields of the one with this id that are given. */
export async function saveReminderRule(input: {
  tenantId: string;
  ruleId: string | null;
  values: Partial<Omit<ReminderRule, 'id'>>;
}): Promise<ReminderRule> {
  const answer = await supabase().rpc('save_reminder_rule', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    rule_id: input.ruleId as string,
    fields: input.values,
  });
  return parseAnswer(reminderRuleSchema, unwrap(answer));
}

/** Deletes a rule; what it was going to send is cancelled. */
export async function deleteReminderRule(input: { tenantId: string; ruleId: string }): Promise<void> {
  unwrap(await supabase().rpc('delete_reminder_rule', { tenant_id: input.tenantId, rule_id: input.ruleId }));
}

/** Quiet hours, and what clients are told to call and where to come. */
export async function readReminderSettings(tenantId: string): Promise<ReminderSettings> {
  const answer = await supabase()
    .from('scheduling_settings')
    .select('quiet_from, quiet_to, contact_phone, contact_address')
    .eq('tenant_id', tenantId)
    .single();
  return parseAnswer(reminderSettingsSchema, unwrap(answer));
}

/** Whether mail and text messages are set up on this system. */
export async function readChannelState(): Promise<ChannelState> {
  return unwrapFunction(
    channelStateSchema,
    await supabase().functions.invoke('reminder-channels', { method: 'GET' }),
  );
}

/** An appointment's reminders: what is planned, went out, or did not. */
export async function listReminders(tenantId: string, appointmentId: string): Promise<ReminderList> {
  const answer = await supabase().rpc('list_reminders', {
    tenant_id: tenantId,
    appointment_id: appointmentId,
  });
  return parseAnswer(reminderListSchema, unwrap(answer));
}

/** E-mails a reminder within the minute. */
export async function sendReminderNow(input: { tenantId: string; appointmentId: string }): Promise<void> {
  unwrap(
    await supabase().rpc('send_reminder_now', {
      tenant_id: input.tenantId,
      appointment_id: input.appointmentId,
    }),
  );
}

export const reminderRuleOptions = (tenantId: string) =>
  queryOptions({ queryKey: reminderKeys.rules(tenantId), queryFn: () => listReminderRules(tenantId) });

export const reminderSettingsOptions = (tenantId: string) =>
  queryOptions({ queryKey: reminderKeys.settings(tenantId), queryFn: () => readReminderSettings(tenantId) });

export const channelStateOptions = (tenantId: string) =>
  queryOptions({
    queryKey: reminderKeys.channels(tenantId),
    queryFn: readChannelState,
    staleTime: 10 * 60_000,
  });

export const reminderListOptions = (tenantId: string, appointmentId: string) =>
  queryOptions({
    queryKey: reminderKeys.ofAppointment(tenantId, appointmentId),
    queryFn: () => listReminders(tenantId, appointmentId),
  });
