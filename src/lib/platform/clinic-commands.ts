import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { invitationSchema, type Invitation, type InviteForm } from '#lib/tenancy/schemas.ts';
import {
  clinicSchema,
  createdClinicSchema,
  restoredClinicSchema,
  type Clinic,
  type ClinicEdit,
  type ClinicForm,
  type CreatedClinic,
  type RestoredClinic,
} from './schemas.ts';

/** What a super-admin changes about clinics. Each is one transaction; the refusals have stable codes. */

/** Creates a clinic together with its first owner's invitation. */
export async function createClinic(values: ClinicForm): Promise<CreatedClinic> {
  return parseAnswer(createdClinicSchema, unwrap(await supabase().rpc('admin_create_tenant', values)));
}

/** Invites a further owner or staff member, under the seat rule. */
export async function inviteToClinic(clinicId: string, values: InviteForm): Promise<Invitation> {
  const answer = await supabase().rpc('admin_invite', { tenant_id: clinicId, ...values });
  return parseAnswer(invitationSchema, unwrap(answer));
}

/** Changes name and time zone; "changed_meanwhile" when the clinic was changed after `seenUpdatedAt`. */
export async function updateClinic(
  clinicId: string,
  values: ClinicEdit,
  seenUpdatedAt: string,
): Promise<Clinic> {
  const answer = await supabase().rpc('admin_update_tenant', {
    tenant_id: clinicId,
    ...values,
    seen_updated_at: seenUpdatedAt,
  });
  return parseAnswer(clinicSchema, unwrap(answer));
}

/** Sets the number of seats; not below what members and open invitations take. */
export async function setSeats(clinicId: string, maxSeats: number): Promise<Clinic> {
  const answer = await supabase().rpc('admin_set_seats', { tenant_id: clinicId, max_seats: maxSeats });
  return parseAnswer(clinicSchema, unwrap(answer));
}

/** Suspends a clinic: its people lose access with their next request. */
export async function suspendClinic(clinicId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_suspend_tenant', { tenant_id: clinicId, reason }));
}

/** Gives a suspended clinic its access back. */
export async function resumeClinic(clinicId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_resume_tenant', { tenant_id: clinicId, reason }));
}

/** Deletes a clinic so that it can be restored: its records stay, its members are disabled. */
export async function deleteClinic(clinicId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_delete_tenant', { tenant_id: clinicId, reason }));
}

/** Restores a deleted clinic, with the members whom that deletion disabled, as far as there are seats. */
export async function restoreClinic(clinicId: string, reason: string): Promise<RestoredClinic> {
  const answer = await supabase().rpc('admin_restore_tenant', { tenant_id: clinicId, reason });
  return parseAnswer(restoredClinicSchema, unwrap(answer));
}
