import { sendObject } from '#lib/files/send-object.ts';
import { toAppError, AppError } from '#lib/supabase/errors.ts';
import { announceAttachment, confirmAttachment, removeAttachment } from './queries.ts';
import type { DraftAttachment } from './schemas.ts';

/** Bytes that everything attached to a mail may have together: in a mail it grows by a third, and many servers take 25 MB. */
export const MOST_BYTES = 18 * 1024 * 1024;

let lastKey = 0;

/** A file on its way to a draft. */
export class DraftUpload {
  readonly key = ++lastKey;
  readonly file: File;
  readonly abort = new AbortController();
  sent = $state(0);
  error = $state.raw<unknown>(null);

  constructor(file: File) {
    this.file = file;
  }
}

/** What is attached to a draft, and what is about to be. */
export class DraftFiles {
  attached = $state.raw<DraftAttachment[]>([]);
  uploads = $state.raw<DraftUpload[]>([]);
  readonly #draft: { tenantId: string; draftId: string };

  constructor(draft: { tenantId: string; draftId: string }, attached: DraftAttachment[]) {
    this.#draft = draft;
    // What was never sent completely is announced anew.
    this.attached = attached.filter(({ state }) => state !== 'uploading');
    for (const { id, state } of attached) if (state === 'uploading') this.#forget(id);
  }

  get isBusy(): boolean {
    return this.uploads.some(({ error }) => error === null);
  }

  get bytes(): number {
    const under = this.uploads.filter(({ error }) => error === null).map(({ file }) => file.size);
    return [...this.attached.map(({ size }) => size), ...under].reduce((sum, size) => sum + size, 0);
  }

  add(files: File[]): void {
    for (const file of files) {
      const upload = new DraftUpload(file);
      if (file.size === 0) upload.error = new AppError('file_empty');
      else if (this.bytes + file.size > MOST_BYTES) upload.error = new AppError('attachments_too_large');
      this.uploads = [...this.uploads, upload];
      if (upload.error === null) void this.#send(upload);
    }
  }

  retry(upload: DraftUpload): void {
    this.cancel(upload);
    this.add([upload.file]);
  }

  /** Ends an upload, or takes a failed one out of the list. */
  cancel(upload: DraftUpload): void {
    upload.abort.abort();
    this.uploads = this.uploads.filter((each) => each !== upload);
  }

  /** Throws what went wrong; it is still attached then. */
  async remove(attachment: DraftAttachment): Promise<void> {
    await removeAttachment({ tenantId: this.#draft.tenantId, attachmentId: attachment.id });
    this.attached = this.attached.filter(({ id }) => id !== attachment.id);
  }

  /** The composer goes away: what is not complete would never be. */
  leave(): void {
    for (const upload of this.uploads) upload.abort.abort();
  }

  async #send(upload: DraftUpload): Promise<void> {
    const { file, abort } = upload;
    const { tenantId } = this.#draft;
    let announced: string | null = null;
    try {
      const contentType = file.type.split(';')[0]?.trim() || 'application/octet-stream';
      const given = await announceAttachment({
        ...this.#draft,
        name: file.name,
        contentType,
        size: file.size,
      });
      announced = given.id;
      await sendObject({
        begun: { file_id: given.id, object_name: given.object_name, bucket: given.bucket },
        content: file,
        contentType,
        onProgress: (bytes) => (upload.sent = Math.min(bytes, file.size)),
        signal: abort.signal,
      });
      const attachment = await confirmAttachment({ tenantId, attachmentId: given.id });
      if (abort.signal.aborted) return this.#forget(given.id);
      this.attached = [...this.attached, attachment];
      this.uploads = this.uploads.filter((each) => each !== upload);
    } catch (error) {
      if (announced) this.#forget(announced);
      if (!abort.signal.aborted) upload.error = toAppError(error);
    }
  }

  #forget(attachmentId: string): void {
    // What cannot be taken off now goes with the draft.
    removeAttachment({ tenantId: this.#draft.tenantId, attachmentId }).catch(() => undefined);
  }
}
