import { m } from '#lib/paraglide/messages.js';

const LABELS: Record<string, () => string> = {
  client_added: m.activity_client_added,
  client_changed: m.activity_client_changed,
  client_archived: m.activity_client_archived,
  client_restored: m.activity_client_restored,
  client_merged: m.activity_client_merged,
  merge_undone: m.activity_merge_undone,
  note_added: m.activity_note_added,
  note_changed: m.activity_note_changed,
  note_deleted: m.activity_note_deleted,
  file_added: m.activity_file_added,
  file_deleted: m.activity_file_deleted,
  task_added: m.activity_task_added,
  task_completed: m.activity_task_completed,
  task_reopened: m.activity_task_reopened,
  appointment_booked: m.activity_appointment_booked,
  appointment_moved: m.activity_appointment_moved,
  appointment_confirmed: m.activity_appointment_confirmed,
  appointment_unconfirmed: m.activity_appointment_unconfirmed,
  appointment_arrived: m.activity_appointment_arrived,
  appointment_not_arrived: m.activity_appointment_not_arrived,
  appointment_seated: m.activity_appointment_seated,
  appointment_not_seated: m.activity_appointment_not_seated,
  appointment_completed: m.activity_appointment_completed,
  appointment_reopened: m.activity_appointment_reopened,
  appointment_cancelled: m.activity_appointment_cancelled,
  appointment_missed: m.activity_appointment_missed,
  appointment_rebooked: m.activity_appointment_rebooked,
  waitlist_joined: m.activity_waitlist_joined,
  waitlist_left: m.activity_waitlist_left,
  slot_offered: m.activity_slot_offered,
  slot_declined: m.activity_slot_declined,
  reminder_sent: m.activity_reminder_sent,
  message_received: m.activity_message_received,
  message_sent: m.activity_message_sent,
  tags_changed: m.activity_tags_changed,
};

/** What happened, in two or three words: "Note added". A kind this version does not know is named in its own. */
export function kindLabel(kind: string): string {
  const known = LABELS[kind];
  if (known) return known();
  const words = kind.replaceAll('_', ' ');
  return words.charAt(0).toLocaleUpperCase() + words.slice(1);
}

/** What a timeline can be narrowed to, and the kinds that belong there. */
export const ACTIVITY_GROUPS = {
  appointments: [
    'appointment_booked',
    'appointment_moved',
    'appointment_confirmed',
    'appointment_unconfirmed',
    'appointment_arrived',
    'appointment_not_arrived',
    'appointment_seated',
    'appointment_not_seated',
    'appointment_completed',
    'appointment_reopened',
    'appointment_cancelled',
    'appointment_missed',
    'appointment_rebooked',
    'waitlist_joined',
    'waitlist_left',
    'slot_offered',
    'slot_declined',
    'reminder_sent',
  ],
  notes: ['note_added', 'note_changed', 'note_deleted'],
  files: ['file_added', 'file_deleted'],
  tasks: ['task_added', 'task_completed', 'task_reopened'],
  mail: ['message_received', 'message_sent'],
  changes: [
    'client_added',
    'client_changed',
    'client_archived',
    'client_restored',
    'client_merged',
    'merge_undone',
    'tags_changed',
  ],
} as const;
export type ActivityGroup = keyof typeof ACTIVITY_GROUPS;

const GROUP_LABELS: Record<ActivityGroup, () => string> = {
  appointments: m.client_tab_appointments,
  notes: m.client_tab_notes,
  files: m.client_tab_files,
  tasks: m.client_tab_tasks,
  mail: m.activity_group_mail,
  changes: m.activity_group_changes,
};
export const groupLabel = (group: ActivityGroup): string => GROUP_LABELS[group]();
