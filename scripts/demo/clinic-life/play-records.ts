/** Notes, tasks and files of clients, each by the person who is said to have made it. */
import type { SupabaseClient } from '@supabase/supabase-js';
import { callRpc } from '../invited-people.ts';
import type { ClinicLife, LifeFile, LifeNote } from './clinic-life.ts';
import { addRows, readAll, type Stage, succeeded } from './stage.ts';

interface Note {
  id: string;
  client_id: string;
  body: string;
  revision: number;
}

/** Adds the notes in their first version and then edits them, so that the later ones have a history. */
export async function playNotes(stage: Stage, life: ClinicLife): Promise<void> {
  const bodies = await readNotes(stage);
  const missing = life.notes.filter((note) => !findNote(bodies, stage, note));
  for (const person of new Set(missing.map(({ by }) => by)))
    await addRows(
      stage.as(person),
      stage,
      'client_notes',
      missing
        .filter(({ by }) => by === person)
        .map(({ client, texts, isPinned = false }) => ({
          client_id: stage.clientId(client),
          body: texts[0],
          is_pinned: isPinned,
        })),
    );
  const known = await readNotes(stage);
  for (const note of life.notes) {
    const found = findNote(known, stage, note);
    if (found) await editNote(stage.as(note.by), stage, found, note.texts);
  }
  if (life.deletedNote) await playDeletedNote(stage, known, life.deletedNote);
}

function readNotes(stage: Stage): Promise<Note[]> {
  return readAll<Note>(stage, 'client_notes', 'id, client_id, body, revision');
}

function findNote(
  notes: Note[],
  stage: Stage,
  { client, texts }: Pick<LifeNote, 'client' | 'texts'>,
): Note | undefined {
  const clientId = stage.clientId(client);
  return notes.find(({ client_id, body }) => client_id === clientId && texts.includes(body));
}

async function editNote(
  session: SupabaseClient,
  { tenantId }: Stage,
  note: Note,
  texts: string[],
): Promise<void> {
  for (const body of texts.slice(texts.indexOf(note.body) + 1))
    succeeded(
      await session.from('client_notes').update({ body }).eq('tenant_id', tenantId).eq('id', note.id),
      'Editing a note',
    );
}

async function playDeletedNote(
  stage: Stage,
  known: Note[],
  { client, by, text }: NonNullable<ClinicLife['deletedNote']>,
): Promise<void> {
  const find = (notes: Note[]) => findNote(notes, stage, { client, texts: [text] });
  const session = stage.as(by);
  if (!find(known))
    await addRows(session, stage, 'client_notes', [{ client_id: stage.clientId(client), body: text }]);
  const note = find(known) ?? find(await readNotes(stage));
  if (note) await callRpc(session, 'delete_note', { tenant_id: stage.tenantId, note_id: note.id });
}

/** Adds the tasks whose title is missing. */
export async function playTasks(stage: Stage, { tasks }: ClinicLife): Promise<void> {
  const known = await readAll<{ title: string }>(stage, 'tasks', 'title');
  const missing = tasks.filter(({ title }) => !known.some((each) => each.title === title));
  for (const { by, client, assignee, dueIn, ...rest } of missing)
    await callRpc(stage.as(by), 'save_task', {
      tenant_id: stage.tenantId,
      task_id: null,
      fields: {
        ...rest,
        ...(client ? { client_id: stage.clientId(client) } : {}),
        ...(assignee ? { assignee_id: stage.userIdOf(assignee) } : {}),
        ...(dueIn === undefined ? {} : { due_on: dayFromToday(dueIn, stage.timeZone) }),
      },
    });
}

/** The day, as YYYY-MM-DD, so many days from today in the zone. */
function dayFromToday(days: number, timeZone: string): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

/** Uploads the files that are missing as the app does it: announced, sent to Storage, settled. */
export async function playFiles(stage: Stage, { files }: ClinicLife): Promise<void> {
  const known = await readAll<{ client_id: string; name: string; state: string }>(
    stage,
    'client_files',
    'client_id, name, state',
  );
  const missing = files.filter(
    ({ client, name }) =>
      !known.some(
        (each) =>
          each.client_id === stage.clientId(client) && each.name === name && each.state !== 'uploading',
      ),
  );
  await Promise.all(missing.map((file) => upload(stage, file)));
}

async function upload(stage: Stage, { client, by, name, content_type, content }: LifeFile): Promise<void> {
  const session = stage.as(by);
  const bytes = content();
  const { tenantId: tenant_id } = stage;
  const announced = await callRpc<{ file_id: string; object_name: string; bucket: string }>(
    session,
    'begin_upload',
    {
      tenant_id,
      client_id: stage.clientId(client),
      name,
      content_type,
      size: bytes.byteLength,
    },
  );
  succeeded(
    await session.storage
      .from(announced.bucket)
      .upload(announced.object_name, bytes, { contentType: content_type }),
    `Uploading ${name}`,
  );
  await callRpc(session, 'finish_upload', { tenant_id, file_id: announced.file_id });
}
