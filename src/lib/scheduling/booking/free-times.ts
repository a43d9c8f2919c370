import type { FreeSlotQuestion } from '../free-slots/queries.ts';
import type { FreeSlot } from '../free-slots/schemas.ts';
import type { BookingForm } from './form.ts';

/** A free time that was taken over into the form, and what had been wished for before. */
export type TakenTime = { time: FreeSlot; wished: Pick<BookingForm, 'provider_id' | 'resource_ids'> };

/**
 * With whom and where somebody wants the visit. What a time taken from the list has filled in is no wish: whoever looks
 * again looks as widely as before.
 */
export function wishedPlace(form: BookingForm, taken: TakenTime | undefined): TakenTime['wished'] {
  const isSame = (filled: string[], now: string[]) =>
    JSON.stringify(filled.toSorted()) === JSON.stringify(now.toSorted());
  const { provider_id, resource_ids } = form;
  return {
    provider_id:
      taken && isSame([taken.time.provider_id], [provider_id]) ? taken.wished.provider_id : provider_id,
    resource_ids:
      taken && isSame(taken.time.resource_ids, resource_ids) ? taken.wished.resource_ids : resource_ids,
  };
}

/** What the search for free times is asked. */
export function freeTimeQuestion(form: BookingForm, taken: TakenTime | undefined): FreeSlotQuestion {
  const { provider_id, resource_ids } = wishedPlace(form, taken);
  const minutes = Number(form.minutes);
  return {
    serviceId: form.service_id,
    ...(provider_id ? { providerIds: [provider_id] } : {}),
    ...(resource_ids.length > 0 ? { resourceIds: resource_ids } : {}),
    ...(minutes ? { durationMinutes: minutes } : {}),
  };
}
