import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import { m } from '#lib/paraglide/messages.js';
import type { AccountStatus } from './statuses.ts';

type Words = Record<string, () => string>;

/** What a status is called, by what has it; Romanian words follow the gender of that. */
const STATUSES: Record<string, Words> = {
  tenant: {
    active: m.clinic_status_active,
    suspended: m.clinic_status_suspended,
    deleted: m.clinic_status_deleted,
  },
  user: {
    active: m.platform_user_status_active,
    suspended: m.platform_user_status_suspended,
    deleted: m.platform_user_status_deleted,
  },
  member: {
    active: m.platform_member_status_active,
    disabled: m.platform_member_status_disabled,
    revoked: m.platform_member_status_revoked,
    removed: m.platform_member_status_removed,
  },
  super_admin: {
    active: m.platform_user_status_active,
    revoked: m.platform_admin_status_revoked,
  },
  appointment: {
    booked: m.appointment_status_booked,
    confirmed: m.appointment_status_confirmed,
    arrived: m.appointment_status_arrived,
    in_chair: m.appointment_status_in_chair,
    completed: m.appointment_status_completed,
    cancelled: m.appointment_status_cancelled,
    no_show: m.appointment_status_no_show,
  },
};

const VARIANTS: Record<string, BadgeVariant> = {
  active: 'success',
  suspended: 'warning',
  disabled: 'warning',
  revoked: 'warning',
  removed: 'neutral',
  deleted: 'destructive',
  completed: 'success',
  cancelled: 'destructive',
  no_show: 'warning',
};

/** What has a status. */
export type Entity = 'tenant' | 'user' | 'member' | 'super_admin' | 'appointment';

/** A status in words and colour; one that this version does not know, by its own name. */
export function statusLabel(entity: string, status: string): { text: string; variant: BadgeVariant } {
  return { text: STATUSES[entity]?.[status]?.() ?? status, variant: VARIANTS[status] ?? 'neutral' };
}

/** What keeps a clinic's people out, to be said next to one of them; empty for an active clinic. */
export function clinicNote(status: AccountStatus): string {
  if (status === 'active') return '';
  return status === 'suspended' ? m.platform_clinic_is_suspended() : m.platform_clinic_is_deleted();
}

/** A status as the name of many that have it: clinics and people are of one gender in Romanian. */
export function manyLabel(status: AccountStatus): string {
  const labels = {
    active: m.platform_many_active,
    suspended: m.platform_many_suspended,
    deleted: m.platform_many_deleted,
  };
  return labels[status]();
}
