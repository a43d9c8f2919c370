import { clientKeys } from '#lib/clients/queries.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import { toAppError } from '#lib/supabase/errors.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { deleteFile, describeFile, fileKeys, fileLink, restoreFile } from './queries.ts';
import type { ClientFile, FileForm } from './schemas.ts';
import { startDownload } from './downloads.ts';

/** A file in somebody's hands. */
type FileInHand = { tenantId: string; file: ClientFile };

/** Saves a file to the person's computer. */
export async function downloadFile(queries: QueryClient, { tenantId, file }: FileInHand): Promise<void> {
  try {
    startDownload(await fileLink({ tenantId, fileId: file.id, purpose: 'download' }));
  } catch (error) {
    noteLoss(queries, { tenantId, file }, error);
    handleError(error, { retry: () => void downloadFile(queries, { tenantId, file }) });
  }
}

/** After a refusal that says the file is gone, the list is read again, which then says so as well. */
export function noteLoss(queries: QueryClient, { tenantId, file }: FileInHand, error: unknown): void {
  const { status } = toAppError(error);
  if (status === 410 || status === 404)
    void queries.invalidateQueries({ queryKey: fileKeys.of(tenantId, file.client_id) });
}

/** Saves name and description. Throws what went wrong. */
export async function saveFile(
  queries: QueryClient,
  { tenantId, file }: FileInHand,
  form: FileForm,
): Promise<void> {
  const saved = await perform(queries, [fileKeys.of(tenantId, file.client_id)], () =>
    describeFile({ tenantId, fileId: file.id, ...form }),
  );
  confirmDone(m.file_saved({ name: saved.name }));
}

/** Deletes a file and offers to undo it. */
export async function removeFile(queries: QueryClient, { tenantId, file }: FileInHand): Promise<void> {
  try {
    await perform(queries, [clientKeys.all(tenantId)], () => deleteFile({ tenantId, fileId: file.id }));
    // A file whose content is lost has nothing to come back to.
    const undo = file.state === 'stored' ? () => void bringBack(queries, { tenantId, file }) : undefined;
    confirmDone(m.file_deleted({ name: file.name }), undo);
  } catch (error) {
    handleError(error, { retry: () => void removeFile(queries, { tenantId, file }) });
  }
}

async function bringBack(queries: QueryClient, { tenantId, file }: FileInHand): Promise<void> {
  try {
    await perform(queries, [clientKeys.all(tenantId)], () => restoreFile({ tenantId, fileId: file.id }));
    confirmDone(m.file_restored({ name: file.name }));
  } catch (error) {
    handleError(error, { retry: () => void bringBack(queries, { tenantId, file }) });
  }
}
