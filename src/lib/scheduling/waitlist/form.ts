import { isDay } from '#lib/days.ts';
import { requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { dayPartSchema, type Entry } from './schemas.ts';

const day = z
  .string()
  .check(z.refine((text) => text === '' || isDay(text), { error: () => m.error_days_invalid() }));

/** The fields of an entry as the form holds them: the empty text stands for "any". */
export const entryFormSchema = z
  .object({
    client_id: requiredText(36, () => m.waitlist_client_required()),
    service_id: requiredText(36, () => m.waitlist_service_required()),
    provider_ids: z.array(z.string()),
    weekdays: z.array(z.number()),
    day_parts: z.array(dayPartSchema),
    from_time: z.string(),
    to_time: z.string(),
    earliest_day: day,
    latest_day: day,
    priority: z.enum(['normal', 'high']),
    note: z.string().check(z.maxLength(1000, { error: () => m.field_too_long({ max: 1000 }) })),
    want_offers: z.boolean(),
  })
  .check(
    z.refine(
      ({ from_time, to_time }) =>
        (from_time === '') === (to_time === '') && (!from_time || from_time < to_time),
      {
        error: () => m.error_times_invalid(),
        path: ['to_time'],
      },
    ),
    z.refine(({ earliest_day, latest_day }) => !earliest_day || !latest_day || earliest_day <= latest_day, {
      error: () => m.error_days_invalid(),
      path: ['latest_day'],
    }),
  );
export type EntryForm = z.output<typeof entryFormSchema>;

/** The same as `save_waitlist_entry` understands it. */
export type EntryValues = Omit<EntryForm, 'from_time' | 'to_time' | 'earliest_day' | 'latest_day'> & {
  from_time: string | null;
  to_time: string | null;
  earliest_day: string | null;
  latest_day: string | null;
};

export const EMPTY_ENTRY: EntryForm = {
  client_id: '',
  service_id: '',
  provider_ids: [],
  weekdays: [],
  day_parts: [],
  from_time: '',
  to_time: '',
  earliest_day: '',
  latest_day: '',
  priority: 'normal',
  note: '',
  want_offers: true,
};

export const toEntryForm = (entry: Entry): EntryForm => ({
  client_id: entry.client.id,
  service_id: entry.service.id,
  provider_ids: entry.providers.map(({ id }) => id),
  weekdays: entry.weekdays,
  day_parts: entry.day_parts,
  from_time: entry.from_time?.slice(0, 5) ?? '',
  to_time: entry.to_time?.slice(0, 5) ?? '',
  earliest_day: entry.earliest_day ?? '',
  latest_day: entry.latest_day ?? '',
  priority: entry.priority,
  note: entry.note,
  want_offers: entry.want_offers,
});

/** What has been changed in the form, so that a field nobody touched is never written back. */
export function changedValues(form: EntryForm, from: EntryForm): Partial<EntryValues> {
  const values: EntryValues = {
    ...form,
    from_time: form.from_time || null,
    to_time: form.to_time || null,
    earliest_day: form.earliest_day || null,
    latest_day: form.latest_day || null,
  };
  const text = (value: unknown) => JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
  return Object.fromEntries(
    Object.entries(values).filter(
      ([field]) => text(form[field as keyof EntryForm]) !== text(from[field as keyof EntryForm]),
    ),
  );
}
