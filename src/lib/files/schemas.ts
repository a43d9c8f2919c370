import * as z from 'zod/mini';
import { m } from '#lib/paraglide/messages.js';
import { requiredText } from '#lib/forms/fields.ts';

/** Shapes of rows and answers about files. Timestamps are ISO strings, sizes bytes. */

export const clientFileSchema = z.object({
  id: z.string(),
  client_id: z.string(),
  name: z.string(),
  content_type: z.string(),
  size: z.number(),
  description: z.string(),
  state: z.enum(['uploading', 'stored', 'deleting', 'deleted', 'missing']),
  created_at: z.string(),
  created_by: z.nullable(z.string()),
});
/** A document, picture or scan of a client. */
export type ClientFile = z.output<typeof clientFileSchema>;

export const begunUploadSchema = z.object({
  file_id: z.string(),
  object_name: z.string(),
  bucket: z.string(),
});
export type BegunUpload = z.output<typeof begunUploadSchema>;

export const fileLinkSchema = z.object({
  /** Below the project's address. */
  url: z.string(),
  expires_in: z.number(),
  name: z.string(),
  content_type: z.string(),
  size: z.number(),
});

export const fileFormSchema = z.object({
  name: requiredText(255, () => m.error_file_name_invalid()),
  description: z.string().check(z.trim(), z.maxLength(500, { error: () => m.field_too_long({ max: 500 }) })),
});
/** What people write about a file. */
export type FileForm = z.output<typeof fileFormSchema>;
