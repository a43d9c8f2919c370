import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import { calendarKeys } from '../calendar/queries.ts';
import { freeSlotsSchema, type FreeSlots } from './schemas.ts';

/** What a visit is to be like. */
export type FreeSlotQuestion = {
  serviceId: string;
  /** Any of these; without it, whoever can do the service. */
  providerIds?: string[];
  /** All of these, an empty list: none; without it, one of each kind the service has. */
  resourceIds?: string[];
  /** Without it, as long as the service. */
  durationMinutes?: number;
};

/** Days of the clinic: the first (YYYY-MM-DD; without it, today) and how many, 1 to 92 (without it, 30). */
export type FreeSlotDays = { firstDay?: string; days?: number };

/** Under the calendar's keys: whatever changes the calendar changes what is free. */
export const freeSlotKeys = {
  days: (tenantId: string, question: FreeSlotQuestion & FreeSlotDays) =>
    [...calendarKeys.all(tenantId), 'free-slots', question] as const,
  next: (tenantId: string, question: FreeSlotQuestion, after?: string) =>
    [...calendarKeys.all(tenantId), 'next-free-slots', question, after] as const,
};

const argumentsOf = (tenantId: string, question: FreeSlotQuestion) => ({
  tenant_id: tenantId,
  service_id: question.serviceId,
  provider_ids: question.providerIds,
  resource_ids: question.resourceIds,
  duration_minutes: question.durationMinutes,
});

/**
 * The free times of some days, at most `pageSize` (1 to 2000; without it, 200), one for each provider who is free.
 * Refusals: service_not_found, period_invalid, duration_invalid, provider_unknown, resource_unknown, values_invalid.
 */
export async function findFreeSlots(input: {
  tenantId: string;
  question: FreeSlotQuestion & FreeSlotDays;
  pageSize?: number;
  signal?: AbortSignal;
}): Promise<FreeSlots> {
  const asked = supabase().rpc('find_free_slots', {
    ...argumentsOf(input.tenantId, input.question),
    first_day: input.question.firstDay,
    days: input.question.days,
    page_size: input.pageSize,
  });
  return parseAnswer(freeSlotsSchema, unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)));
}

export const freeSlotOptions = (tenantId: string, question: FreeSlotQuestion & FreeSlotDays) =>
  queryOptions({
    queryKey: freeSlotKeys.days(tenantId, question),
    queryFn: ({ signal }) => findFreeSlots({ tenantId, question, signal }),
  });
