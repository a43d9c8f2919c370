import * as z from 'zod/mini';

/** Shapes of the catalogue's rows. Timestamps are ISO strings. */

const entry = {
  id: z.string(),
  name: z.string(),
  colour: z.string(),
  /** Out of use: no longer offered, but still named where it was used. */
  archived_at: z.nullable(z.string()),
  updated_at: z.string(),
};

export const providerSchema = z.object({
  ...entry,
  title: z.string(),
  /** The member of the clinic this is; null for somebody without an account. */
  member_id: z.nullable(z.string()),
});
/** Somebody who treats clients. */
export type Provider = z.output<typeof providerSchema>;

export const resourceKindSchema = z.enum(['chair', 'room', 'equipment']);
export type ResourceKind = z.output<typeof resourceKindSchema>;
export const RESOURCE_KINDS = resourceKindSchema.options;

export const resourceSchema = z.object({ ...entry, kind: resourceKindSchema });
/** A chair, a room or a piece of equipment. */
export type Resource = z.output<typeof resourceSchema>;

const stepSchema = z.object({
  kind: z.enum(['provider', ...RESOURCE_KINDS]),
  /** From the beginning of the visit. */
  offset_minutes: z.number(),
  duration_minutes: z.number(),
});
/** When during a service somebody or something of a kind is needed. */
export type ServiceStep = z.output<typeof stepSchema>;
export const STEP_KINDS = stepSchema.shape.kind.options;

export const serviceSchema = z.object({
  ...entry,
  duration_minutes: z.number(),
  buffer_before_minutes: z.number(),
  buffer_after_minutes: z.number(),
  /** In `currency`; null when the price is not fixed. */
  price: z.nullable(z.number()),
  currency: z.string(),
  service_providers: z.array(z.object({ provider_id: z.string() })),
  service_resources: z.array(z.object({ resource_id: z.string() })),
  /** Without one of its kind, somebody or something is needed all the time. */
  service_steps: z.array(stepSchema),
});
/** What clients can have done. */
export type Service = z.output<typeof serviceSchema>;

/** The parts of the catalogue, named like their tables. */
export const CATALOGUE_PARTS = ['services', 'providers', 'resources'] as const;
export type CataloguePart = (typeof CATALOGUE_PARTS)[number];
export type CatalogueEntry = Provider | Resource | Service;
