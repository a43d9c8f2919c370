import { toCsvFile, toCsvLines } from '#lib/csv.ts';
import { displayName } from '#lib/people.ts';
import { errorMessage } from '#lib/supabase/errors.ts';
import { safeFileName, uniqueFileNames } from './file-names.ts';
import type { ClientRecord, ExportStart } from './schemas.ts';

export type Archive = { content: Blob; name: string; missing: string[] };

/**
 * A client's record as a zip: README.txt, client.json, timeline.csv, appointments.csv, notes.csv, tasks.csv and the files. A file that cannot
 * be read is named in README.txt and does not stop the rest. `onProgress` hears how many files are done of how many.
 */
export async function packRecord(input: {
  start: ExportStart;
  record: ClientRecord;
  readFile: (fileId: string) => Promise<Blob>;
  onProgress: (done: number, total: number) => void;
  signal: AbortSignal;
}): Promise<Archive> {
  const { start, record, readFile, onProgress, signal } = input;
  const { Zip, ZipDeflate, ZipPassThrough } = await import('fflate');
  const parts: BlobPart[] = [];
  let failure: Error | undefined;
  const zip = new Zip((error, chunk) => {
    if (error) failure = error;
    else parts.push(new Blob([chunk as Uint8Array<ArrayBuffer>]));
  });
  const add = async (name: string, content: Blob, isPacked = false) => {
    // Pictures and the like are packed already.
    const entry = isPacked ? new ZipPassThrough(name) : new ZipDeflate(name, { level: 6 });
    zip.add(entry);
    entry.push(new Uint8Array(await content.arrayBuffer()), true);
    if (failure) throw failure;
  };
  const text = (content: string) => new Blob([content]);

  await add('client.json', text(JSON.stringify(record, null, 2)));
  for (const [name, rows] of Object.entries(tables(record)))
    await add(name, toCsvFile([await toCsvLines(rows)]));

  const files = record.files.filter(({ state }) => state === 'stored');
  const names = uniqueFileNames(files.map(({ name }) => name));
  const missing = record.files
    .filter(({ state }) => state === 'missing')
    .map(({ name }) => `${name}: the content is missing.`);
  onProgress(0, files.length);
  for (const [index, file] of files.entries()) {
    signal.throwIfAborted();
    try {
      await add(`files/${names[index]}`, await readFile(file.id), true);
    } catch (error) {
      if (failure) throw failure;
      missing.push(`${file.name}: ${errorMessage(error)}`);
    }
    onProgress(index + 1, files.length);
  }
  signal.throwIfAborted();
  await add('README.txt', text(readme(start, record, missing)));
  zip.end();
  if (failure) throw failure;
  const name = safeFileName(`${displayName(record.client)} ${start.started_at.slice(0, 10)}.zip`);
  return { content: new Blob(parts, { type: 'application/zip' }), name, missing };
}

function tables({
  appointments,
  notes,
  tasks,
  activities,
  people,
}: ClientRecord): Record<string, string[][]> {
  const name = (id: string | null) => (id ? (people[id] ?? id) : '');
  return {
    'timeline.csv': [
      ['time', 'what', 'who', 'about', 'summary'],
      ...activities.map((each) => [
        ...[each.occurred_at, each.kind, name(each.actor_id)],
        ...[each.subject_type, each.summary],
      ]),
    ],
    'appointments.csv': [
      [
        'starts',
        'ends',
        'status',
        'since',
        'cancelled by',
        'cancelled late',
        'reason',
        'service',
        'provider',
        'note',
        'booked',
        'by',
      ],
      ...appointments.map((visit) => [
        ...[visit.starts_at, visit.ends_at, visit.status, visit.status_changed_at, visit.cancelled_by ?? ''],
        ...[
          String(visit.is_late_cancel),
          visit.status_reason ?? '',
          visit.service ?? '',
          visit.provider ?? '',
        ],
        ...[visit.note, visit.created_at, name(visit.created_by)],
      ]),
    ],
    'notes.csv': [
      ['written', 'by', 'changed', 'pinned', 'deleted', 'text'],
      ...notes.map((note) => [
        ...[note.created_at, name(note.created_by), note.revision > 1 ? note.updated_at : ''],
        ...[String(note.is_pinned), note.deleted_at ?? '', note.body],
      ]),
    ],
    'tasks.csv': [
      ['title', 'details', 'due', 'priority', 'status', 'assignee', 'created', 'completed'],
      ...tasks.map((task) => [
        ...[task.title, task.details, task.due_on ?? '', task.priority, task.status],
        ...[name(task.assignee_id), task.created_at, task.completed_at ?? ''],
      ]),
    ],
  };
}

// In English whatever the language of the page: it explains names of columns that are English too.
function readme(start: ExportStart, record: ClientRecord, missing: string[]): string {
  return [
    `Record of ${displayName(record.client)}`,
    `Exported from ${start.clinic_name} (Chairside) at ${record.exported_at}. Times are in UTC unless they say otherwise.`,
    '',
    'client.json      everything, for programs: details, addresses and numbers, appointments, repeating visits, waiting list with offers, reminders, notes with earlier versions, tasks, files, timeline',
    'timeline.csv     what happened, oldest first',
    'appointments.csv visits, oldest first',
    'notes.csv        notes as they are now',
    'tasks.csv        tasks',
    'files/           the files',
    '',
    ...(missing.length > 0 ? ['Not in this archive:', ...missing.map((line) => `- ${line}`), ''] : []),
  ].join('\r\n');
}
