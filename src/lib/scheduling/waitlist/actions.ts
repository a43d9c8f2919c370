import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import type { EntryValues } from './form.ts';
import { calendarKeys } from '../calendar/queries.ts';
import { changeSchedulingSettings } from '../settings/queries.ts';
import { closeEntry, offerSlot, saveEntry, waitlistKeys, withdrawOffer } from './queries.ts';
import type { Entry, Offer, OfferRules, Slot } from './schemas.ts';

const nameOf = ({ client }: Entry): string => displayName(client);

/** What can be done with a clinic's waiting list. */
export function waitlistActions(queries: QueryClient, tenantId: string) {
  // An offer keeps a time in the calendar, and the timeline tells of it.
  const affected = [waitlistKeys.all(tenantId), clientKeys.all(tenantId), calendarKeys.all(tenantId)];

  const setClosed = async (entry: Entry, isClosed: boolean): Promise<void> => {
    try {
      await perform(queries, affected, () => closeEntry({ tenantId, entryId: entry.id, isClosed }));
    } catch (error) {
      handleError(error, { retry: () => void setClosed(entry, isClosed) });
      return;
    }
    if (isClosed) confirmDone(m.waitlist_closed({ name: nameOf(entry) }), () => void setClosed(entry, false));
    else confirmDone(m.waitlist_reopened({ name: nameOf(entry) }));
  };

  return {
    /** Takes somebody off the list, and offers to undo it. */
    close: (entry: Entry): Promise<void> => setClosed(entry, true),
    /** Puts back whom somebody took off. */
    reopen: (entry: Entry): Promise<void> => setClosed(entry, false),

    /** Puts a client on the list (`entry` undefined) or changes an entry. Throws what went wrong. */
    save: async (
      entry: Entry | undefined,
      values: Partial<EntryValues>,
      seenRevision: number | null,
    ): Promise<void> => {
      const saved = await perform(queries, affected, () =>
        saveEntry({ tenantId, entryId: entry?.id ?? null, values, seenRevision }),
      );
      confirmDone((entry ? m.waitlist_saved : m.waitlist_added)({ name: nameOf(saved) }));
    },

    /** Offers a time by e-mail. Throws what went wrong. */
    offer: async (entry: Entry, slot: Slot): Promise<void> => {
      await perform(queries, affected, () => offerSlot({ tenantId, entryId: entry.id, slot }));
      confirmDone(m.waitlist_offered({ name: nameOf(entry) }));
    },

    /** Takes an offer back; true when that worked. */
    withdraw: async (entry: Entry, offer: Offer): Promise<boolean> => {
      try {
        await perform(queries, affected, () => withdrawOffer({ tenantId, offerId: offer.id }));
        confirmDone(m.waitlist_withdrawn({ name: nameOf(entry) }));
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },

    /** Changes how times are offered, which only owners may. Throws what went wrong. */
    saveRules: async (changed: Partial<OfferRules>): Promise<void> => {
      await perform(queries, [waitlistKeys.rules(tenantId)], () =>
        changeSchedulingSettings(tenantId, changed),
      );
      confirmDone(m.waitlist_rules_saved());
    },
  };
}

export type WaitlistActions = ReturnType<typeof waitlistActions>;
