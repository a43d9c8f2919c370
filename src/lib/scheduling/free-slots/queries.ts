import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions } from '@tanstack/svelte-query';
import { calendarKeys } from '../calendar/queries.ts';
import { freeSlotsSchema, nextFreeSlotsSchema } from './schemas.ts';
import { searchFreeSlots, type FreeSlotSearch, type FreeSlotSource } from './search.ts';

/** Times of one answer; the database gives no more. */
const SLOTS_AT_ONCE = 2000;

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

/** Under the calendar's keys: whatever changes the calendar changes what is free. */
const freeSlotKeys = {
  search: (tenantId: string, question: FreeSlotQuestion, search: object) =>
    [...calendarKeys.all(tenantId), 'free-slots', question, search] as const,
};

/**
 * Where the search asks for free times. Refusals: service_not_found, period_invalid, duration_invalid,
 * provider_unknown, resource_unknown, values_invalid.
 */
function freeSlotSource(tenantId: string, question: FreeSlotQuestion, signal: AbortSignal): FreeSlotSource {
  const visit = {
    tenant_id: tenantId,
    service_id: question.serviceId,
    provider_ids: question.providerIds,
    resource_ids: question.resourceIds,
    duration_minutes: question.durationMinutes,
  };
  return {
    find: async (first_day, days) => {
      const asked = supabase().rpc('find_free_slots', {
        ...visit,
        first_day,
        days,
        page_size: SLOTS_AT_ONCE,
      });
      return parseAnswer(freeSlotsSchema, unwrap(await asked.abortSignal(signal)));
    },
    next: async (after, how_many) => {
      const asked = supabase().rpc('next_free_slots', { ...visit, after, how_many });
      return parseAnswer(nextFreeSlotsSchema, unwrap(await asked.abortSignal(signal))).slots;
    },
  };
}

/**
 * Free times from a day on, `daysWanted` days with some at a time. `wishes` stands for `suits` in the cache: other
 * wishes are another search.
 */
export function freeSlotOptions(
  tenantId: string,
  question: FreeSlotQuestion,
  search: FreeSlotSearch & { firstDay: string; wishes?: unknown },
) {
  const { suits: _suits, ...key } = search;
  return infiniteQueryOptions({
    queryKey: freeSlotKeys.search(tenantId, question, key),
    queryFn: ({ pageParam, signal }) =>
      searchFreeSlots(freeSlotSource(tenantId, question, signal), pageParam, search),
    initialPageParam: search.firstDay,
    getNextPageParam: (page) => page.next,
  });
}
