import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';
import { type SignedLink, signedLink, type SignedLinks } from './signed-link.ts';

export const fileLinkInput = z.object({
  tenant_id: z.uuid(),
  file_id: z.uuid(),
  purpose: z.enum(['download', 'preview']),
});
export type FileLinkInput = z.infer<typeof fileLinkInput>;

/** What `open_file` returns. */
export const openedFile = z.object({
  object_name: z.string(),
  name: z.string(),
  content_type: z.string(),
  size: z.number(),
});
export type OpenedFile = z.infer<typeof openedFile>;

/** What the flow needs from the outside world. */
export interface FileLinkPorts extends SignedLinks {
  /** Asks the database as the person; it refuses, or records that the file was opened. */
  open(input: FileLinkInput): Promise<OpenedFile>;
  recordMissing(): Promise<void>;
}

export interface FileLink extends SignedLink {
  name: string;
  content_type: string;
  size: number;
}

/**
 * Makes a link that opens a file for a minute, once the database has agreed and recorded it.
 *
 * @throws AppError 410 `file_missing` when the content is gone, and what the ports throw
 */
export async function fileLink(input: FileLinkInput, ports: FileLinkPorts): Promise<FileLink> {
  const { object_name, name, content_type, size } = await ports.open(input);
  const link = await signedLink(ports, object_name, input.purpose === 'download' ? name : null);
  if (!link) {
    await ports.recordMissing();
    throw new AppError(410, 'file_missing', 'The content of this file is gone.');
  }
  return { ...link, name, content_type, size };
}
