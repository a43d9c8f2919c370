import { formatShortMoment } from '#lib/audit/moments.ts';
import { clientFieldLabel } from '#lib/clients/labels.ts';
import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import { kindLabel } from './kinds.ts';
import type { Activity } from './schemas.ts';

const PHRASES: Record<string, () => string> = {
  client_added: m.activity_did_client_added,
  client_archived: m.activity_did_client_archived,
  client_restored: m.activity_did_client_restored,
  client_merged: m.activity_did_client_merged,
  merge_undone: m.activity_did_merge_undone,
  note_added: m.activity_did_note_added,
  note_changed: m.activity_did_note_changed,
  note_deleted: m.activity_did_note_deleted,
  file_added: m.activity_did_file_added,
  file_deleted: m.activity_did_file_deleted,
  task_added: m.activity_did_task_added,
  task_completed: m.activity_did_task_completed,
  task_reopened: m.activity_did_task_reopened,
  appointment_booked: m.activity_did_appointment_booked,
  appointment_moved: m.activity_did_appointment_moved,
  appointment_confirmed: m.activity_did_appointment_confirmed,
  appointment_unconfirmed: m.activity_did_appointment_unconfirmed,
  appointment_arrived: m.activity_did_appointment_arrived,
  appointment_not_arrived: m.activity_did_appointment_not_arrived,
  appointment_seated: m.activity_did_appointment_seated,
  appointment_not_seated: m.activity_did_appointment_not_seated,
  appointment_completed: m.activity_did_appointment_completed,
  appointment_reopened: m.activity_did_appointment_reopened,
  appointment_cancelled: m.activity_did_appointment_cancelled,
  appointment_missed: m.activity_did_appointment_missed,
  appointment_rebooked: m.activity_did_appointment_rebooked,
  waitlist_joined: m.activity_did_waitlist_joined,
  waitlist_left: m.activity_did_waitlist_left,
  slot_offered: m.activity_did_slot_offered,
  slot_declined: m.activity_did_slot_declined,
  reminder_sent: m.activity_did_reminder_sent,
  message_received: m.activity_did_message_received,
  message_sent: m.activity_did_message_sent,
};

/**
 * What somebody did, to follow their name: "added a note". A kind this version does not know is only named; the times of
 * appointments are those of the clinic's zone.
 */
export function activityPhrase(
  { kind, details }: Pick<Activity, 'kind' | 'details'>,
  timeZone: string,
): string {
  if (kind === 'client_changed') {
    const fields = texts(details?.fields).map((field) =>
      clientFieldLabel(field).toLocaleLowerCase(getLocale()),
    );
    return fields.length > 0
      ? m.activity_did_change_fields({ fields: list(fields) })
      : m.activity_did_change();
  }
  if (kind === 'tags_changed') {
    const [added, removed] = [texts(details?.added), texts(details?.removed)];
    if (added.length > 0) return m.activity_did_tag({ tags: list(added) });
    if (removed.length > 0) return m.activity_did_untag({ tags: list(removed) });
    return m.activity_did_change();
  }
  const phrase = PHRASES[kind]?.() ?? `· ${kindLabel(kind)}`;
  const [before, when] = [details?.from, details?.starts_at].map((moment) =>
    typeof moment === 'string' ? formatShortMoment(moment, timeZone) : '',
  );
  // Another provider at the same time is a move too.
  if (kind === 'appointment_moved' && before && when && before !== when)
    return m.activity_did_from_to({ before, when });
  return when ? m.activity_did_at({ did: phrase, when }) : phrase;
}

/** Whether the client did it, by the link in a message, rather than a program where there is no member. */
export const isByClient = ({ details }: Pick<Activity, 'details'>): boolean => details?.by === 'client';

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}

function list(words: string[]): string {
  return new Intl.ListFormat(getLocale(), { type: 'conjunction' }).format(words);
}
