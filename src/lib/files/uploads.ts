import { isDownloadStarting } from './downloads.ts';
import { beginUpload, cancelUpload, finishUpload } from './queries.ts';
import { sendObject } from './send-object.ts';
import { UploadQueue } from './upload-queue.svelte.ts';

/** The browser's one queue: uploads go on while people look at other pages of the app. */
export const uploads = new UploadQueue({
  begin: ({ target, file, contentType }) =>
    beginUpload({ ...target, name: file.name, contentType, size: file.size }),
  send: ({ file, contentType }, begun, watch) => sendObject({ begun, content: file, contentType, ...watch }),
  finish: async ({ target }, { file_id }) => {
    await finishUpload({ tenantId: target.tenantId, fileId: file_id });
  },
  cancel: ({ target }, { file_id }) => cancelUpload({ tenantId: target.tenantId, fileId: file_id }),
});

/** Asks before the page is closed or loaded anew while files are on their way. A download raises no such question. */
export function warnBeforeLeaving(event: BeforeUnloadEvent): void {
  if (uploads.isBusy && !isDownloadStarting()) event.preventDefault();
}
