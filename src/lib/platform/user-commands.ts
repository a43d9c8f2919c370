import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import {
  deletedUserSchema,
  restoredUserSchema,
  type DeletedUser,
  type RestoredUser,
  type UserForm,
} from './user-schemas.ts';

/** What a super-admin changes about people. Each is one transaction; the refusals have stable codes. */

/** Changes names, language and time zone; "changed_meanwhile" when they were changed after `seenUpdatedAt`. */
export async function updateUser(userId: string, values: UserForm, seenUpdatedAt: string): Promise<void> {
  const answer = await supabase().rpc('admin_update_user', {
    user_id: userId,
    ...values,
    time_zone: values.time_zone || undefined,
    seen_updated_at: seenUpdatedAt,
  });
  unwrap(answer);
}

/** Suspends a person: they lose access with their next request. */
export async function suspendUser(userId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_suspend_user', { user_id: userId, reason }));
}

/** Gives a suspended person their access back. */
export async function resumeUser(userId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_resume_user', { user_id: userId, reason }));
}

/** Deletes a person so that they can be restored: their memberships are revoked. */
export async function deleteUser(userId: string, reason: string): Promise<DeletedUser> {
  const answer = await supabase().rpc('admin_delete_user', { user_id: userId, reason });
  return parseAnswer(deletedUserSchema, unwrap(answer));
}

/** Restores a deleted person, with the memberships that the deletion revoked, as far as there are seats. */
export async function restoreUser(userId: string, reason: string): Promise<RestoredUser> {
  const answer = await supabase().rpc('admin_restore_user', { user_id: userId, reason });
  return parseAnswer(restoredUserSchema, unwrap(answer));
}

/** Makes a person a super-admin. */
export async function grantSuperAdmin(userId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_grant_super_admin', { user_id: userId, reason }));
}

/** Takes the platform's administration from a person; never from the last one. */
export async function revokeSuperAdmin(userId: string, reason: string): Promise<void> {
  unwrap(await supabase().rpc('admin_revoke_super_admin', { user_id: userId, reason }));
}
