import { isDay } from '#lib/days.ts';
import type { Service } from '#lib/catalogue/schemas.ts';
import { m } from '#lib/paraglide/messages.js';
import type { AppointmentValues, Place } from '#lib/scheduling/calendar/queries.ts';
import type { CalendarAppointment } from '#lib/scheduling/calendar/schemas.ts';
import { addMinutes, fromWall, minutesBetween, toWall } from '#lib/scheduling/calendar/wall-time.ts';
import * as z from 'zod/mini';

/** Least and most minutes of a visit; the database knows the same. */
const DURATION = { min: 5, max: 720 };
const isDuration = (text: string): boolean =>
  /^\d{1,3}$/.test(text) && Number(text) >= DURATION.min && Number(text) <= DURATION.max;
const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** The fields of a visit as the form holds them: the empty text stands for "none"; day and time are the clinic's. */
export const bookingFormSchema = z.object({
  client_id: z.string().check(z.minLength(1, { error: () => m.booking_client_missing() })),
  service_id: z.string(),
  provider_id: z.string(),
  resource_ids: z.array(z.string()),
  day: z.string().check(z.refine(isDay, { error: () => m.booking_day_missing() })),
  time: z.string().check(z.refine(isTime, { error: () => m.booking_time_missing() })),
  minutes: z
    .string()
    .check(z.trim(), z.refine(isDuration, { error: () => m.catalogue_duration_invalid(DURATION) })),
  note: z.string().check(z.maxLength(2000, { error: () => m.field_too_long({ max: 2000 }) })),
});
export type BookingForm = z.output<typeof bookingFormSchema>;

export const EMPTY_BOOKING: BookingForm = {
  client_id: '',
  service_id: '',
  provider_id: '',
  resource_ids: [],
  day: '',
  time: '',
  minutes: '30',
  note: '',
};

/** A visit as its form begins with it. */
export function toBookingForm(appointment: CalendarAppointment, timeZone: string): BookingForm {
  const start = toWall(appointment.starts_at, timeZone);
  return {
    client_id: appointment.client_id,
    service_id: appointment.service_id ?? '',
    provider_id: appointment.provider_id ?? '',
    resource_ids: appointment.resource_ids,
    day: start.slice(0, 10),
    time: start.slice(11, 16),
    minutes: String(minutesBetween(appointment.starts_at, appointment.ends_at)),
    note: appointment.note,
  };
}

/** When, with whom and where; null while something of it is missing or wrong. */
export function placeOf(form: BookingForm, timeZone: string): Place | null {
  const minutes = form.minutes.trim();
  if (!isDay(form.day) || !isTime(form.time) || !isDuration(minutes)) return null;
  if (!form.provider_id && form.resource_ids.length === 0) return null;
  const starts_at = fromWall(`${form.day}T${form.time}`, timeZone);
  return {
    service_id: form.service_id || null,
    provider_id: form.provider_id || null,
    resource_ids: form.resource_ids,
    starts_at,
    ends_at: addMinutes(starts_at, Number(minutes)),
  };
}

/** All values as the server understands them. A form without a place is the server's to refuse, with its reason. */
export function bookingValues(form: BookingForm, timeZone: string): AppointmentValues {
  const starts_at = fromWall(`${form.day}T${form.time}`, timeZone);
  return {
    client_id: form.client_id,
    note: form.note,
    service_id: form.service_id || null,
    provider_id: form.provider_id || null,
    resource_ids: form.resource_ids,
    starts_at,
    ends_at: addMinutes(starts_at, Number(form.minutes)),
  };
}

/**
 * What has been changed in the form, so that a field nobody touched is never written back: who writes a note does not
 * undo somebody else's move.
 */
export function changedBooking(
  form: BookingForm,
  from: BookingForm,
  timeZone: string,
): Partial<AppointmentValues> {
  const values = bookingValues(form, timeZone);
  const isMoved = form.day !== from.day || form.time !== from.time || form.minutes.trim() !== from.minutes;
  const changed = (field: keyof BookingForm) => JSON.stringify(form[field]) !== JSON.stringify(from[field]);
  return {
    ...(changed('client_id') ? { client_id: values.client_id } : {}),
    ...(changed('service_id') ? { service_id: values.service_id } : {}),
    ...(changed('provider_id') ? { provider_id: values.provider_id } : {}),
    ...(changed('resource_ids') ? { resource_ids: values.resource_ids } : {}),
    ...(changed('note') ? { note: values.note } : {}),
    ...(isMoved ? { starts_at: values.starts_at, ends_at: values.ends_at } : {}),
  };
}

/**
 * The same for other visits of a series as well. Who changes something of the place means all of it, as the form shows
 * it: the visit of the form may have been moved by itself before.
 */
export function changedForSeries(
  form: BookingForm,
  from: BookingForm,
  timeZone: string,
  repeatsOtherwise: boolean,
): Partial<AppointmentValues> {
  const { client_id, note, ...place } = changedBooking(form, from, timeZone);
  const { client_id: _client, note: _note, ...whole } = bookingValues(form, timeZone);
  return {
    ...(client_id === undefined ? {} : { client_id }),
    ...(note === undefined ? {} : { note }),
    ...(repeatsOtherwise || Object.keys(place).length > 0 ? whole : {}),
  };
}

/** Those who can do a service: the ones named for it, or everybody when none is; whoever is chosen stays offered. */
export function ableTo<T extends { id: string; archived_at: string | null }>(
  entries: T[],
  able: string[] | undefined,
  chosen: string[],
): T[] {
  return entries.filter(
    ({ id, archived_at }) => chosen.includes(id) || (!archived_at && (!able?.length || able.includes(id))),
  );
}

export const providersOf = (service?: Service): string[] | undefined =>
  service?.service_providers.map(({ provider_id }) => provider_id);
export const resourcesOf = (service?: Service): string[] | undefined =>
  service?.service_resources.map(({ resource_id }) => resource_id);
