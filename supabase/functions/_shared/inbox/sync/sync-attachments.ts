import { TransferDecoder } from '../mime/transfer-decoder.ts';
import type { MailServer } from './mail-server.ts';
import type { StoredFolder, WaitingAttachment } from './mail-store.ts';
import { isRefusal, isThrottle } from './sync-error.ts';
import type { SyncRun } from './sync-folder.ts';

/** Puts a content into the bucket as it comes in; what was there under the name is replaced. */
export interface AttachmentShelf {
  put(objectName: string, contentType: string, content: ReadableStream<Uint8Array>): Promise<void>;
  remove(objectName: string): Promise<void>;
}

/** As the bucket allows. */
export const mostAttachmentBytes = 50 * 1024 * 1024;
const chunkBytes = 512 * 1024;
/** Of those that wait, a run looks at so many. */
const mostAtOnce = 50;

/** The content grew beyond what the bucket takes. */
class TooLarge extends Error {}
/** The message, or this part of it, is not there any more. */
class Gone extends Error {}

/**
 * Fetches contents that are still waiting, those somebody asked for first, as far as the budget goes.
 *
 * One that cannot be fetched is noted and tried again by later runs. Throws what concerns the connection or the lease.
 *
 * @returns whether some are left
 */
export async function syncAttachments(
  run: SyncRun,
  shelf: AttachmentShelf,
  folders: readonly StoredFolder[],
): Promise<boolean> {
  const waiting = await run.store.waitingAttachments(mostAtOnce);
  let opened = '';
  let wasLeft = waiting.length === mostAtOnce;
  for (const attachment of waiting) {
    if (!run.budget.allowsAttachment(attachment.size)) {
      wasLeft = true;
      continue;
    }
    const folder = folders.find(({ id }) => id === attachment.folder_id);
    if (!folder) continue;
    if (opened !== folder.id) {
      const state = await run.server.open(folder.path);
      if (state?.uidValidity !== folder.uid_validity) continue;
      opened = folder.id;
    }
    await syncAttachment(run, shelf, attachment);
  }
  return wasLeft;
}

async function syncAttachment(
  run: SyncRun,
  shelf: AttachmentShelf,
  attachment: WaitingAttachment,
): Promise<void> {
  const source = new Source(run.server, attachment);
  try {
    await source.begin();
    await shelf.put(attachment.object_name, attachment.content_type, source.stream());
    // Storage may swallow why a body ended early.
    if (source.failure) throw source.failure;
    await run.store.settleAttachment(attachment.id, 'stored', source.size);
    run.counts.attachments += 1;
  } catch (error) {
    const cause = source.failure ?? error;
    const isTooLarge = cause instanceof TooLarge;
    if (source.failure && !isTooLarge && !(cause instanceof Gone) && (!isRefusal(cause) || isThrottle(cause)))
      throw cause;
    const state = isTooLarge
      ? await run.store.settleAttachment(attachment.id, 'too_large', source.size)
      : await run.store.settleAttachment(attachment.id, 'failed', undefined, reasonOf(cause, source));
    // Whatever there is of it is replaced by the next try. It goes when there will be none; what somebody else has stored stays.
    if (state === 'too_large' || state === 'failed')
      await shelf.remove(attachment.object_name).catch(() => {});
  } finally {
    run.budget.useAttachment(source.size);
  }
}

function reasonOf(cause: unknown, { failure }: Source): string {
  if (cause instanceof Gone) return 'It is no longer in the mailbox.';
  return failure ? 'The mail server does not hand it out.' : 'The file storage did not take it.';
}

/** The content of an attachment, fetched piece by piece as it is wanted. */
class Source {
  size = 0;
  /** What went wrong on the side of the mail server. */
  failure: unknown = null;
  readonly #server: MailServer;
  readonly #attachment: WaitingAttachment;
  readonly #decoder: TransferDecoder;
  #key = '';
  #offset = 0;
  #first: Uint8Array | null = null;
  #isLast = false;

  constructor(server: MailServer, attachment: WaitingAttachment) {
    this.#server = server;
    this.#attachment = attachment;
    this.#decoder = new TransferDecoder(attachment.encoding);
  }

  /** Fetches the first piece, so that nothing is begun in Storage for what is gone. */
  async begin(): Promise<void> {
    try {
      this.#key = await this.#findKey();
      this.#first = await this.#next();
    } catch (error) {
      this.failure = error;
      throw error;
    }
  }

  /** A mail of one part has its content under another name. */
  async #findKey(): Promise<string> {
    const { part, uid } = this.#attachment;
    if (part !== '1') return part;
    const [message] = await this.#server.fetch([uid], { uid: true, bodyStructure: true });
    return message?.bodyStructure?.childNodes ? part : 'TEXT';
  }

  async #next(): Promise<Uint8Array> {
    const piece = { key: this.#key, start: this.#offset, maxLength: chunkBytes };
    const [message] = await this.#server.fetch([this.#attachment.uid], { uid: true, bodyParts: [piece] });
    const bytes = message?.bodyParts?.get(this.#key.toLowerCase());
    if (!message || (!bytes && this.#offset === 0)) throw new Gone();
    const length = bytes?.length ?? 0;
    // Some servers answer with the whole content, whatever piece was asked for.
    this.#isLast = length !== chunkBytes;
    this.#offset += length;
    const decoded = this.#decoder.push(bytes ?? new Uint8Array());
    this.size += decoded.length;
    if (this.size > mostAttachmentBytes) throw new TooLarge();
    return decoded;
  }

  stream(): ReadableStream<Uint8Array> {
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
      try {
        const bytes = this.#first ?? (await this.#next());
        this.#first = null;
        if (bytes.length > 0) controller.enqueue(bytes);
        if (this.#isLast) {
          const rest = this.#decoder.end();
          this.size += rest.length;
          if (rest.length > 0) controller.enqueue(rest);
          controller.close();
        } else if (bytes.length === 0) await pull(controller);
      } catch (error) {
        this.failure = error;
        controller.error(error);
      }
    };
    return new ReadableStream({ pull }, { highWaterMark: 1 });
  }
}
