import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';
import { serviceClient } from './environment.ts';

/** Mail of a clinic, put into the database as if it had been fetched: for tests of what is made of it. */

type Address = { name: string; address: string };
export interface GivenMail {
  direction?: 'inbound' | 'outbound';
  from?: Address;
  to?: Address[];
  cc?: Address[];
  subject?: string;
  text?: string;
  html?: string | null;
  authentication?: string;
  kind?: 'mail' | 'auto_reply' | 'bounce' | 'list';
  sentAt?: string;
}
export interface GivenFile {
  name: string;
  contentType: string;
  content?: Buffer;
  contentId?: string;
  state?: 'stored' | 'waiting';
}

const OWN = { name: 'Bright Smile', address: '' };
export const ANA: Address = { name: 'Ana Popescu', address: 'ana@patients.example' };

/** A mailbox that is fetched from nowhere; what is sent from it stays queued. */
export async function addMailbox(sql: postgres.Sql, tenantId: string, address?: string) {
  const own = address ?? `clinic.${randomUUID().slice(0, 8)}@example.test`;
  const [row] = await sql<{ id: string }[]>`
    insert into public.mail_accounts (tenant_id, address, display_name, preset, username, imap_host, smtp_host, next_sync_at)
    values (${tenantId}, ${own}, 'Bright Smile', 'generic', ${own}, 'imap.example.test', 'smtp.example.test', now() + interval '1 day')
    returning id`;
  if (!row) throw new Error('the mailbox was not stored');
  return { id: row.id, address: own };
}

/** A conversation with these messages, oldest first. */
export async function addConversation(
  sql: postgres.Sql,
  input: { tenantId: string; mailbox: { id: string; address: string }; mails: GivenMail[]; subject?: string },
): Promise<{ conversationId: string; messageIds: string[] }> {
  const { tenantId, mailbox, mails, subject = 'Question' } = input;
  const [conversation] = await sql<{ id: string }[]>`
    insert into public.conversations (tenant_id, account_id, subject, base_subject, counterpart_address, counterpart_name, snippet)
    values (${tenantId}, ${mailbox.id}, ${subject}, ${subject.toLowerCase()}, ${ANA.address}, ${ANA.name}, 'Hello')
    returning id`;
  if (!conversation) throw new Error('the conversation was not stored');
  const messageIds: string[] = [];
  for (const [at, mail] of mails.entries()) {
    const sentAt = mail.sentAt ?? new Date(Date.now() - (mails.length - at) * 60_000).toISOString();
    messageIds.push(
      await addMessage(sql, { tenantId, mailbox, subject, conversationId: conversation.id, sentAt, mail }),
    );
  }
  await sql`select private.sum_conversations(${tenantId}, array[${conversation.id}]::uuid[])`;
  return { conversationId: conversation.id, messageIds };
}

/** One message more. */
export async function addMessage(
  sql: postgres.Sql,
  input: {
    tenantId: string;
    mailbox: { id: string; address: string };
    conversationId: string;
    subject?: string;
    sentAt?: string;
    mail: GivenMail;
  },
): Promise<string> {
  const { mail, mailbox } = input;
  const own = { ...OWN, address: mailbox.address };
  const isOwn = mail.direction === 'outbound';
  const from = mail.from ?? (isOwn ? own : ANA);
  const to = mail.to ?? [isOwn ? ANA : own];
  const text = mail.text ?? 'Hello';
  const [row] = await sql<{ id: string }[]>`
    insert into public.messages (
      tenant_id, account_id, conversation_id, direction, message_key, from_address, from_name, to_addresses, cc_addresses,
      recipient_count, subject, sent_at, snippet, text_body, html_body, authentication, kind, is_read)
    values (
      ${input.tenantId}, ${mailbox.id}, ${input.conversationId}, ${mail.direction ?? 'inbound'}, ${`${randomUUID()}@example.test`},
      ${from.address}, ${from.name}, ${sql.json(to as never)}, ${sql.json((mail.cc ?? []) as never)}, ${to.length + (mail.cc ?? []).length},
      ${mail.subject ?? input.subject ?? 'Question'}, ${input.sentAt ?? new Date().toISOString()}, ${text.slice(0, 200)}, ${text}, ${mail.html ?? null},
      ${mail.authentication ?? ''}, ${mail.kind ?? 'mail'}, true)
    returning id`;
  if (!row) throw new Error('the message was not stored');
  return row.id;
}

/** Attaches a file, its content in Storage unless it is still waiting. */
export async function attach(
  sql: postgres.Sql,
  input: { tenantId: string; messageId: string; part: string; file: GivenFile },
): Promise<string> {
  const { tenantId, messageId, part, file } = input;
  const id = randomUUID();
  const objectName = `tenants/${tenantId}/messages/${messageId}/${id}`;
  const content = file.content ?? Buffer.from('content');
  const isStored = (file.state ?? 'stored') === 'stored';
  if (isStored) {
    const { error } = await serviceClient()
      .storage.from('mail-attachments')
      .upload(objectName, content, { contentType: file.contentType });
    if (error) throw error;
  }
  await sql`
    insert into public.message_attachments (id, tenant_id, message_id, part, name, content_type, size, content_id, is_inline, state, object_name, stored_at)
    values (
      ${id}, ${tenantId}, ${messageId}, ${part}, ${file.name}, ${file.contentType}, ${content.length}, ${file.contentId ?? null},
      ${file.contentId !== undefined}, ${isStored ? 'stored' : 'waiting'}, ${objectName}, ${isStored ? new Date().toISOString() : null})`;
  await sql`
    update public.messages set attachment_count = attachment_count + 1
    where id = ${messageId} and ${file.contentId === undefined}`;
  return id;
}
