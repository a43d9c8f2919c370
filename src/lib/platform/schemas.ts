import { email, requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import { supportGrantSchema } from '#lib/support/schemas.ts';
import { invitationSchema, memberSchema } from '#lib/tenancy/schemas.ts';
import * as z from 'zod/mini';
import { SLUG } from './slug.ts';
import { accountStatusSchema, membershipStatusSchema } from './statuses.ts';

/** Shapes of what the platform's RPCs answer about clinics, and of the forms that change them. */

/** A clinic as the platform sees it. */
export const clinicSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  time_zone: z.string(),
  status: accountStatusSchema,
  status_reason: z.nullish(z.string()),
  status_changed_at: z.nullish(z.string()),
  max_seats: z.number(),
  active_members: z.number(),
  open_invitations: z.number(),
  created_at: z.string(),
  updated_at: z.string(),
});
export type Clinic = z.output<typeof clinicSchema>;

export const clinicPageSchema = z.object({
  tenants: z.array(clinicSchema),
  next: z.nullable(z.object({ after_name: z.string(), after_id: z.string() })),
});
export type ClinicPage = z.output<typeof clinicPageSchema>;

/** The last row of a page: the next page begins after it. */
export type PageKey = NonNullable<ClinicPage['next']>;

const clinicMemberSchema = z.extend(memberSchema, {
  status: membershipStatusSchema,
  status_reason: z.nullish(z.string()),
  last_seen_at: z.nullish(z.string()),
});
export type ClinicMember = z.output<typeof clinicMemberSchema>;

export const clinicDetailSchema = z.extend(clinicSchema, {
  members: z.array(clinicMemberSchema),
  invitations: z.array(invitationSchema),
  support_grants: z.array(supportGrantSchema),
});
export type ClinicDetail = z.output<typeof clinicDetailSchema>;

export const createdClinicSchema = z.object({ tenant: clinicSchema, invitation: invitationSchema });
export type CreatedClinic = z.output<typeof createdClinicSchema>;

export const restoredClinicSchema = z.object({
  tenant: clinicSchema,
  restored: z.array(z.object({ user_id: z.string(), email: z.string() })),
  left_disabled: z.array(
    z.object({ user_id: z.string(), email: z.string(), why: z.enum(['no_seats_left', 'user_deleted']) }),
  ),
});
export type RestoredClinic = z.output<typeof restoredClinicSchema>;

/** A number of seats, from `least` on. */
function seats(least: number) {
  const error = () => m.error_seats_invalid();
  return z.number({ error }).check(z.int({ error }), z.gte(least, { error }), z.lte(10_000, { error }));
}

const clinicName = requiredText(120, () => m.error_name_required());
const timeZone = z.string().check(z.minLength(1, { error: () => m.error_time_zone_unknown() }));

export const clinicFormSchema = z.object({
  name: clinicName,
  slug: z.string().check(z.trim(), z.toLowerCase(), z.regex(SLUG, { error: () => m.error_slug_invalid() })),
  owner_email: email,
  max_seats: seats(1),
  time_zone: timeZone,
});
export type ClinicForm = z.output<typeof clinicFormSchema>;

export const clinicEditSchema = z.object({ name: clinicName, time_zone: timeZone });
export type ClinicEdit = z.output<typeof clinicEditSchema>;

export const seatsFormSchema = z.object({ max_seats: seats(0) });

export const reasonFormSchema = z.object({
  reason: requiredText(500, () => m.error_reason_required()),
  /** What an act asks besides the reason; empty where it asks nothing. */
  choice: z.string(),
});
