/**
 * Who may do what with the rows of a table through the Data API. The isolation matrix proves it for every table there is.
 *
 * - `members`: owner and staff of the row's clinic; `owners`: its owners; `self`: the person the row is about; `nobody`.
 * - A clinic's table that is not listed here is held to the default: whatever is granted at all is for members.
 *   Nobody outside the clinic is ever let in, listed or not.
 */
export type Audience = 'members' | 'owners' | 'self' | 'nobody';
export type Command = 'select' | 'insert' | 'update' | 'delete';
export type Rights = Record<Command, Audience>;

const closed: Rights = { select: 'nobody', insert: 'nobody', update: 'nobody', delete: 'nobody' };

/** For owners, and for members whom an owner has given the permission: the plain staff of the matrix have none. */
const permitted: Rights = { select: 'members', insert: 'owners', update: 'owners', delete: 'owners' };

export const declared: Record<string, Rights> = {
  tenants: { ...closed, select: 'members' },
  profiles: { ...closed, select: 'self', update: 'self' },
  memberships: closed,
  invitations: closed,
  platform_admins: closed,
  support_grants: closed,
  audit_events: closed,
  calendar_feeds: closed,
  mail_accounts: { ...closed, select: 'owners' },
  mail_runs: { ...closed, select: 'owners' },
  provider_keys: { ...closed, select: 'owners' },
  providers: permitted,
  resources: permitted,
  services: permitted,
  service_providers: { ...permitted, update: 'nobody' },
  service_resources: { ...permitted, update: 'nobody' },
  scheduling_settings: { ...closed, select: 'members', update: 'owners' },
};

/** Functions anybody may call without a session. */
export const openFunctions = [
  'preview_invitation',
  'preview_offer',
  'answer_offer',
  'preview_visit',
  'answer_visit',
];

/** Functions of a clinic that staff may call too; all others that take a `tenant_id` are for its owners. */
export const memberFunctions: string[] = [
  'active_support',
  'archive_clients',
  'tag_clients',
  'save_client',
  'get_client',
  'set_primary_identifier',
  'list_clients',
  'count_clients',
  'dashboard',
  'client_visits',
  // For the provider one is oneself.
  'create_calendar_feed',
  'revoke_calendar_feed',
  'list_calendar_feeds',
  'begin_client_import',
  'import_clients',
  'finish_client_import',
  // Of members with the permission "exports".
  'begin_client_export',
  'client_record',
  'begin_upload',
  'finish_upload',
  'cancel_upload',
  'delete_file',
  'restore_file',
  'open_file',
  'delete_note',
  'restore_note',
  'save_task',
  'set_task_status',
  'delete_task',
  'list_tasks',
  'task_counts',
  'list_colleagues',
  'save_waitlist_entry',
  'list_waitlist',
  'suggest_waitlist',
  'offer_slot',
  'withdraw_offer',
  'close_waitlist_entry',
  'save_service',
  'find_clients_by_identifier',
  'assign_contact_point',
  'find_duplicates',
  'list_duplicates',
  'dismiss_duplicate',
  'preview_merge',
  'merge_clients',
  'undo_merge',
  'list_merges',
  'book_appointment',
  'change_appointment',
  'set_appointment_status',
  'hold_slot',
  'release_hold',
  'list_calendar',
  'preview_series',
  'book_series',
  'change_series',
  'cancel_series',
  'block_series',
  'unblock_series',
  'get_hours',
  'block_time',
  'unblock_time',
  // Of members with the permission "catalogue".
  'save_working_hours',
  'save_hours_exception',
  'delete_hours_exception',
  'set_service_steps',
  'list_reminders',
  'send_reminder_now',
  'find_free_slots',
  'next_free_slots',
  'list_inbox_accounts',
  'want_attachment',
  'start_draft',
  'get_draft',
  'list_drafts',
  'save_draft',
  'discard_draft',
  'announce_draft_attachment',
  'confirm_draft_attachment',
  'remove_draft_attachment',
  'send_draft',
  'undo_send',
  'retry_send',
  'list_conversations',
  'inbox_counts',
  'get_conversation',
  'update_conversations',
  'save_conversation_note',
  'delete_conversation_note',
  'look_at_conversation',
  'save_canned_reply',
  'delete_canned_reply',
  'fill_reply',
  'save_signature',
  'get_signature',
];

/** Values the generator cannot guess from the catalog. */
export const sampleValues: Record<string, Record<string, unknown>> = {
  audit_events: { action: 'sample.made' },
  client_identifiers: { kind: 'phone', raw: '0721' },
  activities: { kind: 'sample_made' },
  providers: { colour: 'blue' },
  appointment_series: { rule: 'FREQ=WEEKLY', first_at: '2026-01-05T10:00:00', duration_minutes: 30 },
  block_series: { rule: 'FREQ=WEEKLY', first_at: '2026-01-05T10:00:00', duration_minutes: 30 },
  resources: { colour: 'slate' },
  services: { colour: 'teal', currency: 'EUR' },
  scheduling_settings: { slot_minutes: 20 },
  service_steps: { offset_minutes: 0, duration_minutes: 30 },
  working_hours: { weekday: 7, opens: '08:00', closes: '09:00' },
  message_attachments: { object_name: null },
  draft_attachments: { object_name: null },
  canned_replies: { shortcut: null },
  provider_keys: { base_url: '', model: '', last_error_code: null },
};

/** References of which a row has exactly one; the sample has the first. */
export const alternatives: Record<string, string[][]> = {
  mail_signatures: [['account_id', 'user_id']],
  draft_attachments: [['source_attachment_id']],
  allocations: [
    ['appointment_id', 'hold_id'],
    ['provider_id', 'resource_id'],
  ],
};

/** Columns that a check wants filled together with a reference. */
export const companions: Record<string, Record<string, Record<string, unknown>>> = {
  // Of a mailbox one run at most is open.
  mail_runs: { account_id: { ended_at: '2026-01-05T10:00:00Z', outcome: 'done' } },
  appointments: { series_id: { occurrence_at: '2026-01-05T10:00:00Z' } },
};
