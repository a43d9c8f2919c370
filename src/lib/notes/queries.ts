import { supabase } from '#lib/supabase/browser.ts';
import { AppError } from '#lib/supabase/errors.ts';
import { parseAnswer, unwrap } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import { noteRevisionSchema, noteSchema, type Note, type NoteRevision } from './schemas.ts';

const NOTES_PER_PAGE = 100;
const COLUMNS = 'id, client_id, body, is_pinned, revision, created_at, created_by, updated_at, updated_by';

/** Cache keys of this domain, under the clinic and the client they belong to. */
export const noteKeys = {
  list: (tenantId: string, clientId: string) => ['tenant', tenantId, 'notes', clientId] as const,
  history: (tenantId: string, noteId: string, revision: number) =>
    ['tenant', tenantId, 'note-history', noteId, revision] as const,
};

/** A client's notes, pinned ones first, then the newest; from place `start` in that order. */
export async function listNotes(input: {
  tenantId: string;
  clientId: string;
  start?: number;
}): Promise<Note[]> {
  const { tenantId, clientId, start = 0 } = input;
  const answer = await supabase()
    .from('client_notes')
    .select(COLUMNS)
    .eq('tenant_id', tenantId)
    .eq('client_id', clientId)
    .is('deleted_at', null)
    .order('is_pinned', { ascending: false })
    .order('created_at', { ascending: false })
    .order('id', { ascending: false })
    .range(start, start + NOTES_PER_PAGE - 1);
  return parseAnswer(z.array(noteSchema), unwrap(answer));
}

/** One note as it is now. Throws note_deleted when it has been taken off the list. */
export async function readNote(input: { tenantId: string; noteId: string }): Promise<Note> {
  const answer = await supabase()
    .from('client_notes')
    .select(COLUMNS)
    .eq('tenant_id', input.tenantId)
    .eq('id', input.noteId)
    .is('deleted_at', null);
  const [note] = parseAnswer(z.array(noteSchema), unwrap(answer));
  if (!note) throw new AppError('note_deleted', 409);
  return note;
}

/** Writes a new note. */
export async function addNote(input: {
  tenantId: string;
  clientId: string;
  body: string;
  isPinned: boolean;
}): Promise<Note> {
  const answer = await supabase()
    .from('client_notes')
    .insert({
      tenant_id: input.tenantId,
      client_id: input.clientId,
      body: input.body,
      is_pinned: input.isPinned,
    })
    .select(COLUMNS)
    .single();
  return parseAnswer(noteSchema, unwrap(answer));
}

/** Replaces the text of the version that was read; throws changed_meanwhile when there is a newer one. */
export async function editNote(input: {
  tenantId: string;
  noteId: string;
  revision: number;
  body: string;
}): Promise<Note> {
  const answer = await supabase()
    .from('client_notes')
    .update({ body: input.body })
    .eq('tenant_id', input.tenantId)
    .eq('id', input.noteId)
    .eq('revision', input.revision)
    .select(COLUMNS);
  const [note] = parseAnswer(z.array(noteSchema), unwrap(answer));
  if (!note) throw new AppError('changed_meanwhile', 409);
  return note;
}

/** Pins a note to the top of the list, or lets it go. */
export async function pinNote(input: { tenantId: string; noteId: string; isPinned: boolean }): Promise<void> {
  const answer = await supabase()
    .from('client_notes')
    .update({ is_pinned: input.isPinned })
    .eq('tenant_id', input.tenantId)
    .eq('id', input.noteId)
    .select('id');
  if (unwrap(answer).length === 0) throw new AppError('note_not_found', 404);
}

/** Takes a note off the list; it can be brought back. */
export async function deleteNote(input: { tenantId: string; noteId: string }): Promise<void> {
  unwrap(await supabase().rpc('delete_note', { tenant_id: input.tenantId, note_id: input.noteId }));
}

/** Brings a deleted note back. */
export async function restoreNote(input: { tenantId: string; noteId: string }): Promise<void> {
  unwrap(await supabase().rpc('restore_note', { tenant_id: input.tenantId, note_id: input.noteId }));
}

/** The earlier versions of a note, newest first. */
export async function listNoteRevisions(input: {
  tenantId: string;
  noteId: string;
}): Promise<NoteRevision[]> {
  const answer = await supabase()
    .from('client_note_revisions')
    .select('id, revision, body, edited_at, edited_by')
    .eq('tenant_id', input.tenantId)
    .eq('note_id', input.noteId)
    .order('revision', { ascending: false })
    .limit(200);
  return parseAnswer(z.array(noteRevisionSchema), unwrap(answer));
}

export const noteListOptions = (tenantId: string, clientId: string) =>
  infiniteQueryOptions({
    queryKey: noteKeys.list(tenantId, clientId),
    queryFn: ({ pageParam }) => listNotes({ tenantId, clientId, start: pageParam }),
    initialPageParam: 0,
    getNextPageParam: (page, _, start) => (page.length < NOTES_PER_PAGE ? null : start + NOTES_PER_PAGE),
  });

export const noteHistoryOptions = (tenantId: string, note: Note) =>
  queryOptions({
    queryKey: noteKeys.history(tenantId, note.id, note.revision),
    queryFn: () => listNoteRevisions({ tenantId, noteId: note.id }),
  });
