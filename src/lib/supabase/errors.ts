import { m } from '#lib/paraglide/messages.js';

/** What went wrong, in a form every page can show: a stable code and, where the answer had one, its HTTP status. */
export class AppError extends Error {
  readonly code: string;
  /** HTTP status; 0 when no answer came at all. */
  readonly status: number;
  /** Seconds to wait before another try makes sense, when the server said so. */
  readonly retryAfter: number | null;
  /** What the error is about, where its code says in which form: a field's name, whose number it is … */
  readonly detail: string | null;

  constructor(
    code: string,
    status = 0,
    options: { retryAfter?: number | null; detail?: string | null; cause?: unknown } = {},
  ) {
    super(code, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.retryAfter = options.retryAfter ?? null;
    this.detail = options.detail ?? null;
  }
}

const SENTENCES: Record<string, () => string> = {
  account_inactive: m.error_account_inactive,
  after_invalid: m.error_after_invalid,
  already_exists: m.error_already_exists,
  already_member: m.error_already_member,
  already_offered: m.error_already_offered,
  already_super_admin: m.error_already_super_admin,
  append_only: m.error_append_only,
  appointment_not_found: m.error_appointment_not_found,
  appointment_over: m.error_appointment_over,
  assignee_unknown: m.error_assignee_unknown,
  audit_not_sealed: m.error_audit_not_sealed,
  authentication_failed: m.error_authentication_failed,
  blocked_time_invalid: m.error_blocked_time_invalid,
  blocked_time_not_found: m.error_blocked_time_not_found,
  buffer_invalid: m.error_buffer_invalid,
  candidate_invalid: m.error_candidate_invalid,
  cannot_act_on_self: m.error_cannot_act_on_self,
  cannot_change_owner: m.error_cannot_change_owner,
  cannot_remove_owner: m.error_cannot_remove_owner,
  cannot_remove_self: m.error_cannot_remove_self,
  catalogue_name_required: m.error_catalogue_name_required,
  catalogue_not_permitted: m.error_catalogue_not_permitted,
  changed_meanwhile: m.error_changed_meanwhile,
  client_archived: m.error_client_archived,
  client_email_refused: m.error_client_email_refused,
  client_erased: m.error_client_erased,
  client_merged: m.error_client_merged,
  client_name_required: m.error_client_name_required,
  client_not_found: m.error_client_not_found,
  client_unknown: m.error_client_unknown,
  client_without_consent: m.error_client_without_consent,
  client_without_email: m.error_client_without_email,
  clients_busy: m.error_clients_busy,
  clinic_not_found: m.error_clinic_not_found,
  colour_unknown: m.error_colour_unknown,
  contact_kind_unknown: m.error_contact_kind_unknown,
  contact_point_not_found: m.error_contact_point_not_found,
  country_invalid: m.error_country_invalid,
  country_unknown: m.error_country_unknown,
  currency_invalid: m.error_currency_invalid,
  current_password_wrong: m.error_current_password_wrong,
  date_of_birth_invalid: m.error_date_of_birth_invalid,
  days_invalid: m.error_days_invalid,
  due_on_invalid: m.error_due_on_invalid,
  duration_invalid: m.error_duration_invalid,
  email_invalid: m.error_email_invalid,
  email_unconfirmed: m.error_email_unconfirmed,
  exception_not_found: m.error_exception_not_found,
  export_not_permitted: m.error_export_not_permitted,
  feed_not_found: m.error_feed_not_found,
  field_too_long: m.error_field_too_long,
  file_deleted: m.error_file_deleted,
  file_empty: m.error_file_empty,
  file_missing: m.error_file_missing,
  file_name_invalid: m.error_file_name_invalid,
  file_not_found: m.error_file_not_found,
  file_too_large: m.error_file_too_large,
  file_type_not_allowed: m.error_file_type_not_allowed,
  filter_invalid: m.error_filter_invalid,
  forbidden: m.error_forbidden,
  hours_invalid: m.error_hours_invalid,
  hours_overlap: m.error_hours_overlap,
  identifier_not_found: m.error_identifier_not_found,
  identifier_taken: m.error_identifier_taken,
  import_empty: m.error_import_empty,
  import_not_csv: m.error_import_not_csv,
  import_not_found: m.error_import_not_found,
  import_over: m.error_import_over,
  import_too_large: m.error_import_too_large,
  insufficient_aal: m.error_insufficient_aal,
  invitation_expired: m.error_invitation_expired,
  invitation_not_found: m.error_invitation_not_found,
  invitation_open: m.error_invitation_open,
  invitation_required: m.error_invitation_required,
  invitation_revoked: m.error_invitation_revoked,
  invitation_unavailable: m.error_invitation_unavailable,
  invitation_unknown: m.error_invitation_unknown,
  invitation_used: m.error_invitation_used,
  invitation_wrong_address: m.error_invitation_wrong_address,
  job_not_dead: m.error_job_not_dead,
  job_not_found: m.error_job_not_found,
  job_replaced: m.error_job_replaced,
  language_unknown: m.error_language_unknown,
  last_owner: m.error_last_owner,
  last_super_admin: m.error_last_super_admin,
  lease_lost: m.error_lease_lost,
  link_expired: m.error_link_expired,
  mail_configured: m.error_mail_configured,
  member_already_active: m.error_member_already_active,
  member_not_found: m.error_member_not_found,
  membership_removed: m.error_membership_removed,
  merge_expired: m.error_merge_expired,
  merge_not_found: m.error_merge_not_found,
  merge_superseded: m.error_merge_superseded,
  merge_undone: m.error_merge_undone,
  mfa_challenge_expired: m.error_mfa_challenge_expired,
  mfa_factor_name_conflict: m.error_mfa_factor_name_conflict,
  mfa_factor_not_found: m.error_mfa_factor_not_found,
  mfa_required: m.error_mfa_required,
  mfa_verification_failed: m.error_mfa_verification_failed,
  name_invalid: m.error_name_invalid,
  name_required: m.error_name_required,
  name_taken: m.error_name_taken,
  name_too_long: m.error_name_too_long,
  network: m.error_network,
  never_deleted: m.error_never_deleted,
  never_moved: m.error_never_moved,
  no_seat_allocation: m.error_no_seat_allocation,
  no_seats_left: m.error_no_seats_left,
  no_second_factor: m.error_no_second_factor,
  not_an_owner: m.error_not_an_owner,
  not_begun: m.error_not_begun,
  not_found: m.error_not_found,
  not_in_series: m.error_not_in_series,
  not_saved: m.error_not_saved,
  not_super_admin: m.error_not_super_admin,
  note_deleted: m.error_note_deleted,
  note_not_found: m.error_note_not_found,
  note_required: m.error_note_required,
  note_too_long: m.error_note_too_long,
  offer_claimed: m.error_offer_claimed,
  offer_not_found: m.error_offer_not_found,
  offer_too_late: m.error_offer_too_late,
  outside_hours: m.error_outside_hours,
  overbooking_not_permitted: m.error_overbooking_not_permitted,
  owner_required: m.error_owner_required,
  page_invalid: m.error_page_invalid,
  page_unknown: m.error_page_unknown,
  period_invalid: m.error_period_invalid,
  permission_unknown: m.error_permission_unknown,
  phone_invalid: m.error_phone_invalid,
  picks_invalid: m.error_picks_invalid,
  place_required: m.error_place_required,
  preferred_channel_invalid: m.error_preferred_channel_invalid,
  preview_not_possible: m.error_preview_not_possible,
  price_invalid: m.error_price_invalid,
  priority_unknown: m.error_priority_unknown,
  provider_archived: m.error_provider_archived,
  provider_unknown: m.error_provider_unknown,
  reason_invalid: m.error_reason_invalid,
  reason_required: m.error_reason_required,
  reason_too_long: m.error_reason_too_long,
  records_busy: m.error_records_busy,
  reminder_just_sent: m.error_reminder_just_sent,
  reminder_not_possible: m.error_reminder_not_possible,
  reminder_rule_exists: m.error_reminder_rule_exists,
  reminder_rule_not_found: m.error_reminder_rule_not_found,
  reminder_time_invalid: m.error_reminder_time_invalid,
  resend_cooldown: m.error_resend_cooldown,
  resource_archived: m.error_resource_archived,
  resource_unknown: m.error_resource_unknown,
  retention_invalid: m.error_retention_invalid,
  role_unknown: m.error_role_unknown,
  rule_invalid: m.error_rule_invalid,
  rule_not_supported: m.error_rule_not_supported,
  rule_required: m.error_rule_required,
  same_client: m.error_same_client,
  same_email: m.error_same_email,
  same_password: m.error_same_password,
  same_person: m.error_same_person,
  scope_unknown: m.error_scope_unknown,
  seats_in_use: m.error_seats_in_use,
  seats_invalid: m.error_seats_invalid,
  seen_invalid: m.error_seen_invalid,
  series_conflict: m.error_series_conflict,
  series_empty: m.error_series_empty,
  series_over: m.error_series_over,
  series_too_long: m.error_series_too_long,
  service_archived: m.error_service_archived,
  service_not_found: m.error_service_not_found,
  service_unknown: m.error_service_unknown,
  sign_in_required: m.error_session_expired,
  slot_taken: m.error_slot_taken,
  slug_invalid: m.error_slug_invalid,
  slug_taken: m.error_slug_taken,
  sort_unknown: m.error_sort_unknown,
  starts_at_invalid: m.error_starts_at_invalid,
  status_unknown: m.error_status_unknown,
  steps_invalid: m.error_steps_invalid,
  storage_unavailable: m.error_storage_unavailable,
  super_admin_required: m.error_super_admin_required,
  support_access_required: m.error_support_access_required,
  support_already_open: m.error_support_already_open,
  support_duration_invalid: m.error_support_duration_invalid,
  support_grant_not_found: m.error_support_grant_not_found,
  support_grant_over: m.error_support_grant_over,
  tag_not_found: m.error_tag_not_found,
  task_not_found: m.error_task_not_found,
  task_title_required: m.error_task_title_required,
  tenant_already_deleted: m.error_tenant_already_deleted,
  tenant_not_active: m.error_tenant_not_active,
  tenant_not_deleted: m.error_tenant_not_deleted,
  tenant_not_suspended: m.error_tenant_not_suspended,
  time_zone_unknown: m.error_time_zone_unknown,
  times_invalid: m.error_times_invalid,
  too_early: m.error_too_early,
  too_many: m.error_too_many,
  too_many_enrolled_mfa_factors: m.error_too_many_enrolled_mfa_factors,
  too_many_feeds: m.error_too_many_feeds,
  too_many_holds: m.error_too_many_holds,
  too_many_reminder_rules: m.error_too_many_reminder_rules,
  too_many_requests: m.error_too_many_requests,
  too_many_rows: m.error_too_many_rows,
  transition_not_allowed: m.error_transition_not_allowed,
  two_step_unavailable: m.error_two_step_unavailable,
  upload_incomplete: m.error_upload_incomplete,
  user_already_deleted: m.error_user_already_deleted,
  user_erased: m.error_user_erased,
  user_not_active: m.error_user_not_active,
  user_not_deleted: m.error_user_not_deleted,
  user_not_found: m.error_user_not_found,
  user_not_suspended: m.error_user_not_suspended,
  value_refused: m.error_value_refused,
  values_invalid: m.error_values_invalid,
  waitlist_entry_closed: m.error_waitlist_entry_closed,
  waitlist_entry_not_found: m.error_waitlist_entry_not_found,
  weak_password: m.error_weak_password,
};

/** Codes of the Auth service and of Postgres, in the words of this app. */
const ALIASES: Record<string, string> = {
  '23505': 'already_exists',
  '23514': 'value_refused',
  '42501': 'forbidden',
  email_address_invalid: 'email_invalid',
  email_exists: 'value_refused',
  not_allowed: 'forbidden',
  otp_expired: 'link_expired',
  over_email_send_rate_limit: 'too_many_requests',
  over_request_rate_limit: 'too_many_requests',
  session_expired: 'sign_in_required',
  session_not_found: 'sign_in_required',
};

const BY_STATUS: Record<number, string> = {
  0: 'network',
  401: 'sign_in_required',
  403: 'forbidden',
  404: 'not_found',
  429: 'too_many_requests',
};

/** Any thrown value as an AppError; unknown ones keep their cause and get the code "unexpected". */
export function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  const { code, hint, status, name, message, detail } = readFields(error);
  if (isNetworkFailure(name, message, status)) return new AppError('network', 0, { cause: error });
  const known = [hint, code].map((key) => ALIASES[key] ?? key).find((key) => key in SENTENCES);
  return new AppError(known ?? BY_STATUS[status] ?? 'unexpected', status, { detail, cause: error });
}

/** The sentence a person reads for an error. */
export function errorMessage(error: unknown): string {
  return (SENTENCES[toAppError(error).code] ?? m.error_unexpected)();
}

function readFields(error: unknown) {
  const fields = (typeof error === 'object' && error !== null ? error : {}) as Record<string, unknown>;
  const text = (key: string) => (typeof fields[key] === 'string' ? fields[key] : '');
  return {
    code: text('code'),
    hint: text('hint'),
    name: text('name'),
    message: text('message'),
    detail: text('details') || null,
    status: typeof fields.status === 'number' ? fields.status : -1,
  };
}

// fetch rejects with a TypeError; the Supabase clients wrap it under names of their own. The Auth client also
// calls every answer from 500 on "retryable": only those of a gateway mean that nobody was there.
function isNetworkFailure(name: string, message: string, status: number): boolean {
  if (name === 'AuthRetryableFetchError') return status !== 500;
  return (
    name === 'FunctionsFetchError' || /failed to fetch|fetch failed|networkerror|load failed/i.test(message)
  );
}
