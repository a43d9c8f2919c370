import { m } from '#lib/paraglide/messages.js';

type Group = { label: () => string; actions: Record<string, () => string> };

/** Every kind of event, as the filter offers it; the phrase goes between who did it and what it was done to. */
export const ACTION_GROUPS: Record<string, Group> = {
  tenant: {
    label: m.audit_group_tenant,
    actions: {
      created: m.audit_action_tenant_created,
      updated: m.audit_action_tenant_updated,
      suspended: m.audit_action_tenant_suspended,
      resumed: m.audit_action_tenant_resumed,
      deleted: m.audit_action_tenant_deleted,
      restored: m.audit_action_tenant_restored,
    },
  },
  user: {
    label: m.audit_group_user,
    actions: {
      created: m.audit_action_user_created,
      updated: m.audit_action_user_updated,
      suspended: m.audit_action_user_suspended,
      resumed: m.audit_action_user_resumed,
      deleted: m.audit_action_user_deleted,
      restored: m.audit_action_user_restored,
      erased: m.audit_action_user_erased,
      second_factor_removed: m.audit_action_user_second_factor_removed,
    },
  },
  member: {
    label: m.audit_group_member,
    actions: {
      joined: m.audit_action_member_joined,
      updated: m.audit_action_member_updated,
      removed: m.audit_action_member_removed,
      disabled: m.audit_action_member_disabled,
      revoked: m.audit_action_member_revoked,
      restored: m.audit_action_member_restored,
    },
  },
  invitation: {
    label: m.audit_group_invitation,
    actions: {
      created: m.audit_action_invitation_created,
      updated: m.audit_action_invitation_updated,
      link_issued: m.audit_action_invitation_link_issued,
      delivered: m.audit_action_invitation_delivered,
      accepted: m.audit_action_invitation_accepted,
      revoked: m.audit_action_invitation_revoked,
    },
  },
  super_admin: {
    label: m.audit_group_super_admin,
    actions: {
      granted: m.audit_action_super_admin_granted,
      revoked: m.audit_action_super_admin_revoked,
      restored: m.audit_action_super_admin_restored,
    },
  },
  support: {
    label: m.audit_group_support,
    actions: {
      opened: m.audit_action_support_opened,
      ended: m.audit_action_support_ended,
      clients_listed: m.audit_action_support_clients_listed,
      client_read: m.audit_action_support_client_read,
    },
  },
  client: {
    label: m.audit_group_client,
    actions: {
      created: m.audit_action_client_created,
      updated: m.audit_action_client_updated,
      archived: m.audit_action_client_archived,
      merged: m.audit_action_client_merged,
      merge_undone: m.audit_action_client_merge_undone,
      duplicate_dismissed: m.audit_action_client_duplicate_dismissed,
      exported: m.audit_action_client_exported,
      deleted: m.audit_action_client_deleted,
      erased: m.audit_action_client_erased,
    },
  },
  clients: {
    label: m.audit_group_clients,
    actions: {
      import_started: m.audit_action_clients_import_started,
      import_finished: m.audit_action_clients_import_finished,
      import_cancelled: m.audit_action_clients_import_cancelled,
      exported: m.audit_action_clients_exported,
    },
  },
  client_identifier: {
    label: m.audit_group_client_identifier,
    actions: {
      created: m.audit_action_client_identifier_created,
      updated: m.audit_action_client_identifier_updated,
      deleted: m.audit_action_client_identifier_deleted,
    },
  },
  contact_point: {
    label: m.audit_group_contact_point,
    actions: {
      assigned: m.audit_action_contact_point_assigned,
      updated: m.audit_action_contact_point_updated,
    },
  },
  note: {
    label: m.audit_group_note,
    actions: {
      created: m.audit_action_note_created,
      updated: m.audit_action_note_updated,
      deleted: m.audit_action_note_deleted,
    },
  },
  task: {
    label: m.audit_group_task,
    actions: {
      created: m.audit_action_task_created,
      updated: m.audit_action_task_updated,
      completed: m.audit_action_task_completed,
      reopened: m.audit_action_task_reopened,
      deleted: m.audit_action_task_deleted,
    },
  },
  file: {
    label: m.audit_group_file,
    actions: {
      uploaded: m.audit_action_file_uploaded,
      updated: m.audit_action_file_updated,
      previewed: m.audit_action_file_previewed,
      downloaded: m.audit_action_file_downloaded,
      deleted: m.audit_action_file_deleted,
      restored: m.audit_action_file_restored,
      removed: m.audit_action_file_removed,
      missing: m.audit_action_file_missing,
    },
  },
  attachment: {
    label: m.audit_group_attachment,
    actions: {
      previewed: m.audit_action_attachment_previewed,
      downloaded: m.audit_action_attachment_downloaded,
      missing: m.audit_action_attachment_missing,
    },
  },
  conversation: {
    label: m.audit_group_conversation,
    actions: {
      shown_to_ai: m.audit_action_conversation_shown_to_ai,
      updated: m.audit_action_conversation_updated,
    },
  },
  message: {
    label: m.audit_group_message,
    actions: {
      sent: m.audit_action_message_sent,
      failed: m.audit_action_message_failed,
      unknown: m.audit_action_message_unknown,
      retried: m.audit_action_message_retried,
    },
  },
  conversation_note: {
    label: m.audit_group_conversation_note,
    actions: {
      created: m.audit_action_conversation_note_created,
      updated: m.audit_action_conversation_note_updated,
      deleted: m.audit_action_conversation_note_deleted,
    },
  },
  canned_reply: {
    label: m.audit_group_canned_reply,
    actions: {
      created: m.audit_action_canned_reply_created,
      updated: m.audit_action_canned_reply_updated,
      deleted: m.audit_action_canned_reply_deleted,
    },
  },
  mail_signature: {
    label: m.audit_group_mail_signature,
    actions: {
      created: m.audit_action_mail_signature_created,
      updated: m.audit_action_mail_signature_updated,
      deleted: m.audit_action_mail_signature_deleted,
    },
  },
  tag: {
    label: m.audit_group_tag,
    actions: {
      created: m.audit_action_tag_created,
      updated: m.audit_action_tag_updated,
      deleted: m.audit_action_tag_deleted,
    },
  },
  saved_view: {
    label: m.audit_group_saved_view,
    actions: {
      created: m.audit_action_saved_view_created,
      updated: m.audit_action_saved_view_updated,
      deleted: m.audit_action_saved_view_deleted,
    },
  },
  provider: {
    label: m.catalogue_providers,
    actions: {
      created: m.audit_action_provider_created,
      updated: m.audit_action_provider_updated,
      archived: m.audit_action_provider_archived,
      deleted: m.audit_action_provider_deleted,
    },
  },
  resource: {
    label: m.catalogue_resources,
    actions: {
      created: m.audit_action_resource_created,
      updated: m.audit_action_resource_updated,
      archived: m.audit_action_resource_archived,
      deleted: m.audit_action_resource_deleted,
    },
  },
  service: {
    label: m.catalogue_services,
    actions: {
      created: m.audit_action_service_created,
      updated: m.audit_action_service_updated,
      steps_changed: m.audit_action_service_steps_changed,
      archived: m.audit_action_service_archived,
      deleted: m.audit_action_service_deleted,
    },
  },
  waitlist_entry: {
    label: m.audit_group_waitlist_entry,
    actions: {
      created: m.audit_action_waitlist_entry_created,
      updated: m.audit_action_waitlist_entry_updated,
      closed: m.audit_action_waitlist_entry_closed,
      deleted: m.audit_action_waitlist_entry_deleted,
    },
  },
  waitlist_offer: {
    label: m.audit_group_waitlist_offer,
    actions: {
      made: m.audit_action_waitlist_offer_made,
      ended: m.audit_action_waitlist_offer_ended,
      deleted: m.audit_action_waitlist_offer_deleted,
    },
  },
  appointment: {
    label: m.audit_group_appointment,
    actions: {
      booked: m.audit_action_appointment_booked,
      updated: m.audit_action_appointment_updated,
      moved: m.audit_action_appointment_moved,
      given_to: m.audit_action_appointment_given_to,
      overbooked: m.audit_action_appointment_overbooked,
      confirmed: m.audit_action_appointment_confirmed,
      unconfirmed: m.audit_action_appointment_unconfirmed,
      arrived: m.audit_action_appointment_arrived,
      not_arrived: m.audit_action_appointment_not_arrived,
      seated: m.audit_action_appointment_seated,
      not_seated: m.audit_action_appointment_not_seated,
      completed: m.audit_action_appointment_completed,
      reopened: m.audit_action_appointment_reopened,
      cancelled: m.audit_action_appointment_cancelled,
      missed: m.audit_action_appointment_missed,
      rebooked: m.audit_action_appointment_rebooked,
    },
  },
  appointment_series: {
    label: m.audit_group_appointment_series,
    actions: {
      created: m.audit_action_appointment_series_created,
      updated: m.audit_action_appointment_series_updated,
      deleted: m.audit_action_appointment_series_deleted,
    },
  },
  block_series: {
    label: m.audit_group_block_series,
    actions: {
      created: m.audit_action_block_series_created,
      updated: m.audit_action_block_series_updated,
      deleted: m.audit_action_block_series_deleted,
    },
  },
  scheduling_settings: {
    label: m.audit_group_scheduling_settings,
    actions: {
      updated: m.audit_action_scheduling_settings_updated,
    },
  },
  working_hours: {
    label: m.audit_group_working_hours,
    actions: {
      saved: m.audit_action_working_hours_saved,
    },
  },
  hours_exception: {
    label: m.audit_group_hours_exception,
    actions: {
      created: m.audit_action_hours_exception_created,
      updated: m.audit_action_hours_exception_updated,
      deleted: m.audit_action_hours_exception_deleted,
    },
  },
  blocked_time: {
    label: m.audit_group_blocked_time,
    actions: {
      created: m.audit_action_blocked_time_created,
      updated: m.audit_action_blocked_time_updated,
      deleted: m.audit_action_blocked_time_deleted,
    },
  },
  reminder_rule: {
    label: m.audit_group_reminder_rule,
    actions: {
      created: m.audit_action_reminder_rule_created,
      updated: m.audit_action_reminder_rule_updated,
      deleted: m.audit_action_reminder_rule_deleted,
    },
  },
  reminder: {
    label: m.audit_group_reminder_rule,
    actions: { requested: m.audit_action_reminder_requested },
  },
  calendar_feed: {
    label: m.audit_group_calendar_feed,
    actions: {
      created: m.audit_action_calendar_feed_created,
      updated: m.audit_action_calendar_feed_updated,
      revoked: m.audit_action_calendar_feed_revoked,
      deleted: m.audit_action_calendar_feed_deleted,
    },
  },
  sign_in: {
    label: m.audit_group_sign_in,
    actions: { failed: m.audit_action_sign_in_failed },
  },
  job: {
    label: m.audit_group_job,
    actions: { retried: m.audit_action_job_retried },
  },
  audit: {
    label: m.audit_group_audit,
    actions: {
      exported: m.audit_action_audit_exported,
      erased: m.audit_action_audit_erased,
      retention_changed: m.audit_action_audit_retention_changed,
      retention_applied: m.audit_action_audit_retention_applied,
    },
  },
  mail_account: {
    label: m.audit_group_mail_account,
    actions: {
      connected: m.audit_action_mail_account_connected,
      paused: m.audit_action_mail_account_paused,
      resumed: m.audit_action_mail_account_resumed,
      removed: m.audit_action_mail_account_removed,
      updated: m.audit_action_mail_account_updated,
      stopped: m.audit_action_mail_account_stopped,
      deleted: m.audit_action_mail_account_deleted,
      mail_removed: m.audit_action_mail_account_mail_removed,
    },
  },
  mail_domain: {
    label: m.audit_group_mail_domain,
    actions: { allowed: m.audit_action_mail_domain_allowed },
  },
  credential: {
    label: m.audit_group_credential,
    actions: {
      stored: m.audit_action_credential_stored,
      replaced: m.audit_action_credential_replaced,
      erased: m.audit_action_credential_erased,
    },
  },
  provider_key: {
    label: m.audit_group_provider_key,
    actions: {
      created: m.audit_action_provider_key_created,
      updated: m.audit_action_provider_key_updated,
      deleted: m.audit_action_provider_key_deleted,
    },
  },
};

/** Groups whose events belong to no clinic. */
export const PLATFORM_GROUPS = new Set(['user', 'super_admin', 'sign_in']);
