import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import type { EntryValues } from './form.ts';
import {
  entrySchema,
  offerRulesSchema,
  suggestionsSchema,
  waitlistPageSchema,
  type Entry,
  type OfferRules,
  type Slot,
  type Suggestion,
  type WaitlistPage,
} from './schemas.ts';

const ENTRIES_PER_PAGE = 50;
/** An offer may be answered at any moment. */
const REFRESH = 30_000;

/** Those who wait, or those whose waiting is over. */
export type WaitlistQuestion = { state: 'open' | 'over' };

/** Cache keys of this domain, under the clinic they belong to. */
export const waitlistKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'waitlist'] as const,
  list: (tenantId: string, question: WaitlistQuestion) =>
    ['tenant', tenantId, 'waitlist', 'list', question] as const,
  rules: (tenantId: string) => ['tenant', tenantId, 'waitlist', 'rules'] as const,
  suggestions: (tenantId: string, slot: Slot) =>
    ['tenant', tenantId, 'waitlist', 'suggestions', slot] as const,
};

/** One page of the waiting list, urgent ones first, then who has waited longest. */
export async function listWaitlist(input: {
  tenantId: string;
  question: WaitlistQuestion;
  after: WaitlistPage['next'];
  signal: AbortSignal;
}): Promise<WaitlistPage> {
  const asked = supabase().rpc('list_waitlist', {
    tenant_id: input.tenantId,
    filter: input.question,
    after: input.after ?? undefined,
    page_size: ENTRIES_PER_PAGE,
  });
  return parseAnswer(waitlistPageSchema, unwrap(await asked.abortSignal(input.signal)));
}

/**
 * Puts a client on the waiting list (`entryId` null), or changes what is given. `seenRevision` makes the server refuse
 * (changed_meanwhile) when somebody else has saved since.
 */
export async function saveEntry(input: {
  tenantId: string;
  entryId: string | null;
  values: Partial<EntryValues>;
  seenRevision: number | null;
}): Promise<Entry> {
  const answer = await supabase().rpc('save_waitlist_entry', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    entry_id: input.entryId as string,
    fields: input.values,
    seen_revision: input.seenRevision ?? undefined,
  });
  return parseAnswer(entrySchema, unwrap(answer));
}

/** Takes somebody off the list, or puts them back. */
export async function closeEntry(input: {
  tenantId: string;
  entryId: string;
  isClosed: boolean;
}): Promise<Entry> {
  const answer = await supabase().rpc('close_waitlist_entry', {
    tenant_id: input.tenantId,
    entry_id: input.entryId,
    is_closed: input.isClosed,
  });
  return parseAnswer(entrySchema, unwrap(answer));
}

/** Offers a time by e-mail, and keeps it. */
export async function offerSlot(input: { tenantId: string; entryId: string; slot: Slot }): Promise<Entry> {
  const answer = await supabase().rpc('offer_slot', {
    tenant_id: input.tenantId,
    entry_id: input.entryId,
    slot: input.slot,
  });
  return parseAnswer(entrySchema, unwrap(answer));
}

/** Takes an offer back. */
export async function withdrawOffer(input: { tenantId: string; offerId: string }): Promise<Entry> {
  const answer = await supabase().rpc('withdraw_offer', {
    tenant_id: input.tenantId,
    offer_id: input.offerId,
  });
  return parseAnswer(entrySchema, unwrap(answer));
}

/** Whom a free time suits, first in turn first. */
export async function suggestFor(tenantId: string, slot: Slot): Promise<Suggestion[]> {
  const answer = await supabase().rpc('suggest_waitlist', { tenant_id: tenantId, slot });
  return parseAnswer(suggestionsSchema, unwrap(answer)).suggestions;
}

/** How the clinic offers times that have become free. */
export async function readOfferRules(tenantId: string): Promise<OfferRules> {
  const answer = await supabase()
    .from('scheduling_settings')
    .select('automatic_offers, offer_minutes, offer_notice_minutes')
    .eq('tenant_id', tenantId)
    .single();
  return parseAnswer(offerRulesSchema, unwrap(answer));
}

export const waitlistOptions = (tenantId: string, question: WaitlistQuestion) =>
  infiniteQueryOptions({
    queryKey: waitlistKeys.list(tenantId, question),
    queryFn: ({ pageParam, signal }) => listWaitlist({ tenantId, question, after: pageParam, signal }),
    initialPageParam: null as WaitlistPage['next'],
    getNextPageParam: (page) => page.next,
    refetchInterval: REFRESH,
  });

export const suggestionOptions = (tenantId: string, slot: Slot) =>
  queryOptions({
    queryKey: waitlistKeys.suggestions(tenantId, slot),
    queryFn: () => suggestFor(tenantId, slot),
  });

export const offerRulesOptions = (tenantId: string) =>
  queryOptions({ queryKey: waitlistKeys.rules(tenantId), queryFn: () => readOfferRules(tenantId) });
