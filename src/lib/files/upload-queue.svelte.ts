import { toAppError } from '#lib/supabase/errors.ts';
import { refusalOf } from './checks.ts';
import type { BegunUpload } from './schemas.ts';
import { contentTypeOf } from './types.ts';

/** What a queue does with a file; the app's are in uploads.ts, tests bring their own. */
export type UploadSteps = {
  begin: (upload: Upload) => Promise<BegunUpload>;
  send: (
    upload: Upload,
    begun: BegunUpload,
    watch: { onProgress: (bytes: number) => void; signal: AbortSignal },
  ) => Promise<void>;
  finish: (upload: Upload, begun: BegunUpload) => Promise<void>;
  cancel: (upload: Upload, begun: BegunUpload) => Promise<void>;
};

export type UploadTarget = { tenantId: string; clientId: string };

let lastKey = 0;

/** One file on its way to Storage. */
export class Upload {
  readonly key = ++lastKey;
  readonly target: UploadTarget;
  readonly file: File;
  readonly contentType: string;
  readonly onStored: () => void;
  state = $state<'waiting' | 'sending' | 'finishing' | 'stored' | 'failed'>('waiting');
  /** Bytes sent so far. */
  sent = $state(0);
  /** Why it failed. */
  error = $state<unknown>(null);

  constructor(target: UploadTarget, file: File, onStored: () => void) {
    this.target = target;
    this.file = file;
    this.onStored = onStored;
    this.contentType = contentTypeOf(file) ?? '';
  }

  get isUnderWay(): boolean {
    return this.state === 'waiting' || this.state === 'sending' || this.state === 'finishing';
  }

  /** Whether another try could end differently. */
  get canRetry(): boolean {
    return this.state === 'failed' && refusalOf(this.file) === null;
  }
}

/** Uploads a few files at a time; each is retried, cancelled and dismissed on its own. */
export class UploadQueue {
  uploads = $state<Upload[]>([]);
  readonly #steps: UploadSteps;
  readonly #atOnce: number;
  readonly #begun = new Map<Upload, BegunUpload>();
  readonly #sent = new Set<Upload>();
  readonly #aborts = new Map<Upload, AbortController>();

  constructor(steps: UploadSteps, atOnce = 3) {
    this.#steps = steps;
    this.#atOnce = atOnce;
  }

  get isBusy(): boolean {
    return this.uploads.some((upload) => upload.isUnderWay);
  }

  /** Those for one client, in the order they were added. */
  of({ tenantId, clientId }: UploadTarget): Upload[] {
    return this.uploads.filter(({ target }) => target.tenantId === tenantId && target.clientId === clientId);
  }

  /** Adds files; those that cannot be kept fail at once and are never sent. `onStored` runs after each that arrived. */
  add(target: UploadTarget, files: Iterable<File>, onStored: () => void): void {
    for (const file of files) {
      const upload = new Upload(target, file, onStored);
      const refusal = refusalOf(file);
      if (refusal !== null) {
        upload.state = 'failed';
        upload.error = { code: refusal };
      }
      this.uploads.push(upload);
    }
    this.#startNext();
  }

  retry(upload: Upload): void {
    if (!upload.canRetry) return;
    upload.error = null;
    upload.state = 'waiting';
    this.#startNext();
  }

  /** Ends an upload, or takes a finished or failed one out of the list. */
  remove(upload: Upload): void {
    this.uploads = this.uploads.filter(({ key }) => key !== upload.key);
    this.#aborts.get(upload)?.abort();
    this.#giveUp(upload);
    this.#startNext();
  }

  #startNext(): void {
    const active = this.uploads.filter(({ state }) => state === 'sending' || state === 'finishing').length;
    for (const upload of this.uploads
      .filter(({ state }) => state === 'waiting')
      .slice(0, this.#atOnce - active))
      void this.#run(upload);
  }

  async #run(upload: Upload): Promise<void> {
    const abort = new AbortController();
    this.#aborts.set(upload, abort);
    upload.state = 'sending';
    try {
      if (!this.#sent.has(upload)) {
        upload.sent = 0;
        const begun = await this.#steps.begin(upload);
        this.#begun.set(upload, begun);
        // Cancelled while it was announced: the cancelling found nothing to give up.
        if (abort.signal.aborted) return this.#giveUp(upload);
        await this.#steps.send(upload, begun, {
          signal: abort.signal,
          onProgress: (bytes) => (upload.sent = Math.min(bytes, upload.file.size)),
        });
        this.#sent.add(upload);
      }
      const begun = this.#begun.get(upload);
      if (!begun || abort.signal.aborted) return;
      upload.state = 'finishing';
      await this.#steps.finish(upload, begun);
      this.#begun.delete(upload);
      upload.state = 'stored';
      this.uploads = this.uploads.filter(({ key }) => key !== upload.key);
      upload.onStored();
    } catch (error) {
      if (abort.signal.aborted) return;
      this.#afterFailure(upload, error);
    } finally {
      this.#aborts.delete(upload);
      this.#startNext();
    }
  }

  #afterFailure(upload: Upload, error: unknown): void {
    const { status } = toAppError(error);
    // Bytes that have arrived need not be sent again, unless the server says that they are not the right ones.
    if (!this.#sent.has(upload) || (status >= 400 && status < 500)) this.#giveUp(upload);
    upload.error = error;
    upload.state = 'failed';
  }

  #giveUp(upload: Upload): void {
    const begun = this.#begun.get(upload);
    this.#begun.delete(upload);
    this.#sent.delete(upload);
    // What cannot be cancelled now is removed within a day.
    if (begun) this.#steps.cancel(upload, begun).catch(() => undefined);
  }
}
