import { email, requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import { invitationSchema, memberSchema } from '#lib/tenancy/schemas.ts';
import * as z from 'zod/mini';
import { SLUG } from './slug.ts';

/** A clinic as the platform sees it. */
export const clinicSchema = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  time_zone: z.string(),
  status: z.enum(['active', 'suspended', 'deleted']),
  status_reason: z.nullish(z.string()),
  max_seats: z.number(),
  active_members: z.number(),
  open_invitations: z.number(),
  created_at: z.string(),
});
export type Clinic = z.output<typeof clinicSchema>;
export type ClinicStatus = Clinic['status'];

export const clinicPageSchema = z.object({
  tenants: z.array(clinicSchema),
  next: z.nullable(z.object({ after_name: z.string(), after_id: z.string() })),
});
export type ClinicPage = z.output<typeof clinicPageSchema>;
export type ClinicPageKey = NonNullable<ClinicPage['next']>;

export const clinicDetailSchema = z.extend(clinicSchema, {
  members: z.array(memberSchema),
  invitations: z.array(invitationSchema),
});
export type ClinicDetail = z.output<typeof clinicDetailSchema>;

export const createdClinicSchema = z.object({ tenant: clinicSchema, invitation: invitationSchema });
export type CreatedClinic = z.output<typeof createdClinicSchema>;

export const clinicFormSchema = z.object({
  name: requiredText(120, () => m.error_name_required()),
  slug: z.string().check(z.trim(), z.toLowerCase(), z.regex(SLUG, { error: () => m.error_slug_invalid() })),
  owner_email: email,
  max_seats: z
    .number({ error: () => m.error_seats_invalid() })
    .check(
      z.int({ error: () => m.error_seats_invalid() }),
      z.gte(1, { error: () => m.error_seats_invalid() }),
      z.lte(10_000, { error: () => m.error_seats_invalid() }),
    ),
  time_zone: z.string().check(z.minLength(1, { error: () => m.error_time_zone_unknown() })),
});
export type ClinicForm = z.output<typeof clinicFormSchema>;

export const reasonSchema = z.object({ reason: requiredText(500, () => m.error_reason_required()) });
