import { auditEventSchema } from '#lib/audit/schemas.ts';
import * as z from 'zod/mini';

const byStatus = z.object({ active: z.number(), suspended: z.number(), deleted: z.number() });

const signUpsSchema = z.object({ day: z.string(), users: z.number(), clinics: z.number() });
/** How many people and clinics were new on one day (`YYYY-MM-DD`). */
export type SignUps = z.output<typeof signUpsSchema>;

const healthSchema = z.object({
  key: z.string(),
  state: z.enum(['ok', 'warning', 'problem', 'not_available']),
  detail: z.nullable(z.record(z.string(), z.unknown())),
});
export type Health = z.output<typeof healthSchema>;

export const overviewSchema = z.object({
  tenants: byStatus,
  users: byStatus,
  active_users_7d: z.number(),
  seats: z.object({ allocated: z.number(), used: z.number() }),
  sign_ups: z.array(signUpsSchema),
  health: z.array(healthSchema),
  recent_events: z.array(auditEventSchema),
});
export type Overview = z.output<typeof overviewSchema>;

const deadJobSchema = z.object({
  id: z.string(),
  kind: z.string(),
  tenant_slug: z.nullable(z.string()),
  attempts: z.number(),
  last_error: z.nullable(z.string()),
  finished_at: z.string(),
});
/** A job that failed for good. */
export type DeadJob = z.output<typeof deadJobSchema>;

export const jobQueueSchema = z.object({
  waiting: z.number(),
  overdue: z.number(),
  oldest_due_at: z.nullable(z.string()),
  /** How many have given up; `dead` has the newest of them. */
  dead_count: z.number(),
  dead: z.array(deadJobSchema),
});
export type JobQueue = z.output<typeof jobQueueSchema>;
