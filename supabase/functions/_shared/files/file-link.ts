import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

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

/** Seconds for which a link opens the file. */
export const linkSeconds = 60;

/** What the flow needs from the outside world. */
export interface FileLinkPorts {
  /** Asks the database as the person; it refuses, or records that the file was opened. */
  open(input: FileLinkInput): Promise<OpenedFile>;
  /** A signed address of the object, for `linkSeconds`; null when Storage has no such object. */
  sign(objectName: string): Promise<URL | null>;
  /** Whether Storage can give out what the link names. Throws when it cannot tell. */
  isThere(link: URL): Promise<boolean>;
  recordMissing(): Promise<void>;
}

export interface FileLink {
  /** Below the address of the project, which a function does not always know by the name browsers use. */
  url: string;
  expires_in: number;
  name: string;
  content_type: string;
  size: number;
}

/**
 * Makes a link that opens a file for a minute, once the database has agreed and recorded it.
 *
 * The name in `download` makes browsers save the file under it instead of showing it.
 *
 * @throws AppError 410 `file_missing` when the content is gone, and what the ports throw
 */
export async function fileLink(input: FileLinkInput, ports: FileLinkPorts): Promise<FileLink> {
  const { object_name, name, content_type, size } = await ports.open(input);
  const link = await ports.sign(object_name);
  if (!link || !(await ports.isThere(link))) {
    await ports.recordMissing();
    throw new AppError(410, 'file_missing', 'The content of this file is gone.');
  }
  if (input.purpose === 'download') link.searchParams.set('download', name);
  return { url: `${link.pathname}${link.search}`, expires_in: linkSeconds, name, content_type, size };
}

/** What Storage answers about an object, as far as it matters here. */
export interface StorageAnswer {
  status: number;
  /** `statusCode` of the body: Storage answers 400 to most failures and tells there what it means. */
  statusCode: string | undefined;
}

/**
 * Whether an answer says that an object is there.
 *
 * @throws AppError 503 `storage_unavailable` when the answer tells neither: a file must not count as lost because Storage
 *   has a bad moment
 */
export function saysItIsThere({ status, statusCode }: StorageAnswer): boolean {
  if (status >= 200 && status < 300) return true;
  if (status === 404 || (status === 400 && statusCode === '404')) return false;
  throw new AppError(503, 'storage_unavailable', 'The file storage does not answer. Please try again.', {
    cause: new Error(`Storage answered ${status} ${statusCode ?? ''}`),
  });
}
