import * as z from 'zod/mini';

/** Shapes of what the task functions answer. Timestamps are ISO strings, days YYYY-MM-DD. */

export const prioritySchema = z.enum(['low', 'normal', 'high']);
export type Priority = z.output<typeof prioritySchema>;
export const PRIORITIES = prioritySchema.options;

export const taskStatusSchema = z.enum(['open', 'in_progress', 'done']);
export type TaskStatus = z.output<typeof taskStatusSchema>;
export const TASK_STATUSES = taskStatusSchema.options;

const name = { first_name: z.string(), last_name: z.string() };

export const taskSchema = z.object({
  id: z.string(),
  title: z.string(),
  details: z.string(),
  /** The day by which it should be done, in the clinic's zone. */
  due_on: z.nullable(z.string()),
  priority: prioritySchema,
  status: taskStatusSchema,
  completed_at: z.nullable(z.string()),
  /** Counts the changes, so that two people who edit at once notice each other. */
  revision: z.number(),
  created_at: z.string(),
  client: z.nullable(z.object({ id: z.string(), ...name })),
  assignee: z.nullable(z.object({ user_id: z.string(), ...name })),
});
/** Something that somebody at the clinic has to do. */
export type Task = z.output<typeof taskSchema>;

export const taskPageSchema = z.object({
  tasks: z.array(taskSchema),
  /** Where the next page begins; its content is the server's own matter. */
  next: z.nullable(z.json()),
});
export type TaskPage = z.output<typeof taskPageSchema>;

export const taskCountsSchema = z.object({
  mine: z.number(),
  overdue: z.number(),
  today: z.number(),
  open: z.number(),
});
export type TaskCounts = z.output<typeof taskCountsSchema>;
