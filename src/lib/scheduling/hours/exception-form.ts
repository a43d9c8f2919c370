import { isDay } from '#lib/days.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import type { HoursException } from './schemas.ts';

/** Days that differ, as they are typed. */
export const exceptionFormSchema = z
  .object({
    /** An owner as `ownerKey` names it. */
    owner: z.string(),
    first_day: z.string().check(z.refine(isDay, { error: () => m.hours_day_missing() })),
    /** Empty for a single day. */
    last_day: z
      .string()
      .check(z.refine((day) => day === '' || isDay(day), { error: () => m.hours_day_missing() })),
    is_closed: z.boolean(),
    opens: z.string(),
    closes: z.string(),
    note: z.string().check(z.trim(), z.maxLength(200, { error: () => m.field_too_long({ max: 200 }) })),
  })
  .check(
    z.refine(({ first_day, last_day }) => last_day === '' || last_day >= first_day, {
      ...{ error: () => m.hours_days_backwards(), path: ['last_day'] },
    }),
    z.refine(({ is_closed, opens }) => is_closed || opens !== '', {
      ...{ error: () => m.hours_problem_incomplete(), path: ['opens'] },
    }),
    z.refine(
      ({ is_closed, opens, closes }) =>
        is_closed || (closes !== '' && (closes === '00:00' || opens < closes)),
      { error: () => m.hours_problem_order(), path: ['closes'] },
    ),
  );
export type ExceptionForm = z.output<typeof exceptionFormSchema>;

/** Days that differ as `save_hours_exception` understands them. */
export type ExceptionValues = Omit<HoursException, 'id'>;

/** Owners as values of a list: "clinic", "provider <id>", "resource <id>". */
export const ownerKey = ({
  provider_id,
  resource_id,
}: Pick<HoursException, 'provider_id' | 'resource_id'>) =>
  provider_id ? `provider ${provider_id}` : resource_id ? `resource ${resource_id}` : 'clinic';

export function readOwner(key: string): Pick<HoursException, 'provider_id' | 'resource_id'> {
  const [kind, id = null] = key.split(' ');
  return {
    provider_id: kind === 'provider' ? id : null,
    resource_id: kind === 'resource' ? id : null,
  };
}

export const toExceptionForm = (exception: HoursException | undefined, owner: string): ExceptionForm => ({
  owner: exception ? ownerKey(exception) : owner,
  first_day: exception?.first_day ?? '',
  last_day: exception && exception.last_day !== exception.first_day ? exception.last_day : '',
  is_closed: exception?.opens == null,
  opens: exception?.opens ?? '',
  closes: exception?.closes === '24:00' ? '00:00' : (exception?.closes ?? ''),
  note: exception?.note ?? '',
});

export const toExceptionValues = (form: ExceptionForm): ExceptionValues => ({
  ...readOwner(form.owner),
  first_day: form.first_day,
  last_day: form.last_day || form.first_day,
  opens: form.is_closed ? null : form.opens,
  closes: form.is_closed ? null : form.closes === '00:00' ? '24:00' : form.closes,
  note: form.note,
});
