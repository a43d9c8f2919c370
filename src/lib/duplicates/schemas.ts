import { clientSchema } from '#lib/clients/schemas.ts';
import * as z from 'zod/mini';

/** Shapes of what the RPCs about duplicates and merging answer. Timestamps are ISO strings, days YYYY-MM-DD. */

export const reasonSchema = z.enum([
  'email',
  'phone',
  'name',
  'name_swapped',
  'similar_name',
  'date_of_birth',
]);
/** Why two clients may be one person. */
export type Reason = z.output<typeof reasonSchema>;

const briefClientSchema = z.object({
  id: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  email: z.nullable(z.string()),
  phone: z.nullable(z.string()),
  date_of_birth: z.nullable(z.string()),
  city: z.string(),
  created_at: z.string(),
  last_activity_at: z.nullable(z.string()),
  archived_at: z.nullable(z.string()),
});
/** What people compare when they decide whether two clients are one. */
export type BriefClient = z.output<typeof briefClientSchema>;

export const candidatesSchema = z.object({
  candidates: z.array(
    z.object({
      client: briefClientSchema,
      /** 0 to 100. */
      score: z.number(),
      reasons: z.array(reasonSchema),
      /** The client has an address or number for itself alone: saving would be refused. */
      is_taken: z.boolean(),
    }),
  ),
});
export type Candidate = z.output<typeof candidatesSchema>['candidates'][number];

export const pairPageSchema = z.object({
  pairs: z.array(
    z.object({
      a: briefClientSchema,
      b: briefClientSchema,
      score: z.number(),
      reasons: z.array(reasonSchema),
    }),
  ),
  /** How many clients were compared with all others for this page. */
  examined: z.number(),
  /** Where the next page begins; its content is the server's own matter. */
  next: z.nullable(z.json()),
});
export type PairPage = z.output<typeof pairPageSchema>;
export type Pair = PairPage['pairs'][number];

const sideSchema = z.enum(['keep', 'merge']);
export type Side = z.output<typeof sideSchema>;

export const mergePreviewSchema = z.object({
  keep: clientSchema,
  merge: clientSchema,
  /** The fields in which the two differ; values as texts, booleans as true and false, null for none. */
  fields: z.array(
    z.object({
      field: z.string(),
      keep: z.nullable(z.string()),
      merge: z.nullable(z.string()),
      suggested: sideSchema,
    }),
  ),
  moves: z.array(z.object({ table: z.string(), count: z.number() })),
});
export type MergePreview = z.output<typeof mergePreviewSchema>;
export type MergeField = MergePreview['fields'][number];
/** Whose value each field gets. */
export type Picks = Record<string, Side>;

export const mergedSchema = z.object({ merge_id: z.string(), client: clientSchema });

export const undoneSchema = z.object({
  kept: clientSchema,
  restored: clientSchema,
  /** What somebody had changed or deleted since, which was left alone. */
  left: z.array(
    z.union([
      z.object({ kind: z.literal('field'), field: z.string() }),
      z.object({ kind: z.literal('rows'), table: z.string(), count: z.number() }),
    ]),
  ),
});
export type Undone = z.output<typeof undoneSchema>;

const namedSchema = z.object({ id: z.string(), first_name: z.string(), last_name: z.string() });

export const mergesSchema = z.object({
  merges: z.array(
    z.object({
      id: z.string(),
      merged_at: z.string(),
      undo_until: z.string(),
      merged_by: z.nullable(z.object({ first_name: z.string(), last_name: z.string() })),
      kept: namedSchema,
      merged: namedSchema,
      /** False until a later merge is undone. */
      can_undo: z.boolean(),
    }),
  ),
});
export type Merge = z.output<typeof mergesSchema>['merges'][number];
