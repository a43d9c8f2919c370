import { PUBLIC_SUPABASE_URL } from '$app/env/public';
import { clientKeys } from '#lib/clients/queries.ts';
import { supabase } from '#lib/supabase/browser.ts';
import { AppError, toAppError } from '#lib/supabase/errors.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import { infiniteQueryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import {
  begunUploadSchema,
  clientFileSchema,
  fileLinkSchema,
  type BegunUpload,
  type ClientFile,
} from './schemas.ts';

const FILES_PER_PAGE = 50;

/** The last file of a page: the next page begins after it. */
type FilePageKey = Pick<ClientFile, 'created_at' | 'id'>;
export type FilePage = { files: ClientFile[]; next: FilePageKey | null };

/** Cache keys; under the client, so that whatever changes the client reads them again. */
export const fileKeys = {
  of: (tenantId: string, clientId: string) => [...clientKeys.one(tenantId, clientId), 'files'] as const,
};

/** One page of a client's files, newest first. One row more is read to know whether more follow. */
export async function listFiles(input: {
  tenantId: string;
  clientId: string;
  after?: FilePageKey | null;
  pageSize?: number;
}): Promise<FilePage> {
  const { tenantId, clientId, after, pageSize = FILES_PER_PAGE } = input;
  let query = supabase()
    .from('client_files')
    .select('id, client_id, name, content_type, size, description, state, created_at, created_by')
    .eq('tenant_id', tenantId)
    .eq('client_id', clientId)
    .in('state', ['stored', 'missing'])
    .order('created_at', { ascending: false })
    .order('id', { ascending: false })
    .limit(pageSize + 1);
  if (after) {
    query = query
      .lte('created_at', after.created_at)
      .or(`created_at.lt."${after.created_at}",id.lt.${after.id}`);
  }
  const rows = parseAnswer(z.array(clientFileSchema), unwrap(await query));
  const files = rows.slice(0, pageSize);
  const last = files.at(-1);
  return {
    files,
    next: rows.length > pageSize && last ? { created_at: last.created_at, id: last.id } : null,
  };
}

export const fileListOptions = (tenantId: string, clientId: string) =>
  infiniteQueryOptions({
    queryKey: fileKeys.of(tenantId, clientId),
    queryFn: ({ pageParam }) => listFiles({ tenantId, clientId, after: pageParam }),
    initialPageParam: null as FilePageKey | null,
    getNextPageParam: (page) => page.next,
  });

/** Announces a file; its bytes are sent to Storage next, under the name in the answer. */
export async function beginUpload(input: {
  tenantId: string;
  clientId: string;
  name: string;
  contentType: string;
  size: number;
}): Promise<BegunUpload> {
  const answer = await supabase().rpc('begin_upload', {
    tenant_id: input.tenantId,
    client_id: input.clientId,
    name: input.name,
    content_type: input.contentType,
    size: input.size,
  });
  return parseAnswer(begunUploadSchema, unwrap(answer));
}

type FileOfClinic = { tenantId: string; fileId: string };

/** The bytes have been sent: from now on the file is there. Repeating it changes nothing. */
export async function finishUpload({ tenantId, fileId }: FileOfClinic): Promise<ClientFile> {
  const answer = await supabase().rpc('finish_upload', { tenant_id: tenantId, file_id: fileId });
  return parseAnswer(clientFileSchema, unwrap(answer));
}

export async function cancelUpload({ tenantId, fileId }: FileOfClinic): Promise<void> {
  unwrap(await supabase().rpc('cancel_upload', { tenant_id: tenantId, file_id: fileId }));
}

/** Deletes a file; for seven days it can be brought back. */
export async function deleteFile({ tenantId, fileId }: FileOfClinic): Promise<void> {
  unwrap(await supabase().rpc('delete_file', { tenant_id: tenantId, file_id: fileId }));
}

export async function restoreFile({ tenantId, fileId }: FileOfClinic): Promise<void> {
  unwrap(await supabase().rpc('restore_file', { tenant_id: tenantId, file_id: fileId }));
}

export async function describeFile(
  input: FileOfClinic & { name: string; description: string },
): Promise<ClientFile> {
  const answer = await supabase()
    .from('client_files')
    .update({ name: input.name, description: input.description })
    .eq('tenant_id', input.tenantId)
    .eq('id', input.fileId)
    .select('id, client_id, name, content_type, size, description, state, created_at, created_by');
  const [file] = parseAnswer(z.array(clientFileSchema), unwrap(answer));
  if (!file) throw new AppError('file_not_found', 404);
  return file;
}

/**
 * A link that opens a file for a minute; that it was asked for is recorded. Throws file_missing or file_deleted (410),
 * preview_not_possible (422).
 */
export async function fileLink(input: FileOfClinic & { purpose: 'download' | 'preview' }): Promise<string> {
  const answer = await supabase().functions.invoke<unknown>('file-link', {
    body: { tenant_id: input.tenantId, file_id: input.fileId, purpose: input.purpose },
  });
  const { url } = await unwrapFunction(fileLinkSchema, answer);
  return new URL(url, PUBLIC_SUPABASE_URL).href;
}

/** The content of a file, such as for an archive of a client's records; recorded as a download. */
export async function fileContent(tenantId: string, fileId: string): Promise<Blob> {
  return fetchContent(await fileLink({ tenantId, fileId, purpose: 'download' }));
}

/** The content of a file to be shown in the page; recorded as a preview. */
export async function previewContent({ tenantId, fileId }: FileOfClinic): Promise<Blob> {
  return fetchContent(await fileLink({ tenantId, fileId, purpose: 'preview' }));
}

async function fetchContent(url: string): Promise<Blob> {
  try {
    const response = await fetch(url, { cache: 'no-store' });
    if (response.ok) return await response.blob();
    // The database has checked everything: what Storage does not give out now is a bad moment of its own.
    throw new AppError('storage_unavailable', 503);
  } catch (error) {
    throw toAppError(error);
  }
}
