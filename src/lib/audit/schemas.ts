import { requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

/** Shapes of what the audit RPCs answer. Timestamps are ISO strings. */

const fieldsSchema = z.nullish(z.record(z.string(), z.unknown()));

export const auditEventSchema = z.object({
  id: z.string(),
  occurred_at: z.string(),
  /** Entity and verb: "member.removed". */
  action: z.string(),
  tenant_id: z.nullable(z.string()),
  tenant_name: z.nullish(z.string()),
  tenant_slug: z.nullish(z.string()),
  actor_id: z.nullable(z.string()),
  actor_email: z.nullish(z.string()),
  /** super_admin, owner, staff or user for people; otherwise the API role or the database login that acted. */
  actor_role: z.nullish(z.string()),
  target_type: z.string(),
  target_id: z.nullish(z.string()),
  target_label: z.nullish(z.string()),
  /** The changed fields as they were and as they became; a field that was empty is missing. */
  before: fieldsSchema,
  after: fieldsSchema,
  details: fieldsSchema,
  reason: z.nullish(z.string()),
  ip: z.nullish(z.string()),
  user_agent: z.nullish(z.string()),
  request_id: z.nullish(z.string()),
  succeeded: z.boolean(),
  /** Whether personal details of this event were erased on request. */
  erased: z.boolean(),
  /** What the event says belongs to the clinic's records: only support access shows it to the platform. */
  withheld: z.boolean(),
});
export type AuditEvent = z.output<typeof auditEventSchema>;

export const auditPageSchema = z.object({
  events: z.array(auditEventSchema),
  next: z.nullable(z.object({ after_time: z.string(), after_id: z.string() })),
  /** How far back this call looked; a call looks through a limited number of events. */
  searched_back_to: z.nullable(z.string()),
});
export type AuditPage = z.output<typeof auditPageSchema>;
export type AuditPageKey = NonNullable<AuditPage['next']>;

export const anchorSchema = z.object({
  day: z.string(),
  /** SHA-256 over the heads of all chains, in hex. */
  digest: z.string(),
  chains: z.number(),
  events: z.number(),
  delivery: z.enum(['pending', 'sent', 'not_configured', 'failed']),
  delivery_error: z.nullable(z.string()),
  delivered_at: z.nullable(z.string()),
  created_at: z.string(),
});
export type Anchor = z.output<typeof anchorSchema>;

export const anchorListSchema = z.object({ anchors: z.array(anchorSchema) });

export const auditStatusSchema = z.object({
  sealed_through: z.nullable(z.string()),
  unsealed: z.number(),
  oldest_unsealed_at: z.nullable(z.string()),
  chains: z.number(),
  /** An estimate. */
  events: z.number(),
  retention_months: z.number(),
  oldest_month: z.nullable(z.string()),
  last_anchor: z.nullable(anchorSchema),
});
export type AuditStatus = z.output<typeof auditStatusSchema>;

const months = () => m.error_retention_invalid();
export const retentionFormSchema = z.object({
  months: z
    .number({ error: months })
    .check(z.int({ error: months }), z.gte(12, { error: months }), z.lte(240, { error: months })),
  reason: requiredText(500, () => m.error_reason_required()),
});
export type RetentionForm = z.output<typeof retentionFormSchema>;

/** What the filter by clinic offers. */
export const clinicChoiceSchema = z.object({ id: z.string(), name: z.string(), slug: z.string() });
export type ClinicChoice = z.output<typeof clinicChoiceSchema>;
