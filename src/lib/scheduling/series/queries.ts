import type { BlockValues } from '#lib/scheduling/blocking/queries.ts';
import type { AppointmentValues, Force } from '#lib/scheduling/calendar/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import {
  blockedSeriesSchema,
  bookedSeriesSchema,
  cancelledSeriesSchema,
  changedSeriesSchema,
  seriesChangeSchema,
  seriesPreviewSchema,
  seriesSchema,
  unblockedSeriesSchema,
  type BookedSeries,
  type ChangedSeries,
  type Series,
  type SeriesChange,
  type SeriesPreview,
  type SeriesScope,
} from './schemas.ts';

/** Cache keys of this domain, under the clinic they belong to. */
export const seriesKeys = {
  /** Not of the calendar: what a form has just saved is not asked about again. */
  previews: (tenantId: string) => ['tenant', tenantId, 'series-preview'] as const,
  one: (tenantId: string, seriesId: string) => ['tenant', tenantId, 'calendar', 'series', seriesId] as const,
};

/** The times a series would have, with what is in the way of each; nothing is written. */
export async function previewSeries(input: {
  tenantId: string;
  /** The client may still be missing. */
  values: Omit<AppointmentValues, 'client_id' | 'note'>;
  rule: string;
  holdId: string | null;
  signal?: AbortSignal;
}): Promise<SeriesPreview> {
  const asked = supabase().rpc('preview_series', {
    tenant_id: input.tenantId,
    fields: input.values,
    rule: input.rule,
    hold_id: input.holdId ?? undefined,
  });
  return parseAnswer(
    seriesPreviewSchema,
    unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)),
  );
}

/**
 * Books a visit and its repetitions, all or none.
 * @param input.seriesId made by the caller, so that a second try books nothing twice
 * @param input.skip `starts_at` of those that are left out
 */
export async function bookSeries(input: {
  tenantId: string;
  seriesId: string;
  values: AppointmentValues;
  rule: string;
  skip: string[];
  holdId: string | null;
  force: Force;
}): Promise<BookedSeries> {
  const answer = await supabase().rpc('book_series', {
    tenant_id: input.tenantId,
    fields: input.values,
    rule: input.rule,
    skip: input.skip,
    overbook: input.force.overbook,
    outside_hours: input.force.outsideHours,
    series_id: input.seriesId,
    hold_id: input.holdId ?? undefined,
  });
  return parseAnswer(bookedSeriesSchema, unwrap(answer));
}

type SeriesChangeInput = {
  tenantId: string;
  appointmentId: string;
  scope: Exclude<SeriesScope, 'this'>;
  fields: Partial<AppointmentValues>;
  /** Null: the visits repeat as they did. */
  rule: string | null;
  /** New `starts_at` of those that are left out. */
  skip: string[];
};

/** What a change of a visit would do to the others of its series; nothing is written. */
export async function previewSeriesChange(
  input: SeriesChangeInput & { signal?: AbortSignal },
): Promise<SeriesChange> {
  const asked = supabase().rpc('change_series', {
    tenant_id: input.tenantId,
    appointment_id: input.appointmentId,
    scope: input.scope,
    fields: input.fields,
    rule: input.rule ?? undefined,
    skip: input.skip,
    dry_run: true,
  });
  return parseAnswer(
    seriesChangeSchema,
    unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)),
  );
}

/**
 * Changes a visit and the following ones of its series, or all to come, all or none. `seenRevision` makes the server
 * refuse (changed_meanwhile) when somebody else has changed the visit since.
 */
export async function changeSeries(
  input: SeriesChangeInput & { seenRevision: number | null; force: Force },
): Promise<ChangedSeries> {
  const answer = await supabase().rpc('change_series', {
    tenant_id: input.tenantId,
    appointment_id: input.appointmentId,
    scope: input.scope,
    fields: input.fields,
    rule: input.rule ?? undefined,
    skip: input.skip,
    overbook: input.force.overbook,
    outside_hours: input.force.outsideHours,
    seen_revision: input.seenRevision ?? undefined,
  });
  return parseAnswer(changedSeriesSchema, unwrap(answer));
}

/** Cancels a visit, it and the following ones, or all that are to come; returns how many. */
export async function cancelSeries(input: {
  tenantId: string;
  appointmentId: string;
  scope: SeriesScope;
  reason?: string;
  cancelledBy?: 'client' | 'clinic';
}): Promise<number> {
  const answer = await supabase().rpc('cancel_series', {
    tenant_id: input.tenantId,
    appointment_id: input.appointmentId,
    scope: input.scope,
    reason: input.reason || undefined,
    cancelled_by: input.cancelledBy,
  });
  return parseAnswer(cancelledSeriesSchema, unwrap(answer)).cancelled;
}

/** Blocks a time and its repetitions; returns how many times, and how many visits they cover. */
export async function blockSeries(input: {
  tenantId: string;
  seriesId: string;
  values: BlockValues;
  rule: string;
}): Promise<{ blocked: number; covered: number }> {
  const answer = await supabase().rpc('block_series', {
    tenant_id: input.tenantId,
    fields: input.values,
    rule: input.rule,
    series_id: input.seriesId,
  });
  const { blocked, in_the_way_count } = parseAnswer(blockedSeriesSchema, unwrap(answer));
  return { blocked, covered: in_the_way_count };
}

/** Lets repeating blocked times be booked again; returns how many. */
export async function unblockSeries(input: {
  tenantId: string;
  blockedTimeId: string;
  scope: SeriesScope;
}): Promise<number> {
  const answer = await supabase().rpc('unblock_series', {
    tenant_id: input.tenantId,
    blocked_time_id: input.blockedTimeId,
    scope: input.scope,
  });
  return parseAnswer(unblockedSeriesSchema, unwrap(answer)).unblocked;
}

/** The series a visit belongs to; null when it is gone. */
export async function getSeries(tenantId: string, seriesId: string): Promise<Series | null> {
  const answer = await supabase()
    .from('appointment_series')
    .select('id, rule, first_at, duration_minutes, exdates')
    .eq('tenant_id', tenantId)
    .eq('id', seriesId)
    .maybeSingle();
  const row = unwrap(answer);
  return row ? parseAnswer(seriesSchema, row) : null;
}

export const seriesQuery = (tenantId: string, seriesId: string) =>
  queryOptions({
    queryKey: seriesKeys.one(tenantId, seriesId),
    queryFn: () => getSeries(tenantId, seriesId),
  });
