import { m } from '#lib/paraglide/messages.js';
import { getLocale } from '#lib/paraglide/runtime.js';
import type { CataloguePart, ResourceKind, Service, ServiceStep } from './schemas.ts';

const KINDS: Record<ResourceKind, () => string> = {
  chair: m.catalogue_kind_chair,
  room: m.catalogue_kind_room,
  equipment: m.catalogue_kind_equipment,
};
export const stepKindLabel = (kind: ServiceStep['kind']): string =>
  kind === 'provider' ? m.catalogue_kind_provider() : KINDS[kind]();
export const resourceKindLabel = (kind: ResourceKind): string => KINDS[kind]();

/** What each part of the catalogue says of itself. */
export const PART_TEXTS: Record<
  CataloguePart,
  { heading: () => string; add: () => string; emptyTitle: () => string; emptyText: () => string }
> = {
  services: {
    heading: m.catalogue_services,
    add: m.catalogue_add_service,
    emptyTitle: m.catalogue_empty_services_title,
    emptyText: m.catalogue_empty_services_text,
  },
  providers: {
    heading: m.catalogue_providers,
    add: m.catalogue_add_provider,
    emptyTitle: m.catalogue_empty_providers_title,
    emptyText: m.catalogue_empty_providers_text,
  },
  resources: {
    heading: m.catalogue_resources,
    add: m.catalogue_add_resource,
    emptyTitle: m.catalogue_empty_resources_title,
    emptyText: m.catalogue_empty_resources_text,
  },
};

/** A service's price as people read it, null when it is not fixed. */
export function priceLabel(
  { price, currency }: Pick<Service, 'price' | 'currency'>,
  locale: string = getLocale(),
): string | null {
  if (price === null) return null;
  return new Intl.NumberFormat(locale, { style: 'currency', currency }).format(price);
}
