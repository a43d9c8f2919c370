import { m } from '#lib/paraglide/messages.js';
import type { Transition } from './transitions.ts';

type Words = Record<string, () => string>;

const ENTITIES: Record<string, { title: () => string; text: () => string }> = {
  tenant: { title: m.platform_states_tenant, text: m.platform_states_tenant_text },
  user: { title: m.platform_states_user, text: m.platform_states_user_text },
  member: { title: m.platform_states_member, text: m.platform_states_member_text },
  super_admin: { title: m.platform_states_super_admin, text: m.platform_states_super_admin_text },
  appointment: { title: m.platform_states_appointment, text: m.platform_states_appointment_text },
};

const VERBS: Words = {
  suspended: m.platform_verb_suspended,
  resumed: m.platform_verb_resumed,
  deleted: m.platform_verb_deleted,
  restored: m.platform_verb_restored,
  disabled: m.platform_verb_disabled,
  revoked: m.platform_verb_revoked,
  removed: m.platform_verb_removed,
  confirmed: m.platform_verb_confirmed,
  unconfirmed: m.platform_verb_unconfirmed,
  arrived: m.platform_verb_arrived,
  not_arrived: m.platform_verb_not_arrived,
  seated: m.platform_verb_seated,
  not_seated: m.platform_verb_not_seated,
  completed: m.platform_verb_completed,
  reopened: m.platform_verb_reopened,
  cancelled: m.platform_verb_cancelled,
  missed: m.platform_verb_missed,
  rebooked: m.platform_verb_rebooked,
};

const PERFORMERS: Words = {
  super_admin: m.platform_by_super_admin,
  owner: m.platform_by_owner,
  member: m.platform_by_member,
  client: m.platform_by_client,
  invited_person: m.platform_by_invited_person,
  service_role: m.platform_by_service_role,
  tenant_deletion: m.platform_by_tenant_deletion,
  tenant_restore: m.platform_by_tenant_restore,
  user_deletion: m.platform_by_user_deletion,
  user_restore: m.platform_by_user_restore,
};

const NOTES: Words = {
  'tenant active suspended': m.platform_note_tenant_suspended,
  'tenant suspended active': m.platform_note_resumed,
  'tenant active deleted': m.platform_note_tenant_deleted,
  'tenant suspended deleted': m.platform_note_tenant_deleted,
  'tenant deleted active': m.platform_note_tenant_restored,
  'user active suspended': m.platform_note_user_suspended,
  'user suspended active': m.platform_note_resumed,
  'user active deleted': m.platform_note_user_deleted,
  'user suspended deleted': m.platform_note_user_deleted,
  'user deleted active': m.platform_note_user_restored,
  'member active disabled': m.platform_note_member_disabled,
  'member disabled active': m.platform_note_member_enabled,
  'member active revoked': m.platform_note_member_revoked,
  'member revoked active': m.platform_note_member_unrevoked,
  'member revoked disabled': m.platform_note_member_revoked_disabled,
  'member disabled revoked': m.platform_note_member_disabled_revoked,
  'member active removed': m.platform_note_member_removed,
  'member disabled removed': m.platform_note_member_disabled_removed,
  'member removed active': m.platform_note_member_returned,
  'super_admin active revoked': m.platform_note_admin_revoked,
  'super_admin revoked active': m.platform_note_admin_restored,
  'appointment booked confirmed': m.platform_note_appointment_confirmed,
  'appointment booked arrived': m.platform_note_appointment_arrived,
  'appointment booked cancelled': m.platform_note_appointment_cancelled,
  'appointment booked no_show': m.platform_note_appointment_missed,
  'appointment confirmed booked': m.platform_note_appointment_unconfirmed,
  'appointment confirmed arrived': m.platform_note_appointment_arrived,
  'appointment confirmed cancelled': m.platform_note_appointment_cancelled,
  'appointment confirmed no_show': m.platform_note_appointment_missed,
  'appointment arrived in_chair': m.platform_note_appointment_seated,
  'appointment arrived booked': m.platform_note_appointment_not_arrived,
  'appointment arrived cancelled': m.platform_note_appointment_left,
  'appointment in_chair completed': m.platform_note_appointment_completed,
  'appointment in_chair arrived': m.platform_note_appointment_not_seated,
  'appointment completed in_chair': m.platform_note_appointment_reopened,
  'appointment cancelled booked': m.platform_note_appointment_rebooked,
  'appointment no_show booked': m.platform_note_appointment_unmissed,
  'appointment no_show arrived': m.platform_note_appointment_late,
};

/** The heading of one entity's matrix, and a sentence about it. */
export function entityLabel(entity: string): { title: string; text: string } {
  const words = ENTITIES[entity];
  return { title: words?.title() ?? entity, text: words?.text() ?? '' };
}

/** What a transition is called: "Suspend". */
export function verbLabel(verb: string): string {
  return VERBS[verb]?.() ?? verb;
}

/** Who performs it: "Super-admin", "Deletion of the clinic". */
export function performerLabel(performer: string): string {
  return PERFORMERS[performer]?.() ?? performer;
}

/** What else is to know about it; a transition newer than these texts is described by the database's own words. */
export function noteLabel(entity: string, { from, to, note }: Transition): string {
  return NOTES[`${entity} ${from} ${to}`]?.() ?? note ?? '';
}
