import { isDay } from '#lib/days.ts';
import { m } from '#lib/paraglide/messages.js';
import { fromWall } from '#lib/scheduling/calendar/wall-time.ts';
import * as z from 'zod/mini';
import type { BlockValues } from './queries.ts';

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
    day: z.string().check(z.refine(isDay, { error: () => m.booking_day_missing() })),
    opens: time,
    closes: time,
  })
  .check(
    z.refine(({ opens, closes }) => closes > opens, { error: () => m.block_ends_early(), path: ['closes'] }),
  );
export type BlockForm = z.output<typeof blockFormSchema>;

/** The form's values as the server understands them. */
export function blockValues({ who, title, day, opens, closes }: BlockForm, timeZone: string): BlockValues {
  const [kind, id = null] = who.split(':');
  return {
    provider_id: kind === 'provider' ? id : null,
    resource_id: kind === 'resource' ? id : null,
    title,
    starts_at: fromWall(`${day}T${opens}`, timeZone),
    ends_at: fromWall(`${day}T${closes}`, timeZone),
  };
}
