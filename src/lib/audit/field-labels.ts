import { m } from '#lib/paraglide/messages.js';

const LABELS: Record<string, () => string> = {
  action: m.audit_what,
  actor: m.audit_who,
  archived_at: m.audit_field_archived_at,
  deleted_at: m.audit_field_deleted_at,
  deletion_id: m.audit_field_deletion_id,
  client_ids: m.audit_field_client_ids,
  count: m.audit_field_count,
  delivered_at: m.audit_field_delivered_at,
  delivery: m.audit_field_delivery,
  delivery_error: m.audit_field_delivery_error,
  email: m.field_email,
  ended_as: m.audit_field_ended_by,
  ended_at: m.audit_field_ended_at,
  expires_at: m.audit_field_expires_at,
  first_name: m.field_first_name,
  language: m.field_language,
  last_name: m.field_last_name,
  max_seats: m.clinic_seats,
  name: m.clinic_name,
  permissions: m.audit_field_permissions,
  phone: m.field_phone,
  reason: m.field_reason,
  retention_months: m.audit_field_retention_months,
  role: m.field_role,
  search: m.audit_field_search,
  since: m.audit_field_since,
  slug: m.clinic_slug,
  starts_at: m.audit_field_starts_at,
  status: m.clinic_status,
  support_grant_id: m.support_access,
  time_zone: m.field_time_zone,
  until: m.audit_field_until,
};

/** What a recorded field is called on the pages; one that has no such name by its own. */
export function fieldLabel(field: string): string {
  return LABELS[field]?.() ?? field;
}
