import { randomUUID } from 'node:crypto';
import { serviceClient } from '../../support/environment.ts';
import { bringGiven, storeContent, type Brought } from '../../support/brought-mail.ts';
import { call, newEmail, type Clinic, type Person } from '../../support/people.ts';

/** Mail as the functions bring it, for tests of what members do with it. */

export interface Mailbox {
  id: string;
  address: string;
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
  return bringGiven(mailbox.address, {
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
  await storeContent(attachment, content.bytes);
  return { ...attachment, message };
}

export const textContent = (text = 'Upper left molar.', name = 'notes.txt'): Content => ({
  ...{ name, type: 'text/plain', bytes: new TextEncoder().encode(text) },
});
