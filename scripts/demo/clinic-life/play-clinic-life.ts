/** Plays the everyday life of a demo clinic: each step looks at what is there and adds what is missing. */
import type { DemoClinic } from '../demo-clinics.ts';
import type { DemoState } from '../demo-state.ts';
import { callRpc, type DemoTarget } from '../invited-people.ts';
import type { ClinicLife } from './clinic-life.ts';
import { playCatalogue } from './play-catalogue.ts';
import { playSchedule } from './play-schedule.ts';
import { playVisits } from './play-visits.ts';
import { playReminders, playWaiting } from './play-waiting.ts';
import { playFiles, playNotes, playTasks } from './play-records.ts';
import { addRows, openStage, readAll, type Stage, withClients } from './stage.ts';

/**
 * @param tenantId the clinic, with its people and the clients of its list
 * @throws CommandFailure
 */
export async function playClinicLife(
  target: DemoTarget,
  state: DemoState,
  clinic: DemoClinic,
  tenantId: string,
  life: ClinicLife,
): Promise<void> {
  const empty = await openStage(target, state, clinic, tenantId);
  await playCountry(empty, life);
  const tagIds = await playTags(empty, life);
  await playImport(empty, life);
  const stage = await withClients(empty);
  await playTagging(stage, life, tagIds);
  await playIdentifiers(stage, life);
  await Promise.all([playCatalogue(stage, life), playNotes(stage, life), playViews(stage, life, tagIds)]);
  await Promise.all([playTasks(stage, life), playFiles(stage, life)]);
  await playMerge(stage, life);
  await callRpc(stage.owner, 'archive_clients', {
    tenant_id: tenantId,
    client_ids: life.archived.map(stage.clientId),
    archive: true,
  });
  await playSchedule(stage, life);
  await playVisits(stage, life);
  await Promise.all([playReminders(stage, life), playWaiting(stage, life)]);
}

async function playCountry({ owner, tenantId }: Stage, { country }: ClinicLife): Promise<void> {
  const settings = await callRpc<{ country?: string }>(owner, 'get_clinic_settings', { tenant_id: tenantId });
  if (settings.country !== country)
    await callRpc(owner, 'set_clinic_country', { tenant_id: tenantId, country });
}

type Ids = Map<string, string>;

async function playTags(stage: Stage, { tags }: ClinicLife): Promise<Ids> {
  const read = () => readAll<{ id: string; name: string }>(stage, 'tags', 'id, name');
  const known = new Set((await read()).map(({ name }) => name));
  const missing = Object.entries(tags).filter(([name]) => !known.has(name));
  await addRows(
    stage.owner,
    stage,
    'tags',
    missing.map(([name, colour]) => ({ name, colour })),
  );
  return new Map((await read()).map(({ id, name }) => [name, id]));
}

/** One file, in one slice: the demo's is shorter than the 250 rows that one may have. */
async function playImport(stage: Stage, life: ClinicLife): Promise<void> {
  if (!life.import) return;
  const { fileName, by, rows } = life.import;
  const imports = await readAll<{ id: string; file_name: string; status: string }>(
    stage,
    'client_imports',
    'id, file_name, status',
  );
  const known = imports.find((each) => each.file_name === fileName);
  if (known?.status === 'finished') return;
  const session = stage.as(by);
  const { tenantId: tenant_id } = stage;
  const mapping = {
    Prenume: 'first_name',
    Nume: 'last_name',
    'Data nașterii': 'date_of_birth',
    Telefon: 'phone',
  };
  const begun =
    known ??
    (await callRpc<{ id: string }>(session, 'begin_client_import', {
      tenant_id,
      file_name: fileName,
      row_count: rows.length,
      mapping,
    }));
  await callRpc(session, 'import_clients', {
    tenant_id,
    import_id: begun.id,
    rows: rows.map((row, index) => ({ row: index + 2, ...row })),
    // A family's phone belongs to all of them.
    options: { on_match: 'update', on_taken: 'share' },
  });
  await callRpc(session, 'finish_client_import', { tenant_id, import_id: begun.id, cancelled: false });
}

async function playTagging(stage: Stage, { tagged }: ClinicLife, tagIds: Ids): Promise<void> {
  const pairs = await readAll<{ client_id: string; tag_id: string }>(
    stage,
    'client_tags',
    'client_id, tag_id',
  );
  const known = new Set(pairs.map(({ client_id, tag_id }) => `${client_id} ${tag_id}`));
  const wanted = Object.entries(tagged).flatMap(([tag, names]) =>
    names.map((name) => ({ client_id: stage.clientId(name), tag_id: idOf(tagIds, tag) })),
  );
  await addRows(
    stage.owner,
    stage,
    'client_tags',
    wanted.filter(({ client_id, tag_id }) => !known.has(`${client_id} ${tag_id}`)),
  );
}

function idOf(ids: Ids, name: string): string {
  const id = ids.get(name);
  if (!id) throw new Error(`The demo has no tag ${name}.`);
  return id;
}

async function playIdentifiers(stage: Stage, { identifiers }: ClinicLife): Promise<void> {
  const known = await readAll<{ raw: string }>(stage, 'client_identifiers', 'raw');
  const missing = identifiers.filter(({ raw }) => !known.some((each) => each.raw === raw));
  await addRows(
    stage.owner,
    stage,
    'client_identifiers',
    missing.map(({ client, ...rest }) => ({ client_id: stage.clientId(client), ...rest })),
  );
}

async function playMerge(stage: Stage, { merge }: ClinicLife): Promise<void> {
  if (!merge) return;
  const clients = await readAll<{ id: string; email: string | null; merged_into: string | null }>(
    stage,
    'clients',
    'id, email, merged_into',
  );
  const keepId = stage.clientId(merge.keep);
  const twin = clients.find(
    ({ id, email, merged_into }) => id !== keepId && email === merge.mergeEmail && !merged_into,
  );
  if (!twin) return;
  await callRpc(stage.owner, 'merge_clients', {
    tenant_id: stage.tenantId,
    keep_id: keepId,
    merge_id: twin.id,
    picks: { first_name: 'keep', last_name: 'keep', email: 'keep' },
    seen: {},
  });
}

async function playViews(stage: Stage, { views }: ClinicLife, tagIds: Ids): Promise<void> {
  const known = await readAll<{ name: string }>(stage, 'saved_views', 'id, name');
  const missing = views.filter(({ name }) => !known.some((each) => each.name === name));
  await addRows(
    stage.owner,
    stage,
    'saved_views',
    missing.map(({ name, filter, sort }) => ({
      page: 'clients',
      name,
      filter: {
        search: '',
        filter: filter.tags ? { ...filter, tags: filter.tags.map((tag) => idOf(tagIds, tag)) } : filter,
        sort,
      },
    })),
  );
}
