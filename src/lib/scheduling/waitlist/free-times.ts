import { dayOf } from '#lib/days.ts';
import { freeSlotOptions } from '../free-slots/queries.ts';
import type { Entry } from './schemas.ts';
import { suits } from './wishes.ts';

const DAYS_AT_A_TIME = 5;

/**
 * Free times of the service somebody waits for, with those whom they want to see; with `isStrict` only those that suit
 * them, otherwise whatever is free from today on.
 */
export function freeTimesFor(tenantId: string, entry: Entry, timeZone: string, isStrict: boolean) {
  const { providers, earliest_day, latest_day } = entry;
  const today = dayOf(new Date(), timeZone);
  const question = {
    serviceId: entry.service.id,
    ...(providers.length > 0 ? { providerIds: providers.map(({ id }) => id) } : {}),
  };
  const search = { timeZone, daysWanted: DAYS_AT_A_TIME };
  if (!isStrict) return freeSlotOptions(tenantId, question, { ...search, firstDay: today });
  return freeSlotOptions(tenantId, question, {
    ...search,
    firstDay: earliest_day !== null && earliest_day > today ? earliest_day : today,
    lastDay: latest_day ?? undefined,
    suits: (slot) => suits(entry, slot, timeZone),
    wishes: [entry.weekdays, entry.day_parts, entry.from_time, entry.to_time],
  });
}
