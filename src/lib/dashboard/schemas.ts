import { activitySchema } from '#lib/activities/schemas.ts';
import { appointmentStatusSchema } from '#lib/scheduling/calendar/schemas.ts';
import { taskSchema } from '#lib/tasks/schemas.ts';
import * as z from 'zod/mini';

/** Visits that were to begin, all but those cancelled in time; and those of them that came to nothing. */
const missed = { due: z.number(), no_shows: z.number(), late_cancels: z.number() };
const minutes = { open_minutes: z.number(), booked_minutes: z.number() };
const person = { id: z.string(), first_name: z.string(), last_name: z.string() };

/** What the dashboard function answers; days (YYYY-MM-DD) are the clinic's, oldest first, none left out. */
export const dashboardSchema = z.object({
  period: z.object({ days: z.number(), from: z.string(), to: z.string() }),
  clients: z.object({
    total: z.number(),
    archived: z.number(),
    added: z.number(),
    added_before: z.number(),
    by_day: z.array(z.object({ day: z.string(), added: z.number() })),
  }),
  tasks: z.object({
    open: z.number(),
    overdue: z.number(),
    due_today: z.number(),
    mine_open: z.number(),
    completed: z.number(),
    completed_before: z.number(),
    next: z.array(taskSchema),
  }),
  activity: z.object({
    by_day: z.array(z.object({ day: z.string(), count: z.number() })),
    recent: z.array(
      z.extend(activitySchema, {
        client: z.nullable(z.object(person)),
      }),
    ),
  }),
  files: z.object({ stored: z.number(), bytes: z.number(), added: z.number() }),
  birthdays: z.array(z.object({ ...person, day: z.string(), age: z.number() })),
  today: z.object({
    statuses: z.partialRecord(appointmentStatusSchema, z.number()),
    next: z.array(
      z.object({
        id: z.string(),
        starts_at: z.string(),
        ends_at: z.string(),
        status: appointmentStatusSchema,
        client: z.object(person),
        service: z.nullable(z.string()),
        provider: z.nullable(z.object({ id: z.string(), name: z.string(), colour: z.string() })),
      }),
    ),
  }),
  inbox: z.optional(z.object({ open: z.number(), unread: z.number(), unassigned: z.number() })),
  visits: z.object({
    ...missed,
    before: z.object(missed),
    by_day: z.array(z.object({ day: z.string(), ...missed })),
  }),
  utilisation: z.object({
    ...minutes,
    by_provider: z.array(z.object({ id: z.string(), name: z.string(), colour: z.string(), ...minutes })),
  }),
});
export type Dashboard = z.output<typeof dashboardSchema>;

/** How many days back the dashboard looks. */
export const PERIODS = ['7', '30', '90'] as const;
export type Period = (typeof PERIODS)[number];

/** The period an address asks for, or the usual one. */
export function toPeriod(value: string | null): Period {
  return PERIODS.find((period) => period === value) ?? '30';
}
