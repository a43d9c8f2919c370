import { m } from '#lib/paraglide/messages.js';
import { formatLeadTime } from './lead-time.ts';
import type { Channel, ReminderDelivery, ReminderReason, ReminderRule } from './schemas.ts';

const CHANNELS: Record<Channel, () => string> = { email: m.reminder_rule_email, sms: m.reminder_rule_sms };
export const channelLabel = (channel: Channel): string => CHANNELS[channel]();

/** What a rule is called: "E-mail, 2 days before". */
export function ruleName({ channel, minutes_before }: Pick<ReminderRule, 'channel' | 'minutes_before'>) {
  return `${channelLabel(channel)}, ${m.reminder_before({ time: formatLeadTime(minutes_before) })}`;
}

const REASON_LABELS: Record<ReminderReason, () => string> = {
  moved: m.reminder_reason_moved,
  appointment_cancelled: m.reminder_reason_appointment_cancelled,
  appointment_over: m.reminder_reason_appointment_over,
  confirmed: m.reminder_reason_confirmed,
  rule_off: m.reminder_reason_rule_off,
  no_consent: m.reminder_reason_no_consent,
  no_email: m.reminder_reason_no_email,
  no_phone: m.reminder_reason_no_phone,
  client_archived: m.reminder_reason_client_archived,
  clinic_inactive: m.reminder_reason_clinic_inactive,
  too_late: m.reminder_reason_too_late,
  quiet_hours: m.reminder_reason_quiet_hours,
  superseded: m.reminder_reason_superseded,
  mail_not_configured: m.reminder_reason_mail_not_configured,
  sms_not_configured: m.reminder_reason_sms_not_configured,
  refused: m.reminder_reason_refused,
  unavailable: m.reminder_reason_unavailable,
  outcome_unknown: m.reminder_reason_outcome_unknown,
};
export const reasonLabel = (reason: ReminderReason): string => REASON_LABELS[reason]();

/** What has become of a reminder, in a few words; `format` writes a moment. */
export function deliveryState(
  { state, due_at, sent_at }: ReminderDelivery,
  format: (moment: string) => string,
): string {
  const words: Record<ReminderDelivery['state'], () => string> = {
    scheduled: () => m.reminder_state_scheduled({ when: format(due_at) }),
    sending: m.reminder_state_sending,
    sent: () => m.reminder_state_sent({ when: format(sent_at ?? due_at) }),
    failed: m.reminder_state_failed,
    cancelled: m.reminder_state_cancelled,
    skipped: m.reminder_state_skipped,
  };
  return words[state]();
}
