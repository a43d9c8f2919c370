import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { addNote, deleteNote, editNote, noteKeys, pinNote, restoreNote } from './queries.ts';
import type { Note } from './schemas.ts';

/** What can be done with a client's notes. Those that throw leave it to the form to show what went wrong. */
export function noteActions(queries: QueryClient, tenantId: string, clientId: string) {
  // The client's timeline and last activity follow every note.
  const affected = [noteKeys.list(tenantId, clientId), clientKeys.all(tenantId)];
  const change = <T>(act: () => Promise<T>): Promise<T> => perform(queries, affected, act);

  const restore = (note: Note): Promise<void> =>
    attempt(async () => {
      await change(() => restoreNote({ tenantId, noteId: note.id }));
      confirmDone(m.note_was_restored());
    });

  return {
    /** Adds a note. Throws what went wrong. */
    add: async (body: string, isPinned: boolean): Promise<void> => {
      await change(() => addNote({ tenantId, clientId, body, isPinned }));
      confirmDone(m.note_added());
    },

    /** Replaces the text of the version `revision`. Throws changed_meanwhile and whatever else went wrong. */
    edit: async (note: Note, body: string, revision: number): Promise<void> => {
      await change(() => editNote({ tenantId, noteId: note.id, revision, body }));
      confirmDone(m.note_saved());
    },

    setPinned: (note: Note, isPinned: boolean): Promise<void> =>
      attempt(() => change(() => pinNote({ tenantId, noteId: note.id, isPinned }))),

    /** Takes a note off the list and offers to bring it back. */
    remove: (note: Note): Promise<void> =>
      attempt(async () => {
        await change(() => deleteNote({ tenantId, noteId: note.id }));
        confirmDone(m.note_was_deleted(), () => void restore(note));
      }),
  };
}

export type NoteActions = ReturnType<typeof noteActions>;

async function attempt(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    handleError(error, { retry: () => void attempt(act) });
  }
}
