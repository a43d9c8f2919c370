import { requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';
import { resourceKindSchema, type Provider, type Resource, type Service } from './schemas.ts';

/** Most and least minutes; the database knows the same. */
const DURATION = { min: 5, max: 720 };
const BUFFER = { min: 0, max: 120 };

const name = requiredText(120, () => m.catalogue_name_missing());

export const providerFormSchema = z.object({
  name,
  title: z.string().check(z.trim(), z.maxLength(60, { error: () => m.field_too_long({ max: 60 }) })),
  colour: z.string(),
  /** The id of the member, empty for none. */
  member_id: z.string(),
});
export type ProviderForm = z.output<typeof providerFormSchema>;

export const resourceFormSchema = z.object({ name, kind: resourceKindSchema, colour: z.string() });
export type ResourceForm = z.output<typeof resourceFormSchema>;

/** Minutes as they are typed. */
const minutes = (bounds: { min: number; max: number }) =>
  z.string().check(
    z.trim(),
    z.refine((text) => /^\d{1,4}$/.test(text) && Number(text) >= bounds.min && Number(text) <= bounds.max, {
      error: () => m.catalogue_duration_invalid(bounds),
    }),
  );

export const serviceFormSchema = z.object({
  name,
  duration_minutes: minutes(DURATION),
  buffer_before_minutes: minutes(BUFFER),
  buffer_after_minutes: minutes(BUFFER),
  /** As it is typed, with a comma or a point; empty when it is not fixed. */
  price: z.string().check(
    z.trim(),
    z.refine((text) => text === '' || readPrice(text) !== null, { error: () => m.catalogue_price_invalid() }),
  ),
  currency: z
    .string()
    .check(z.trim(), z.toUpperCase(), z.regex(/^[A-Z]{3}$/, { error: () => m.error_currency_invalid() })),
  colour: z.string(),
  provider_ids: z.array(z.string()),
  resource_ids: z.array(z.string()),
});
export type ServiceForm = z.output<typeof serviceFormSchema>;

/** A typed price as the database takes it ("250.50"), or null for what is no price. */
export function readPrice(text: string): string | null {
  const plain = text.replaceAll(/\s/g, '').replace(',', '.');
  return /^\d{1,8}(\.\d{1,2})?$/.test(plain) ? plain : null;
}

export const toProviderForm = (provider?: Provider): ProviderForm => ({
  name: provider?.name ?? '',
  title: provider?.title ?? '',
  colour: provider?.colour ?? 'blue',
  member_id: provider?.member_id ?? '',
});

export const toResourceForm = (resource?: Resource): ResourceForm => ({
  name: resource?.name ?? '',
  kind: resource?.kind ?? 'chair',
  colour: resource?.colour ?? 'slate',
});

export const toServiceForm = (service?: Service): ServiceForm => ({
  name: service?.name ?? '',
  duration_minutes: String(service?.duration_minutes ?? 30),
  buffer_before_minutes: String(service?.buffer_before_minutes ?? 0),
  buffer_after_minutes: String(service?.buffer_after_minutes ?? 0),
  price: service?.price?.toFixed(2) ?? '',
  currency: service?.currency ?? 'RON',
  colour: service?.colour ?? 'teal',
  provider_ids: service?.service_providers.map(({ provider_id }) => provider_id) ?? [],
  resource_ids: service?.service_resources.map(({ resource_id }) => resource_id) ?? [],
});

/** A service's own fields as `save_service` understands them. */
export type ServiceValues = {
  name: string;
  duration_minutes: number;
  buffer_before_minutes: number;
  buffer_after_minutes: number;
  price: string | null;
  currency: string;
  colour: string;
};

export const toServiceValues = (form: ServiceForm): ServiceValues => ({
  name: form.name,
  duration_minutes: Number(form.duration_minutes),
  buffer_before_minutes: Number(form.buffer_before_minutes),
  buffer_after_minutes: Number(form.buffer_after_minutes),
  price: readPrice(form.price),
  currency: form.currency,
  colour: form.colour,
});
