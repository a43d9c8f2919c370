import { supabase } from '#lib/supabase/browser.ts';
import { unwrap } from '#lib/supabase/result.ts';

/** What a super-admin changes about the people of a clinic, each with a reason. */

type InClinic = { clinicId: string; userId: string; reason: string };

/** Makes a member owner or staff; "last_owner" when a clinic would be left without one. */
export async function setMemberRole(input: InClinic & { role: 'owner' | 'staff' }): Promise<void> {
  unwrap(await supabase().rpc('admin_set_member_role', { ...keys(input), role: input.role }));
}

/** Ends a member's access to the clinic at once. */
export async function removeFromClinic(input: InClinic): Promise<void> {
  unwrap(await supabase().rpc('admin_remove_member', keys(input)));
}

/** Gives a disabled or removed member their access back, under the seat rule. */
export async function restoreToClinic(input: InClinic): Promise<void> {
  unwrap(await supabase().rpc('admin_restore_member', keys(input)));
}

/** In one step: one member becomes owner, and the one who was becomes staff. */
export async function transferOwnership(input: {
  clinicId: string;
  fromUserId: string;
  toUserId: string;
  reason: string;
}): Promise<void> {
  unwrap(
    await supabase().rpc('admin_transfer_ownership', {
      tenant_id: input.clinicId,
      from_user_id: input.fromUserId,
      to_user_id: input.toUserId,
      reason: input.reason,
    }),
  );
}

function keys({ clinicId, userId, reason }: InClinic) {
  return { tenant_id: clinicId, user_id: userId, reason };
}
