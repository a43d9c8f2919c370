import { email, requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

/** Shapes of what the tenancy RPCs answer. Timestamps are ISO strings. */

const languageSchema = z.enum(['en', 'ro']);

export const permissionSchema = z.enum(['overbooking', 'catalogue', 'exports']);
export type Permission = z.output<typeof permissionSchema>;
export const PERMISSIONS = permissionSchema.options;

const roleSchema = z.enum(['owner', 'staff']);

const membershipSchema = z.object({
  tenant_id: z.string(),
  slug: z.string(),
  name: z.string(),
  time_zone: z.string(),
  role: roleSchema,
  permissions: z.array(z.string()),
  status: z.enum(['active', 'disabled', 'revoked', 'removed']),
  tenant_status: z.enum(['active', 'suspended', 'deleted']),
  has_access: z.boolean(),
});
export type Membership = z.output<typeof membershipSchema>;

export const accessSchema = z.object({
  profile: z.object({
    user_id: z.string(),
    email: z.string(),
    first_name: z.string(),
    last_name: z.string(),
    language: languageSchema,
    time_zone: z.nullable(z.string()),
    status: z.enum(['active', 'suspended', 'deleted']),
  }),
  is_super_admin: z.boolean(),
  /** A super-admin who has to give the code of their two-step verification before the platform opens. */
  mfa_required: z.boolean(),
  memberships: z.array(membershipSchema),
});
/** Who is signed in and what they may enter right now. */
export type Access = z.output<typeof accessSchema>;
export type Profile = Access['profile'];

export const invitationSchema = z.object({
  id: z.string(),
  tenant_id: z.nullable(z.string()),
  email: z.string(),
  role: z.enum(['owner', 'staff', 'super_admin']),
  state: z.enum(['open', 'expired', 'used', 'revoked']),
  delivery: z.enum(['pending', 'sent', 'not_configured', 'failed', 'revealed']),
  delivery_error: z.nullable(z.string()),
  delivered_at: z.nullable(z.string()),
  expires_at: z.string(),
  created_at: z.string(),
  resend_available_at: z.nullable(z.string()),
});
export type Invitation = z.output<typeof invitationSchema>;

export const memberSchema = z.object({
  user_id: z.string(),
  email: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  role: roleSchema,
  permissions: z.array(z.string()),
  status: z.enum(['active', 'disabled']),
  /** Why and since when the status holds; null where nobody ever changed it. */
  status_reason: z.nullish(z.string()),
  status_changed_at: z.nullish(z.string()),
  joined_at: z.nullable(z.string()),
  last_sign_in_at: z.nullable(z.string()),
  last_seen_at: z.nullish(z.string()),
});
export type Member = z.output<typeof memberSchema>;

export const teamSchema = z.object({
  seats: z.object({ max: z.number(), active: z.number(), open: z.number(), available: z.number() }),
  members: z.array(memberSchema),
  invitations: z.array(invitationSchema),
});
export type Team = z.output<typeof teamSchema>;
export type Seats = Team['seats'];

export const clinicSettingsSchema = z.object({
  tenant_id: z.string(),
  slug: z.string(),
  name: z.string(),
  time_zone: z.string(),
  /** ISO 3166-1 code: where phone numbers without a country code are. */
  country: z.string(),
});
export type ClinicSettings = z.output<typeof clinicSettingsSchema>;

export const invitationPreviewSchema = z.object({
  state: z.enum(['valid', 'expired', 'used', 'revoked', 'unknown', 'unavailable']),
  kind: z.nullish(z.enum(['clinic', 'platform'])),
  clinic_name: z.nullish(z.string()),
  role: z.nullish(z.string()),
  email: z.nullish(z.string()),
  email_masked: z.nullish(z.string()),
  has_account: z.nullish(z.boolean()),
  needs_confirmation: z.nullish(z.boolean()),
  expires_at: z.nullish(z.string()),
});
export type InvitationPreview = z.output<typeof invitationPreviewSchema>;

export const acceptanceSchema = z.object({
  tenant_id: z.nullable(z.string()),
  slug: z.nullable(z.string()),
  role: z.string(),
});
export type Acceptance = z.output<typeof acceptanceSchema>;

export const deliverySchema = z.object({ invitation: invitationSchema, link: z.optional(z.string()) });
/** What became of an invitation's e-mail; `link` only after revealing it. */
export type Delivery = z.output<typeof deliverySchema>;

export const memberRestoreSchema = z.object({ reason: requiredText(500, () => m.error_reason_required()) });

export const inviteSchema = z.object({ email, role: roleSchema });
export type InviteForm = z.output<typeof inviteSchema>;

export const settingsFormSchema = z.object({
  name: requiredText(120, () => m.error_name_required()),
  time_zone: z.string().check(z.minLength(1, { error: () => m.error_time_zone_unknown() })),
  country: z.string().check(z.length(2, { error: () => m.error_country_unknown() })),
});
export type SettingsForm = z.output<typeof settingsFormSchema>;
