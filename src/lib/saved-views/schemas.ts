import { requiredText } from '#lib/forms/fields.ts';
import { m } from '#lib/paraglide/messages.js';
import * as z from 'zod/mini';

/** The pages whose lists can be kept as views. */
export type ViewPage = 'clients' | 'tasks';

export const savedViewSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** What the list is narrowed to; the page that saved it knows how to read it. */
  filter: z.record(z.string(), z.unknown()),
});
/** A list that the clinic has given a name. */
export type SavedView = z.output<typeof savedViewSchema>;

export const viewNameSchema = z.object({ name: requiredText(60, () => m.error_name_required()) });
