import { callRpc } from '../invited-people.ts';
import type { ClinicLife } from './clinic-life.ts';
import { addRows, readAll, type Stage } from './stage.ts';

interface Named {
  id: string;
  name: string;
}

/** Adds the providers, resources and services that are missing, by name, as the clinic's owner. */
export async function playCatalogue(stage: Stage, life: ClinicLife): Promise<void> {
  const providers = life.providers.map(({ member, ...provider }, sort) => ({
    ...provider,
    sort,
    ...(member ? { member_id: stage.userIdOf(member) } : {}),
  }));
  const [providerIds, resourceIds, services] = await Promise.all([
    ensureNamed(stage, 'providers', providers),
    ensureNamed(stage, 'resources', life.resources),
    readNamed(stage, 'services'),
  ]);
  const missing = life.services.filter(({ name }) => !services.has(name));
  await Promise.all(
    missing.map(({ providers: who, resources: what, ...fields }) =>
      callRpc(stage.owner, 'save_service', {
        tenant_id: stage.tenantId,
        service_id: null,
        fields: { ...fields, currency: life.currency },
        provider_ids: who.map((name) => providerIds.get(name)),
        resource_ids: what.map((name) => resourceIds.get(name)),
      }),
    ),
  );
}

async function ensureNamed(
  stage: Stage,
  table: 'providers' | 'resources',
  rows: { name: string }[],
): Promise<Map<string, string>> {
  const known = await readNamed(stage, table);
  const missing = rows.filter(({ name }) => !known.has(name));
  if (missing.length === 0) return known;
  await addRows(stage.owner, stage, table, missing);
  return readNamed(stage, table);
}

async function readNamed(stage: Stage, table: string): Promise<Map<string, string>> {
  const rows = await readAll<Named>(stage, table, 'id, name');
  return new Map(rows.map(({ id, name }) => [name, id]));
}
