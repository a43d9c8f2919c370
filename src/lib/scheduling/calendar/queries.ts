import { activitySchema, type Activity } from '#lib/activities/schemas.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  appointmentDetailsSchema,
  appointmentSchema,
  calendarSchema,
  holdSchema,
  type Appointment,
  type AppointmentDetails,
  type AppointmentStatus,
  type CalendarAppointment,
  type CalendarData,
  type Hold,
} from './schemas.ts';

/** How often a calendar that is looked at is read again. */
const REFRESH = 20_000;
const HISTORY_SHOWN = 50;

/** Two moments, the second not included. */
export type Period = { startsAt: string; endsAt: string };

/** When, with whom and where a visit is. */
export type Place = {
  service_id: string | null;
  provider_id: string | null;
  resource_ids: string[];
  starts_at: string;
  ends_at: string;
};
export type AppointmentValues = Place & { client_id: string; note: string };

/** What somebody who has been asked wants all the same. */
export type Force = { overbook: boolean; outsideHours: boolean };

/** Cache keys of this domain, under the clinic they belong to. */
export const calendarKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'calendar'] as const,
  period: (tenantId: string, period: Period) => ['tenant', tenantId, 'calendar', 'period', period] as const,
  details: (tenantId: string, appointmentId: string) =>
    ['tenant', tenantId, 'calendar', 'appointment', appointmentId] as const,
  history: (tenantId: string, appointmentId: string) =>
    ['tenant', tenantId, 'calendar', 'history', appointmentId] as const,
  settings: (tenantId: string) => ['tenant', tenantId, 'scheduling-settings'] as const,
};

/** All that a calendar shows of a period of at most 62 days. */
export async function listCalendar(input: {
  tenantId: string;
  period: Period;
  signal?: AbortSignal;
}): Promise<CalendarData> {
  const asked = supabase().rpc('list_calendar', {
    tenant_id: input.tenantId,
    starts_at: input.period.startsAt,
    ends_at: input.period.endsAt,
  });
  return parseAnswer(calendarSchema, unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)));
}

/** One visit as the calendar lists it, whenever it is; undefined when there is none. */
export async function readVisit(
  tenantId: string,
  appointmentId: string,
): Promise<CalendarAppointment | undefined> {
  const found = await supabase()
    .from('appointments')
    .select('starts_at, ends_at')
    .eq('tenant_id', tenantId)
    .eq('id', appointmentId)
    .maybeSingle();
  const times = unwrap(found);
  if (!times) return undefined;
  const period = { startsAt: times.starts_at, endsAt: times.ends_at };
  return (await listCalendar({ tenantId, period })).appointments.find(({ id }) => id === appointmentId);
}

/** Books a visit, in place of a hold of one's own. */
export async function bookAppointment(input: {
  tenantId: string;
  appointmentId: string;
  values: AppointmentValues;
  holdId: string | null;
  force: Force;
}): Promise<Appointment> {
  const answer = await supabase().rpc('book_appointment', {
    tenant_id: input.tenantId,
    appointment_id: input.appointmentId,
    fields: input.values,
    hold_id: input.holdId ?? undefined,
    overbook: input.force.overbook,
    outside_hours: input.force.outsideHours,
  });
  return parseAnswer(appointmentSchema, unwrap(answer));
}

/**
 * Moves or changes a visit by the fields given. `seenRevision` makes the server refuse (changed_meanwhile) when somebody
 * else has changed it since.
 */
export async function changeAppointment(input: {
  tenantId: string;
  appointmentId: string;
  values: Partial<AppointmentValues>;
  seenRevision: number | null;
  holdId?: string | null;
  force: Force;
}): Promise<Appointment> {
  const answer = await supabase().rpc('change_appointment', {
    tenant_id: input.tenantId,
    appointment_id: input.appointmentId,
    fields: input.values,
    seen_revision: input.seenRevision ?? undefined,
    hold_id: input.holdId ?? undefined,
    overbook: input.force.overbook,
    outside_hours: input.force.outsideHours,
  });
  return parseAnswer(appointmentSchema, unwrap(answer));
}

