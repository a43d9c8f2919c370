import { addDays, isDay } from '#lib/days.ts';
import { m } from '#lib/paraglide/messages.js';
import { fromWall } from '#lib/scheduling/calendar/wall-time.ts';
import * as z from 'zod/mini';
import type { BlockValues } from './queries.ts';

const existingDay = z.string().check(z.refine(isDay, { error: () => m.booking_day_missing() }));
const time = z
  .string()
  .check(
    z.refine((text) => /^([01]\d|2[0-3]):[0-5]\d$/.test(text), { error: () => m.booking_time_missing() }),
  );

/** Day and times are the clinic's; `who` is "clinic", "provider:<id>" or "resource:<id>". */
export const blockFormSchema = z
  .object({
    who: z.string(),
    title: z.string().check(z.trim(), z.maxLength(120, { error: () => m.field_too_long({ max: 120 }) })),
    day: existingDay,
    opens: time,
    last_day: existingDay,
    /** 00:00 is the midnight at the end of the last day. */
    closes: time,
  })
  .check(
    z.refine((form) => endOf(form) > `${form.day}T${form.opens}`, {
      error: () => m.block_ends_early(),
      path: ['closes'],
    }),
  );
export type BlockForm = z.output<typeof blockFormSchema>;

const endOf = ({ last_day, closes }: { last_day: string; closes: string }): string =>
  closes === '00:00' && isDay(last_day) ? `${addDays(last_day, 1)}T00:00` : `${last_day}T${closes}`;

/** A form of which the first day is another one; a block of one day stays one. */
export const withDay = (form: BlockForm, day: string): BlockForm => ({
  ...form,
  day,
  last_day: form.last_day === form.day || form.last_day < day ? day : form.last_day,
});

/** The form's values as the server understands them. */
export function blockValues(form: BlockForm, timeZone: string): BlockValues {
  const [kind, id = null] = form.who.split(':');
  return {
    provider_id: kind === 'provider' ? id : null,
    resource_id: kind === 'resource' ? id : null,
    title: form.title,
    starts_at: fromWall(`${form.day}T${form.opens}`, timeZone),
    ends_at: fromWall(endOf(form), timeZone),
  };
}
