import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { toServiceValues, type ProviderForm, type ResourceForm, type ServiceForm } from './form.ts';
import {
  affectedByCatalogue,
  saveProvider,
  saveResource,
  saveService,
  saveSteps,
  setArchived,
} from './queries.ts';
import type { CatalogueEntry, CataloguePart, Service, ServiceStep } from './schemas.ts';

/** What those with the permission can do with a clinic's catalogue. Saving throws what went wrong. */
export function catalogueActions(queries: QueryClient, tenantId: string) {
  const affected = affectedByCatalogue(tenantId);
  const save = async (name: string, write: () => Promise<void>): Promise<void> => {
    await perform(queries, affected, write);
    confirmDone(m.catalogue_saved({ name }));
  };

  const archive = async (part: CataloguePart, entry: CatalogueEntry, isArchived: boolean): Promise<void> => {
    const { id, name } = entry;
    try {
      await perform(queries, affected, () => setArchived({ tenantId, part, id, isArchived }));
      confirmDone(
        isArchived ? m.catalogue_archived({ name }) : m.catalogue_restored({ name }),
        () => void archive(part, entry, !isArchived),
      );
    } catch (error) {
      handleError(error, { retry: () => void archive(part, entry, isArchived) });
    }
  };

  return {
    /** Takes an entry out of use or back into it, and offers to undo that. */
    archive,
    saveSteps: ({ id, name }: Service, steps: ServiceStep[]) =>
      save(name, () => saveSteps(tenantId, id, steps)),
    saveProvider: (values: ProviderForm, id: string | null, seenUpdatedAt: string | null) =>
      save(values.name, () => saveProvider({ tenantId, id, values, seenUpdatedAt })),
    saveResource: (values: ResourceForm, id: string | null, seenUpdatedAt: string | null) =>
      save(values.name, () => saveResource({ tenantId, id, values, seenUpdatedAt })),
    saveService: (form: ServiceForm, id: string | null, seenUpdatedAt: string | null) =>
      save(form.name, () =>
        saveService({
          tenantId,
          id,
          values: toServiceValues(form),
          providerIds: form.provider_ids,
          resourceIds: form.resource_ids,
          seenUpdatedAt,
        }),
      ),
  };
}

export type CatalogueActions = ReturnType<typeof catalogueActions>;
