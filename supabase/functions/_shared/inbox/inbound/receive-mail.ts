import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { GivenMessage } from '../mime/given-message.ts';
import { parseMail } from '../mime/parsed-mail.ts';
import type { Delivery } from './delivery.ts';

/** What `bring_message` returns. */
export const broughtMessage = z.object({
  message_id: z.string(),
  conversation_id: z.string(),
  is_new: z.boolean(),
  attachments: z.array(
    z.object({
      id: z.string(),
      part: z.string(),
      object_name: z.string(),
      content_type: z.string(),
      state: z.string(),
    }),
  ),
});
export type BroughtMessage = z.infer<typeof broughtMessage>;
export type BroughtAttachment = BroughtMessage['attachments'][number];

/** What the flow needs from the outside world. */
export interface ReceiveMailPorts {
  isKnown(deliveryKey: string): Promise<boolean>;
  bring(recipient: string, message: GivenMessage): Promise<BroughtMessage>;
  /** Puts an object in its place; what is there already is replaced. Throws when Storage does not take it. */
  upload(attachment: BroughtAttachment, content: Uint8Array): Promise<void>;
  settle(attachment: BroughtAttachment, size: number): Promise<void>;
  record(deliveryKey: string): Promise<void>;
  now(): Date;
}

export interface Receipt {
  is_new: boolean;
  message_id?: string;
  conversation_id?: string;
}

/**
 * Stores a mail and all that is attached to it, once.
 *
 * The delivery counts as dealt with only when everything is in its place: whoever sends repeats it until then, and a
 * repetition finds the message there and goes on with what is missing.
 *
 * @param webhookId the same for every repetition
 * @throws AppError 404 `recipient_unknown`, 422 `mail_unreadable`, and what the ports throw
 */
export async function receiveMail(
  webhookId: string,
  delivery: Delivery,
  ports: ReceiveMailPorts,
): Promise<Receipt> {
  const recipient = delivery.recipient.trim().toLowerCase();
  const key = createHash('sha256').update(`${webhookId}\n${recipient}`).digest('hex');
  if (await ports.isKnown(key)) return { is_new: false };
  const { message, contents } = await parseMail(delivery.raw, ports.now());
  const brought = await ports.bring(recipient, message);
  for (const attachment of brought.attachments) {
    const content = contents.get(attachment.part);
    if (attachment.state !== 'waiting' || !content) continue;
    await ports.upload(attachment, content);
    await ports.settle(attachment, content.byteLength);
  }
  await ports.record(key);
  const { message_id, conversation_id, is_new } = brought;
  return { is_new, message_id, conversation_id };
}
