import { isDay } from '#lib/days.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { requiredText } from '#lib/forms/fields.ts';
import { prioritySchema, taskStatusSchema, type Task } from './schemas.ts';

/** The fields of a task as the form holds them: the empty text stands for "none". */
export const taskFormSchema = z.object({
  title: requiredText(200, () => m.task_title_required()),
  details: z.string().check(z.maxLength(5000, { error: () => m.field_too_long({ max: 5000 }) })),
  due_on: z
    .string()
    .check(z.refine((day) => day === '' || isDay(day), { error: () => m.error_due_on_invalid() })),
  priority: prioritySchema,
  status: taskStatusSchema,
  assignee_id: z.string(),
  client_id: z.string(),
});
export type TaskForm = z.output<typeof taskFormSchema>;

/** The same as `save_task` understands it. */
export type TaskValues = {
  title: string;
  details: string;
  due_on: string | null;
  priority: Task['priority'];
  status: Task['status'];
  assignee_id: string | null;
  client_id: string | null;
};

export const toTaskForm = (task: Task): TaskForm => ({
  title: task.title,
  details: task.details,
  due_on: task.due_on ?? '',
  priority: task.priority,
  status: task.status,
  assignee_id: task.assignee?.user_id ?? '',
  client_id: task.client?.id ?? '',
});

export const EMPTY_TASK: TaskForm = {
  title: '',
  details: '',
  due_on: '',
  priority: 'normal',
  status: 'open',
  assignee_id: '',
  client_id: '',
};

/**
 * What has been changed in the form, so that a field nobody touched is never written back: who edits the title does not
 * undo what somebody else has done to the assignee.
 */
export function changedValues(form: TaskForm, from: TaskForm): Partial<TaskValues> {
  const values: TaskValues = {
    ...form,
    due_on: form.due_on || null,
    assignee_id: form.assignee_id || null,
    client_id: form.client_id || null,
  };
  return Object.fromEntries(
    Object.entries(values).filter(
      ([field]) => form[field as keyof TaskForm] !== from[field as keyof TaskForm],
    ),
  );
}