/** Puts a visit into a status; twice is once. */
export async function setAppointmentStatus(input: {
  tenantId: string;
  appointmentId: string;
  status: AppointmentStatus;
  reason?: string;
  cancelledBy?: 'client' | 'clinic';
  seenRevision?: number | null;
}): Promise<Appointment> {
  const answer = await supabase().rpc('set_appointment_status', {
    tenant_id: input.tenantId,
    appointment_id: input.appointmentId,
    status: input.status,
    reason: input.reason || undefined,
    cancelled_by: input.cancelledBy,
    seen_revision: input.seenRevision ?? undefined,
  });
  return parseAnswer(appointmentSchema, unwrap(answer));
}

/** Keeps a time while a form is filled in, in place of an earlier hold of one's own. */
async function holdSlot(input: { tenantId: string; place: Place; insteadOf: string | null }): Promise<Hold> {
  const { service_id, provider_id, resource_ids, starts_at, ends_at } = input.place;
  const answer = await supabase().rpc('hold_slot', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    service_id: service_id as string,
    provider_id: provider_id as string,
    resource_ids,
    starts_at,
    ends_at,
    instead_of: input.insteadOf ?? undefined,
  });
  return parseAnswer(holdSchema, unwrap(answer));
}

/** Gives up a hold of one's own; nothing happens when it has expired already. */
async function releaseHold(input: { tenantId: string; holdId: string }): Promise<void> {
  unwrap(await supabase().rpc('release_hold', { tenant_id: input.tenantId, hold_id: input.holdId }));
}

/** What keeping the time of a form asks the database. */
export const holdConnection = { hold: holdSlot, release: releaseHold };

/** What the list leaves out of a visit. */
export async function readAppointmentDetails(
  tenantId: string,
  appointmentId: string,
): Promise<AppointmentDetails> {
  const answer = await supabase()
    .from('appointments')
    .select('status_reason, cancelled_by, is_late_cancel, created_at')
    .eq('tenant_id', tenantId)
    .eq('id', appointmentId)
    .single();
  return parseAnswer(appointmentDetailsSchema, unwrap(answer));
}

/** What happened to a visit, newest first. */
export async function listHistory(tenantId: string, appointmentId: string): Promise<Activity[]> {
  const answer = await supabase()
    .from('activities')
    .select('id, client_id, occurred_at, kind, actor_id, subject_type, subject_id, summary, details')
    .eq('tenant_id', tenantId)
    .eq('subject_id', appointmentId)
    .order('occurred_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(HISTORY_SHOWN);
  return parseAnswer(z.array(activitySchema), unwrap(answer));
}

/** Minutes at which free times begin: where a dragged visit comes to rest. */
export async function readSlotMinutes(tenantId: string): Promise<number> {
  const answer = await supabase()
    .from('scheduling_settings')
    .select('slot_minutes')
    .eq('tenant_id', tenantId)
    .single();
  return unwrap(answer).slot_minutes;
}

export const calendarOptions = (tenantId: string, period: Period) =>
  queryOptions({
    queryKey: calendarKeys.period(tenantId, period),
    queryFn: ({ signal }) => listCalendar({ tenantId, period, signal }),
    refetchInterval: REFRESH,
  });

export const appointmentDetailsOptions = (tenantId: string, appointmentId: string) =>
  queryOptions({
    queryKey: calendarKeys.details(tenantId, appointmentId),
    queryFn: () => readAppointmentDetails(tenantId, appointmentId),
  });

export const historyOptions = (tenantId: string, appointmentId: string) =>
  queryOptions({
    queryKey: calendarKeys.history(tenantId, appointmentId),
    queryFn: () => listHistory(tenantId, appointmentId),
    staleTime: 0,
  });

export const slotMinutesOptions = (tenantId: string) =>
  queryOptions({
    queryKey: calendarKeys.settings(tenantId),
    queryFn: () => readSlotMinutes(tenantId),
    staleTime: 5 * 60_000,
  });
