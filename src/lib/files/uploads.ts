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

let isDownloading = false;

/** Asks before the page is closed or loaded anew while files are on their way. */
export function warnBeforeLeaving(event: BeforeUnloadEvent): void {
  if (uploads.isBusy && !isDownloading) event.preventDefault();
}

/** Lets the browser save what a link leads to. To the browser that is a navigation, which must not raise the warning. */
export function startDownload(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  isDownloading = true;
  link.click();
  setTimeout(() => (isDownloading = false), 1000);
}
