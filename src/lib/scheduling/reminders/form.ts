import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { fromLeadTime, toLeadTime, UNITS } from './lead-time.ts';
import type { ReminderRule, ReminderSettings } from './schemas.ts';

/** Shortest and longest time before a visit, in minutes. */
const [SHORTEST, LONGEST] = [15, 20_160];

const lasts = (amount: string, unit: (typeof UNITS)[number]): number =>
  /^\d{1,5}$/.test(amount.trim()) ? fromLeadTime(Number(amount), unit) : Number.NaN;

export const ruleFormSchema = z
  .object({
    channel: z.enum(['email', 'sms']),
    amount: z.string(),
    unit: z.enum(UNITS),
    stop_if_confirmed: z.boolean(),
    extra_text: z.string().check(z.trim(), z.maxLength(500, { error: () => m.error_field_too_long() })),
  })
  .check(
    z.refine(
      ({ amount, unit }) => {
        const minutes = lasts(amount, unit);
        return minutes >= SHORTEST && minutes <= LONGEST;
      },
      { path: ['amount'], error: () => m.error_reminder_time_invalid() },
    ),
  );
export type RuleForm = z.output<typeof ruleFormSchema>;

/** What the form of a rule begins with. */
export function toRuleForm(rule: ReminderRule | undefined): RuleForm {
  const { amount, unit } = toLeadTime(rule?.minutes_before ?? 1440);
  return {
    channel: rule?.channel ?? 'email',
    amount: String(amount),
    unit,
    stop_if_confirmed: rule?.stop_if_confirmed ?? false,
    extra_text: rule?.extra_text ?? '',
  };
}

/** What the form says, as the server takes it; the channel only of a new rule, because a rule keeps it. */
export function fromRuleForm(form: RuleForm, rule: ReminderRule | undefined): Partial<ReminderRule> {
  return {
    ...(rule ? {} : { channel: form.channel }),
    minutes_before: lasts(form.amount, form.unit),
    stop_if_confirmed: form.stop_if_confirmed,
    extra_text: form.extra_text.trim(),
  };
}

const clock = z.string().check(z.regex(/^\d\d:\d\d(:\d\d)?$/, { error: () => m.error_values_invalid() }));
const text = (longest: number) =>
  z.string().check(z.trim(), z.maxLength(longest, { error: () => m.error_field_too_long() }));

export const settingsFormSchema = z.object({
  quiet_from: clock,
  quiet_to: clock,
  contact_phone: text(40),
  contact_address: text(200),
});
export type SettingsForm = z.output<typeof settingsFormSchema>;

/** The settings as the form begins with them: times without seconds. */
export const toSettingsForm = (settings: ReminderSettings): SettingsForm => ({
  ...settings,
  quiet_from: settings.quiet_from.slice(0, 5),
  quiet_to: settings.quiet_to.slice(0, 5),
});
