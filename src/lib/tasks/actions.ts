import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import type { TaskValues } from './form.ts';
import { taskStatusLabel } from './labels.ts';
import { deleteTask, setTaskStatus, taskKeys, writeTask } from './queries.ts';
import type { Task, TaskStatus } from './schemas.ts';

/** What can be done with a clinic's tasks, from lists, the board and the pages of clients alike. */
export function taskActions(queries: QueryClient, tenantId: string) {
  // A client's row shows how many tasks are open, and the timeline what became of them.
  const affected = [taskKeys.all(tenantId), clientKeys.all(tenantId)];

  const write = (task: Task, status: TaskStatus) =>
    perform(queries, affected, () => setTaskStatus({ tenantId, taskId: task.id, status }));

  const moveBack = async (task: Task): Promise<void> => {
    try {
      await write(task, task.status);
    } catch (error) {
      handleError(error, { retry: () => void moveBack(task) });
    }
  };

  /** Brings a task into a status and offers to undo it; true when that worked. */
  const move = async (task: Task, status: TaskStatus): Promise<boolean> => {
    if (task.status === status) return true;
    try {
      await write(task, status);
    } catch (error) {
      handleError(error, { retry: () => void move(task, status) });
      return false;
    }
    const { title } = task;
    confirmDone(
      status === 'done'
        ? m.task_completed({ title })
        : m.task_moved({ title, status: taskStatusLabel(status) }),
      () => void moveBack(task),
    );
    return true;
  };

  return {
    move,

    /** Completes a task, or takes up again one that is done. */
    toggle: (task: Task): Promise<boolean> => move(task, task.status === 'done' ? 'open' : 'done'),

    /** Adds a task. Throws what went wrong. */
    add: async (values: Partial<TaskValues>): Promise<Task> => {
      const task = await perform(queries, affected, () =>
        writeTask({ tenantId, taskId: null, values, seenRevision: null }),
      );
      confirmDone(m.task_added({ title: task.title }));
      return task;
    },

    /** Changes a task; without `seenRevision` over whatever is there now. Throws what went wrong. */
    change: async (task: Task, values: Partial<TaskValues>, seenRevision: number | null): Promise<void> => {
      const { title } = await perform(queries, affected, () =>
        writeTask({ tenantId, taskId: task.id, values, seenRevision }),
      );
      confirmDone(m.task_saved({ title }));
    },

    /** Deletes a task for good; true when that worked. */
    remove: async (task: Task): Promise<boolean> => {
      try {
        await perform(queries, affected, () => deleteTask({ tenantId, taskId: task.id }));
        confirmDone(m.task_was_deleted());
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },
  };
}

export type TaskActions = ReturnType<typeof taskActions>;
