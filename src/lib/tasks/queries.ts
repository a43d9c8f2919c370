import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import type { TaskValues } from './form.ts';
import {
  taskCountsSchema,
  taskPageSchema,
  taskSchema,
  type Task,
  type TaskCounts,
  type TaskPage,
  type TaskStatus,
} from './schemas.ts';

const TASKS_PER_PAGE = 50;

/** Everything that decides which tasks are listed. Done ones have their own list, newest first. */
export type TaskQuestion = {
  scope: 'mine' | 'all' | 'overdue' | 'today' | 'done';
  search?: string;
  assigneeId?: string;
  clientId?: string;
};

/** Cache keys of this domain, under the clinic they belong to. */
export const taskKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'tasks'] as const,
  list: (tenantId: string, question: TaskQuestion) =>
    ['tenant', tenantId, 'tasks', 'list', question] as const,
  counts: (tenantId: string) => ['tenant', tenantId, 'tasks', 'counts'] as const,
};

/** One page of a clinic's tasks, after `after`. */
export async function listTasks(input: {
  tenantId: string;
  question: TaskQuestion;
  after?: TaskPage['next'];
  signal?: AbortSignal;
}): Promise<TaskPage> {
  const { scope, search, assigneeId, clientId } = input.question;
  const asked = supabase().rpc('list_tasks', {
    tenant_id: input.tenantId,
    scope,
    search: search || undefined,
    assignee_id: assigneeId || undefined,
    client_id: clientId || undefined,
    after: input.after ?? undefined,
    page_size: TASKS_PER_PAGE,
  });
  return parseAnswer(taskPageSchema, unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)));
}

/** How many tasks are still to be done: mine, overdue, due today, all. */
export async function countTasks(tenantId: string): Promise<TaskCounts> {
  return parseAnswer(taskCountsSchema, unwrap(await supabase().rpc('task_counts', { tenant_id: tenantId })));
}

/**
 * Adds a task, or changes those fields of the one with this id that are given. `seenRevision` makes the server refuse
 * (changed_meanwhile) when somebody else has saved since.
 */
export async function writeTask(input: {
  tenantId: string;
  taskId: string | null;
  values: Partial<TaskValues>;
  seenRevision: number | null;
}): Promise<Task> {
  const answer = await supabase().rpc('save_task', {
    tenant_id: input.tenantId,
    // The generated types know no null; the function does.
    task_id: input.taskId as string,
    fields: input.values,
    seen_revision: input.seenRevision ?? undefined,
  });
  return parseAnswer(taskSchema, unwrap(answer));
}

/** Brings a task into a status; twice is once. */
export async function setTaskStatus(input: {
  tenantId: string;
  taskId: string;
  status: TaskStatus;
}): Promise<Task> {
  const answer = await supabase().rpc('set_task_status', {
    tenant_id: input.tenantId,
    task_id: input.taskId,
    status: input.status,
  });
  return parseAnswer(taskSchema, unwrap(answer));
}

/** Deletes a task for good. */
export async function deleteTask(input: { tenantId: string; taskId: string }): Promise<void> {
  unwrap(await supabase().rpc('delete_task', { tenant_id: input.tenantId, task_id: input.taskId }));
}

/** A task as it is now. */
export async function readTask(input: { tenantId: string; taskId: string }): Promise<Task> {
  return writeTask({ ...input, values: {}, seenRevision: null });
}

export const taskListOptions = (tenantId: string, question: TaskQuestion) =>
  infiniteQueryOptions({
    queryKey: taskKeys.list(tenantId, question),
    queryFn: ({ pageParam, signal }) => listTasks({ tenantId, question, after: pageParam, signal }),
    initialPageParam: null as TaskPage['next'],
    getNextPageParam: (page) => page.next,
  });

export const taskCountOptions = (tenantId: string) =>
  queryOptions({ queryKey: taskKeys.counts(tenantId), queryFn: () => countTasks(tenantId) });
