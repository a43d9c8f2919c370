import { z } from 'zod';
import { attachmentMissing, attachmentNotReady } from './attachment-link.ts';

export const saveAttachmentInput = z.object({ attachment_id: z.uuid(), client_id: z.uuid() });
export type SaveAttachmentInput = z.infer<typeof saveAttachmentInput>;

/** What `begin_saving_attachment` returns. */
export const begunSaving = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({
    state: z.literal('stored'),
    tenant_id: z.string(),
    file_id: z.string(),
    /** It is among the client's files already. */
    is_saved: z.boolean(),
    /** Object of the bucket mail-attachments. */
    source: z.string(),
    /** Object of the bucket client-files. */
    target: z.string(),
  }),
]);
export type BegunSaving = z.infer<typeof begunSaving>;
type Begun = Extract<BegunSaving, { state: 'stored' }>;

/** What the flow needs from the outside world. */
export interface SaveAttachmentPorts {
  /** Asks the database as the person; it refuses, or announces the file. */
  begin(input: SaveAttachmentInput): Promise<BegunSaving>;
  /** Copies the object within Storage; one that is there already is the same. */
  copy(source: string, target: string): Promise<'copied' | 'missing'>;
  /** Gives the announced file up. */
  cancel(begun: Begun): Promise<void>;
  recordMissing(): Promise<void>;
  /** Returns the file, as the person. */
  finish(fileId: string): Promise<unknown>;
}

/**
 * Keeps an attachment among a client's files. Repeating it, also at the same moment, gives the same file.
 *
 * @throws AppError 409 `attachment_not_ready`, 410 `attachment_missing`, and what the ports throw
 */
export async function saveAttachment(
  input: SaveAttachmentInput,
  ports: SaveAttachmentPorts,
): Promise<unknown> {
  const begun = await ports.begin(input);
  if (begun.state === 'waiting') throw attachmentNotReady();
  if (!begun.is_saved && (await ports.copy(begun.source, begun.target)) === 'missing') {
    await ports.cancel(begun);
    await ports.recordMissing();
    throw attachmentMissing();
  }
  return ports.finish(begun.file_id);
}
