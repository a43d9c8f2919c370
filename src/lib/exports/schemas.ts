import * as z from 'zod/mini';

/** Shapes of what the export RPCs answer. Timestamps are ISO strings, days YYYY-MM-DD. */

export const exportStartSchema = z.object({
  started_at: z.string(),
  clinic_name: z.string(),
  clinic_slug: z.string(),
  time_zone: z.string(),
});
export type ExportStart = z.output<typeof exportStartSchema>;

const person = z.nullable(z.string());

export const clientRecordSchema = z.looseObject({
  exported_at: z.string(),
  client: z.looseObject({ first_name: z.string(), last_name: z.string(), email: z.nullable(z.string()) }),
  appointments: z.array(
    z.looseObject({
      starts_at: z.string(),
      ends_at: z.string(),
      status: z.string(),
      status_changed_at: z.string(),
      cancelled_by: person,
      is_late_cancel: z.boolean(),
      status_reason: z.nullable(z.string()),
      service: z.nullable(z.string()),
      provider: z.nullable(z.string()),
      note: z.string(),
      created_at: z.string(),
      created_by: person,
    }),
  ),
  notes: z.array(
    z.looseObject({
      body: z.string(),
      is_pinned: z.boolean(),
      revision: z.number(),
      created_at: z.string(),
      created_by: person,
      updated_at: z.string(),
      deleted_at: z.nullable(z.string()),
    }),
  ),
  tasks: z.array(
    z.looseObject({
      title: z.string(),
      details: z.string(),
      due_on: z.nullable(z.string()),
      priority: z.string(),
      status: z.string(),
      assignee_id: person,
      created_at: z.string(),
      completed_at: z.nullable(z.string()),
    }),
  ),
  files: z.array(
    z.looseObject({
      id: z.string(),
      name: z.string(),
      size: z.number(),
      state: z.string(),
      created_at: z.string(),
    }),
  ),
  activities: z.array(
    z.looseObject({
      occurred_at: z.string(),
      kind: z.string(),
      actor_id: person,
      subject_type: z.string(),
      summary: z.string(),
    }),
  ),
  /** Names of the people whose ids occur. */
  people: z.record(z.string(), z.string()),
});
/** Everything about one client; fields that later versions add are kept. */
export type ClientRecord = z.output<typeof clientRecordSchema>;
