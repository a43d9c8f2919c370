import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { clientKeys } from './queries.ts';

const pinnedNoteSchema = z.object({ id: z.string(), body: z.string(), updated_at: z.string() });
export type PinnedNote = z.output<typeof pinnedNoteSchema>;

const nextTaskSchema = z.object({
  id: z.string(),
  title: z.string(),
  due_on: z.nullable(z.string()),
  priority: z.string(),
  assignee: z.nullable(z.object({ first_name: z.string(), last_name: z.string() })),
});
export type NextTask = z.output<typeof nextTaskSchema>;

const SHOWN_NOTES = 5;
const SHOWN_TASKS = 5;

/** What is pinned about a client, newest first. */
async function listPinnedNotes(tenantId: string, clientId: string): Promise<PinnedNote[]> {
  const answer = await supabase()
    .from('client_notes')
    .select('id, body, updated_at')
    .eq('tenant_id', tenantId)
    .eq('client_id', clientId)
    .is('deleted_at', null)
    .is('is_pinned', true)
    .order('created_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(SHOWN_NOTES);
  return parseAnswer(z.array(pinnedNoteSchema), unwrap(answer));
}

/** What is still to be done for a client, most pressing first. */
async function listNextTasks(tenantId: string, clientId: string): Promise<NextTask[]> {
  const answer = await supabase().rpc('list_tasks', {
    tenant_id: tenantId,
    client_id: clientId,
    page_size: SHOWN_TASKS,
  });
  return parseAnswer(z.object({ tasks: z.array(nextTaskSchema) }), unwrap(answer)).tasks;
}

export const pinnedNotesOptions = (tenantId: string, clientId: string) =>
  queryOptions({
    queryKey: [...clientKeys.one(tenantId, clientId), 'pinned-notes'],
    queryFn: () => listPinnedNotes(tenantId, clientId),
    staleTime: 0,
  });

export const nextTasksOptions = (tenantId: string, clientId: string) =>
  queryOptions({
    queryKey: [...clientKeys.one(tenantId, clientId), 'next-tasks'],
    queryFn: () => listNextTasks(tenantId, clientId),
    staleTime: 0,
  });
