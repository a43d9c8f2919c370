/** Mail of a clinic that needs no mail server: it comes as the inbound webhook brings it. */
import { randomUUID } from 'node:crypto';
import { ownerConnection, serviceClient } from './environment.ts';
import { call, newEmail } from './people.ts';

export interface MailAddress {
  name: string;
  address: string;
}

/** A mailbox whose mail is brought. */
export interface BroughtMailbox {
  id: string;
  address: string;
}

/** A mail as a test tells it; what is not said is ordinary. */
export interface GivenMail {
  from?: MailAddress;
  to?: MailAddress[];
  subject?: string;
  text?: string;
  html?: string;
  kind?: 'mail' | 'auto_reply' | 'bounce' | 'list';
  /** What the server of the mailbox has found out about the sender, such as "dmarc=fail". */
  authentication?: string;
  /** Message-ID of the mail that is answered. */
  answers?: string;
  /** Minutes before now at which it came in; default 5. */
  ago?: number;
  /** Somebody has read it meanwhile. */
  isSeen?: boolean;
  files?: GivenFile[];
}

/** What is attached: with its content it is stored, with a size alone it still has to be fetched. */
export type GivenFile = { name: string; type: string; contentId?: string } & (
  { content: Uint8Array<ArrayBuffer> } | { size: number }
);

/** What bring_message answers. */
export interface Brought {
  message_id: string;
  conversation_id: string;
  is_new: boolean;
  attachments: { id: string; part: string; object_name: string; content_type: string; state: string }[];
}

export interface BroughtMail {
  messageKey: string;
  messageId: string;
  conversationId: string;
}

export const ANA: MailAddress = { name: 'Ana Popescu', address: 'ana.popescu@example.test' };

export async function addMailbox(tenantId: string): Promise<BroughtMailbox> {
  const { data, error } = await serviceClient()
    .from('mail_accounts')
    .insert({
      ...{ tenant_id: tenantId, address: newEmail('front'), display_name: 'Front desk' },
      ...{ preset: 'webhook', last_synced_at: new Date().toISOString() },
    })
    .select('id, address')
    .single<BroughtMailbox>();
  if (error) throw error;
  return data;
}

/** Stores a mail with what is attached to it. One from the mailbox's own address went out. */
export async function bringMail(mailbox: BroughtMailbox, mail: GivenMail): Promise<BroughtMail> {
  const { from = ANA, subject = 'Question', files = [], answers } = mail;
  const { to = [{ name: 'Front desk', address: mailbox.address }], text = `About: ${subject}` } = mail;
  const messageKey = `${randomUUID()}@example.test`;
  const brought = await bringGiven(mailbox.address, {
    ...{ message_id: messageKey, in_reply_to: answers ?? '', references: answers ? [answers] : [] },
    ...{ from_address: from.address, from_name: from.name, to, cc: [], bcc: [], reply_to: [] },
    ...{ recipient_count: to.length, subject, text, html: mail.html ?? null, kind: mail.kind ?? 'mail' },
    ...{ authentication: mail.authentication ?? '', snippet: text.replaceAll(/\s+/g, ' ').slice(0, 200) },
    received_at: new Date(Date.now() - (mail.ago ?? 5) * 60_000).toISOString(),
    attachments: files.map((file, at) => ({
      ...{ part: partOf(at), name: file.name, content_type: file.type, encoding: '' },
      size: 'content' in file ? file.content.length : file.size,
      ...{ content_id: file.contentId ?? null, is_inline: file.contentId !== undefined },
    })),
  });
  for (const [at, file] of files.entries()) {
    const attachment = brought.attachments.find(({ part }) => part === partOf(at));
    if (attachment && 'content' in file) await storeContent(attachment, file.content);
  }
  if (mail.isSeen) await readMail(brought.message_id);
  return { messageKey, messageId: brought.message_id, conversationId: brought.conversation_id };
}

/** The text is part 1. */
const partOf = (at: number): string => String(at + 2);

/** Stores a message as the functions describe it (store_messages). */
export const bringGiven = (recipient: string, given: Record<string, unknown>): Promise<Brought> =>
  call<Brought>(serviceClient(), 'bring_message', { recipient, given });

/** Puts the content of an attachment where it belongs. */
export async function storeContent(
  attachment: Brought['attachments'][number],
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const service = serviceClient();
  const { error } = await service.storage
    .from('mail-attachments')
    .upload(attachment.object_name, content, { contentType: attachment.content_type });
  if (error) throw error;
  const settled = { attachment_id: attachment.id, state: 'stored', size: content.length };
  await call(service, 'settle_attachment', settled);
}

/** Somebody has read it here: what comes in read already is dealt with, and closed. */
async function readMail(messageId: string): Promise<void> {
  const sql = ownerConnection();
  await sql`update public.messages set is_read = true where id = ${messageId}`;
  await sql`select private.sum_conversations(tenant_id, array[conversation_id]) from public.messages where id = ${messageId}`;
  await sql.end();
}
