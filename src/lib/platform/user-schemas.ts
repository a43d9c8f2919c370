import { requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { accountStatusSchema, membershipStatusSchema } from './statuses.ts';

/** Shapes of what the platform's RPCs answer about people, and of the form that changes one. */

const userMembershipSchema = z.object({
  tenant_id: z.string(),
  slug: z.string(),
  name: z.string(),
  tenant_status: accountStatusSchema,
  role: z.enum(['owner', 'staff']),
  status: membershipStatusSchema,
  status_reason: z.nullish(z.string()),
  joined_at: z.nullish(z.string()),
});
export type UserMembership = z.output<typeof userMembershipSchema>;

export const userSchema = z.object({
  user_id: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  language: z.enum(['en', 'ro']),
  time_zone: z.nullable(z.string()),
  status: accountStatusSchema,
  status_reason: z.nullable(z.string()),
  status_changed_at: z.nullable(z.string()),
  /** When the personal data of a deleted person were erased; nothing is left to restore then. */
  erased_at: z.nullable(z.string()),
  is_super_admin: z.boolean(),
  created_at: z.string(),
  updated_at: z.string(),
  last_seen_at: z.nullable(z.string()),
  memberships: z.array(userMembershipSchema),
});
/** A person with an account, as the platform sees them. */
export type User = z.output<typeof userSchema>;

export const userPageSchema = z.object({
  users: z.array(userSchema),
  next: z.nullable(z.object({ after_name: z.string(), after_id: z.string() })),
});
export type UserPage = z.output<typeof userPageSchema>;

export const userDetailSchema = z.extend(userSchema, {
  email_confirmed: z.boolean(),
  open_invitations: z.array(
    z.object({
      id: z.string(),
      tenant_id: z.nullable(z.string()),
      clinic_name: z.nullable(z.string()),
      role: z.string(),
      expires_at: z.string(),
    }),
  ),
});
export type UserDetail = z.output<typeof userDetailSchema>;

const clinicOfUser = z.object({ tenant_id: z.string(), name: z.string() });

export const deletedUserSchema = z.object({
  user: userSchema,
  memberships_revoked: z.array(clinicOfUser),
  clinics_without_owner: z.array(clinicOfUser),
});
export type DeletedUser = z.output<typeof deletedUserSchema>;

export const restoredUserSchema = z.object({
  user: userSchema,
  restored: z.array(clinicOfUser),
  left_disabled: z.array(z.extend(clinicOfUser, { why: z.enum(['no_seats_left', 'tenant_deleted']) })),
});
export type RestoredUser = z.output<typeof restoredUserSchema>;

export const userFormSchema = z.object({
  first_name: requiredText(100, () => m.field_first_name_required()),
  last_name: requiredText(100, () => m.field_last_name_required()),
  language: z.enum(['en', 'ro']),
  time_zone: z.string(),
});
export type UserForm = z.output<typeof userFormSchema>;
