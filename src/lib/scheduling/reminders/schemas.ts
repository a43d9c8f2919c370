import * as z from 'zod/mini';

/** Shapes of what the reminder functions answer. Timestamps are ISO strings. */

export const channelSchema = z.enum(['email', 'sms']);
export type Channel = z.output<typeof channelSchema>;

export const reminderRuleSchema = z.object({
  id: z.string(),
  channel: channelSchema,
  minutes_before: z.number(),
  is_active: z.boolean(),
  stop_if_confirmed: z.boolean(),
  /** The clinic's own line in the message; may be empty. */
  extra_text: z.string(),
});
/** How long before a visit a clinic reminds its clients, and how. */
export type ReminderRule = z.output<typeof reminderRuleSchema>;

export const reminderSettingsSchema = z.object({
  /** HH:MM:SS in the clinic's zone. */
  quiet_from: z.string(),
  quiet_to: z.string(),
  contact_phone: z.string(),
  contact_address: z.string(),
});
export type ReminderSettings = z.output<typeof reminderSettingsSchema>;

/** What of the system's own settings decides whether messages can leave. */
export const channelStateSchema = z.object({ email: z.boolean(), sms: z.boolean() });
export type ChannelState = z.output<typeof channelStateSchema>;

export const REASONS = [
  'moved',
  'appointment_cancelled',
  'appointment_over',
  'confirmed',
  'rule_off',
  'no_consent',
  'no_email',
  'no_phone',
  'client_archived',
  'clinic_inactive',
  'too_late',
  'quiet_hours',
  'superseded',
  'mail_not_configured',
  'sms_not_configured',
  'refused',
  'unavailable',
  'outcome_unknown',
] as const;
export const reasonSchema = z.enum(REASONS);
export type ReminderReason = z.output<typeof reasonSchema>;

export const deliverySchema = z.object({
  id: z.string(),
  channel: channelSchema,
  /** Null when it was sent by hand, or its rule is gone. */
  minutes_before: z.nullable(z.number()),
  is_manual: z.boolean(),
  /** The time it tells. */
  starts_at: z.string(),
  due_at: z.string(),
  state: z.enum(['scheduled', 'sending', 'sent', 'failed', 'cancelled', 'skipped']),
  reason: z.nullable(reasonSchema),
  attempts: z.number(),
  last_error: z.string(),
  sent_at: z.nullable(z.string()),
});
export type ReminderDelivery = z.output<typeof deliverySchema>;

export const reminderListSchema = z.object({
  /** Why none can be e-mailed now; null when one can. */
  obstacle: z.nullable(reasonSchema),
  deliveries: z.array(deliverySchema),
});
export type ReminderList = z.output<typeof reminderListSchema>;
