import { calendarKeys } from '#lib/scheduling/calendar/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions, type QueryKey } from '@tanstack/svelte-query';
import type { ExceptionValues } from './exception-form.ts';
import { hoursSchema, outsideSchema, type Hours, type HoursOwner, type WeekPart } from './schemas.ts';

/** Cache keys of this domain, under the clinic they belong to. */
const hoursKeys = { all: (tenantId: string) => ['tenant', tenantId, 'hours'] as const };

/** What shows hours: these pages, and the calendar. */
export const affectedByHours = (tenantId: string): QueryKey[] => [
  hoursKeys.all(tenantId),
  calendarKeys.all(tenantId),
  calendarKeys.settings(tenantId),
];

/** All hours of a clinic and its rules of booking. */
export async function getHours(tenantId: string): Promise<Hours> {
  return parseAnswer(hoursSchema, unwrap(await supabase().rpc('get_hours', { tenant_id: tenantId })));
}

/** How many upcoming appointments a change has put outside the hours. They stay where they are. */
type Outside = Promise<number>;

/** Replaces an ordinary week. Without hours a provider keeps the clinic's, a chair is always there. */
export async function saveWeek(input: { tenantId: string; owner: HoursOwner; hours: WeekPart[] }): Outside {
  const answer = await supabase().rpc('save_working_hours', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    provider_id: input.owner.provider_id as string,
    resource_id: input.owner.resource_id as string,
    hours: input.hours,
  });
  return parseAnswer(outsideSchema, unwrap(answer)).outside;
}

/** Adds days that differ (`id` null) or changes them. */
export async function saveException(input: {
  tenantId: string;
  id: string | null;
  values: ExceptionValues;
}): Outside {
  const answer = await supabase().rpc('save_hours_exception', {
    tenant_id: input.tenantId,
    exception_id: input.id as string,
    fields: input.values,
  });
  return parseAnswer(outsideSchema, unwrap(answer)).outside;
}

/** The days are as in an ordinary week again. */
export async function deleteException(input: { tenantId: string; id: string }): Outside {
  const answer = await supabase().rpc('delete_hours_exception', {
    tenant_id: input.tenantId,
    exception_id: input.id,
  });
  return parseAnswer(outsideSchema, unwrap(answer)).outside;
}

export const hoursOptions = (tenantId: string) =>
  queryOptions({ queryKey: hoursKeys.all(tenantId), queryFn: () => getHours(tenantId) });
