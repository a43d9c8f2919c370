import { addDays } from '#lib/days.ts';
import { formatCalendarDay, formatRelative } from '#lib/dates.ts';
import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Priority, Task, TaskStatus } from './schemas.ts';

const PRIORITY_LABELS: Record<Priority, () => string> = {
  low: m.task_priority_low,
  normal: m.task_priority_normal,
  high: m.task_priority_high,
};
export const priorityLabel = (priority: Priority): string => PRIORITY_LABELS[priority]();

const STATUS_LABELS: Record<TaskStatus, () => string> = {
  open: m.task_status_open,
  in_progress: m.task_status_in_progress,
  done: m.task_status_done,
};
export const taskStatusLabel = (status: TaskStatus): string => STATUS_LABELS[status]();

/** When a task is due or was done, seen from `today` (YYYY-MM-DD, the clinic's); null where there is no day. */
export function dueLabel(task: Task, today: string): { text: string; variant: BadgeVariant } | null {
  if (task.completed_at)
    return { text: m.task_done_when({ when: formatRelative(task.completed_at) }), variant: 'success' };
  if (!task.due_on) return null;
  if (task.due_on < today)
    return { text: m.task_overdue_since({ day: formatCalendarDay(task.due_on) }), variant: 'destructive' };
  if (task.due_on === today) return { text: m.task_due_today(), variant: 'warning' };
  if (task.due_on === addDays(today, 1)) return { text: m.task_due_tomorrow(), variant: 'neutral' };
  return { text: formatCalendarDay(task.due_on), variant: 'neutral' };
}
