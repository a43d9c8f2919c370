import { requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

/** Shapes of what the support RPCs answer. Timestamps are ISO strings. */

export const supportGrantSchema = z.object({
  id: z.string(),
  tenant_id: z.string(),
  tenant_name: z.string(),
  tenant_slug: z.string(),
  admin_id: z.string(),
  admin_name: z.string(),
  admin_email: z.string(),
  reason: z.string(),
  state: z.enum(['active', 'ended', 'expired']),
  starts_at: z.string(),
  expires_at: z.string(),
  ended_at: z.nullable(z.string()),
  ended_by: z.nullable(z.enum(['super_admin', 'owner'])),
  /** How many times records were looked at under it. */
  reads: z.number(),
});
export type SupportGrant = z.output<typeof supportGrantSchema>;

export const supportGrantListSchema = z.object({ grants: z.array(supportGrantSchema) });

/** What every member of a clinic may know about support access to it. */
export const activeSupportSchema = z.object({
  grants: z.array(
    z.object({ id: z.string(), admin_name: z.string(), reason: z.string(), expires_at: z.string() }),
  ),
});
export type ActiveSupport = z.output<typeof activeSupportSchema>['grants'][number];

/** What recording a look answers: nothing of any client. */
export const supportLookSchema = z.object({ look_id: z.string() });

/** A client as support sees them. */
export const supportClientSchema = z.object({
  id: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  email: z.nullable(z.string()),
  phone: z.nullable(z.string()),
  created_at: z.string(),
  archived_at: z.nullable(z.string()),
});
export type SupportClient = z.output<typeof supportClientSchema>;

export const supportClientPageSchema = z.object({
  clients: z.array(supportClientSchema),
  next: z.nullable(z.object({ after_name: z.string(), after_id: z.string() })),
});
export type SupportClientPage = z.output<typeof supportClientPageSchema>;
export type SupportClientPageKey = NonNullable<SupportClientPage['next']>;

/** How long support access may last, in minutes. */
export const SUPPORT_MINUTES = ['15', '30', '60', '120', '240', '480'] as const;

export const supportFormSchema = z.object({
  reason: requiredText(500, () => m.error_reason_required()),
  minutes: z.enum(SUPPORT_MINUTES),
});
export type SupportForm = z.output<typeof supportFormSchema>;
