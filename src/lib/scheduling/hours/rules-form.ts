import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import type { BookingRules } from './schemas.ts';

/** Whole numbers as they are typed; the database knows the same bounds. */
const number = (min: number, max: number) =>
  z.string().check(
    z.trim(),
    z.refine((text) => /^\d{1,5}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: () => m.hours_number_invalid({ min, max }),
    }),
  );

/** The rules of booking as they are typed. */
export const rulesFormSchema = z.object({
  slot_minutes: z.string(),
  /** In hours, a quarter at the least. */
  notice_hours: z.string().check(
    z.trim(),
    z.refine((text) => /^\d{1,3}([.,](0|00|25|5|50|75))?$/.test(text) && toMinutes(text) <= 20_160, {
      error: () => m.hours_number_invalid({ min: 0, max: 336 }),
    }),
  ),
  horizon_days: number(1, 730),
  hold_minutes: number(1, 30),
  late_cancel_hours: number(0, 168),
});
export type RulesForm = z.output<typeof rulesFormSchema>;

const toMinutes = (hours: string): number => Math.round(Number(hours.replace(',', '.')) * 60);

export const toRulesForm = (rules: BookingRules): RulesForm => ({
  slot_minutes: String(rules.slot_minutes),
  notice_hours: String(Math.round(rules.minimum_notice_minutes / 15) / 4),
  horizon_days: String(rules.horizon_days),
  hold_minutes: String(rules.hold_minutes),
  late_cancel_hours: String(rules.late_cancel_hours),
});

/** The rules of the fields given. */
export function toRules({ notice_hours, ...numbers }: Partial<RulesForm>): Partial<BookingRules> {
  return {
    ...Object.fromEntries(Object.entries(numbers).map(([field, text]) => [field, Number(text)])),
    ...(notice_hours === undefined ? {} : { minimum_notice_minutes: toMinutes(notice_hours) }),
  };
}
