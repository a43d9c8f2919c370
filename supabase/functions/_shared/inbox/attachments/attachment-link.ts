import { z } from 'zod';
import { AppError } from '../../errors/app-error.ts';
import { type SignedLink, signedLink, type SignedLinks } from '../../files/signed-link.ts';

export const attachmentLinkInput = z.object({
  attachment_id: z.uuid(),
  disposition: z.enum(['inline', 'attachment']),
});
export type AttachmentLinkInput = z.infer<typeof attachmentLinkInput>;

/** What `open_attachment` returns. */
export const openedAttachment = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({
    state: z.literal('stored'),
    object_name: z.string(),
    name: z.string(),
    content_type: z.string(),
    size: z.number(),
    disposition: z.enum(['inline', 'attachment']),
  }),
]);
export type OpenedAttachment = z.infer<typeof openedAttachment>;

/** What the flow needs from the outside world. */
export interface AttachmentLinkPorts extends SignedLinks {
  /** Asks the database as the person; it refuses, or records that the attachment was opened. */
  open(input: AttachmentLinkInput): Promise<OpenedAttachment>;
  recordMissing(): Promise<void>;
}

export interface AttachmentLink extends SignedLink {
  name: string;
  content_type: string;
  size: number;
  /** `attachment` also where `inline` was asked for, but is not safe. */
  disposition: 'inline' | 'attachment';
}

/**
 * Makes a link that opens an attachment for a minute, once the database has agreed and recorded it.
 *
 * @throws AppError 409 `attachment_not_ready`, 410 `attachment_missing`, and what the ports throw
 */
export async function attachmentLink(
  input: AttachmentLinkInput,
  ports: AttachmentLinkPorts,
): Promise<AttachmentLink> {
  const opened = await ports.open(input);
  if (opened.state === 'waiting') throw attachmentNotReady();
  const { object_name, name, content_type, size, disposition } = opened;
  const link = await signedLink(ports, object_name, disposition === 'attachment' ? name : null);
  if (!link) {
    await ports.recordMissing();
    throw attachmentMissing();
  }
  return { ...link, name, content_type, size, disposition };
}

/** It is listed, but its content is still to be fetched; whoever asked has put it before the others. */
export function attachmentNotReady(): AppError {
  return new AppError(
    409,
    'attachment_not_ready',
    'This attachment is still being fetched. Please try again in a moment.',
    {
      retryAfterSeconds: 10,
    },
  );
}

export function attachmentMissing(): AppError {
  return new AppError(410, 'attachment_missing', 'The content of this attachment is gone.');
}
