import { randomUUID } from 'node:crypto';
import { serviceClient } from '../../support/environment.ts';
import { call, newEmail, type Clinic, type Person } from '../../support/people.ts';

/** Mail as the functions bring it, for tests of what members do with it. */

export interface Mailbox {
  id: string;
  address: string;
}

export interface Brought {
  message_id: string;
  conversation_id: string;
  is_new: boolean;
  attachments: Array<{ id: string; part: string; object_name: string; content_type: string; state: string }>;
}

/** What is attached to a mail. */
export interface Content {
  name: string;
  type: string;
  bytes: Uint8Array<ArrayBuffer>;
  isInline?: boolean;
}

const service = serviceClient();

/** A mailbox whose mail a webhook brings. */
export async function connectMailbox(
  owner: Person,
  clinic: Clinic,
  address = newEmail('inbox'),
): Promise<Mailbox> {
  return call<Mailbox>(service, 'store_mail_account', {
    ...{ actor_id: owner.userId, tenant_id: clinic.id, account_id: randomUUID(), credential: null },
    settings: { address, preset: 'webhook' },
  });
}

/** Stores a mail in a mailbox; what is attached is listed, not stored. */
export async function bring(
  mailbox: Mailbox,
  given: Record<string, unknown> = {},
  attached: Content[] = [],
): Promise<Brought> {
  return call<Brought>(service, 'bring_message', {
    recipient: mailbox.address,
    given: {
      ...{
        message_id: `${randomUUID()}@patient.example`,
        from_address: 'ana@patient.example',
        from_name: 'Ana Pop',
      },
      ...{
        subject: 'Tooth ache',
        text: 'It hurts.',
        snippet: 'It hurts.',
        received_at: new Date().toISOString(),
      },
      to: [{ name: '', address: mailbox.address }],
      attachments: attached.map(({ name, type, bytes, isInline = false }, index) => ({
        ...{ part: String(index + 1), name, content_type: type, encoding: '', size: bytes.length },
        ...{ content_id: isInline ? `${index}@patient` : null, is_inline: isInline },
      })),
      ...given,
    },
  });
}

/** Stores a mail with one attachment, whose content is there too. Returns the attachment. */
export async function bringAttachment(
  mailbox: Mailbox,
  content: Content,
): Promise<Brought['attachments'][number] & { message: Brought }> {
  const message = await bring(mailbox, {}, [content]);
  const [attachment] = message.attachments;
  if (!attachment) throw new Error('nothing is attached');
  const { error } = await service.storage
    .from('mail-attachments')
    .upload(attachment.object_name, content.bytes, { contentType: attachment.content_type });
  if (error) throw error;
  const settled = { attachment_id: attachment.id, state: 'stored', size: content.bytes.length };
  await call(service, 'settle_attachment', settled);
  return { ...attachment, message };
}

export const textContent = (text = 'Upper left molar.', name = 'notes.txt'): Content => ({
  ...{ name, type: 'text/plain', bytes: new TextEncoder().encode(text) },
});
