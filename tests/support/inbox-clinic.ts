import { randomUUID } from 'node:crypto';
import { ownerConnection, serviceClient } from './environment.ts';
import {
  addStaff,
  call,
  createClinic,
  createSuperAdmin,
  newEmail,
  type Clinic,
  type Person,
} from './people.ts';

/** A mail as a test tells it; what is not said is ordinary. */
export interface GivenMail {
  from?: { name: string; address: string };
  to?: { name: string; address: string }[];
  subject: string;
  text?: string;
  html?: string;
  /** Message-ID of the mail that is answered. */
  answers?: string;
  /** Minutes before now at which it came in. */
  ago?: number;
  /** Somebody has read it meanwhile. */
  isSeen?: boolean;
  attachments?: { name: string; type: string; size: number }[];
}

/** A clinic in Bucharest with a mailbox that is filled as the inbound webhook fills one. */
export interface InboxClinic {
  clinic: Clinic;
  owner: Person;
  staff: Person;
  /** Address and id of the mailbox. */
  mailbox: { id: string; address: string };
  /** Stores a mail; returns its Message-ID and its conversation. One from the mailbox's own address went out. */
  bring(mail: GivenMail): Promise<{ messageKey: string; messageId: string; conversationId: string }>;
  /** Adds so many conversations of one mail each, the newest an hour old: "Question 1" is the newest. */
  fill(count: number): Promise<void>;
  /** What the database has in a column of a conversation. */
  stateOf(
    conversationId: string,
  ): Promise<{ status: string; assignee_id: string | null; unread_count: number }>;
  /** Takes all mail away. */
  empty(): Promise<void>;
  close(): Promise<void>;
}

/** Gives a clinic a mailbox that needs no mail server. */
export async function addMailbox(clinicId: string): Promise<{ id: string; address: string }> {
  const sql = ownerConnection();
  const address = newEmail('front');
  const [account] = await sql<{ id: string }[]>`
    insert into public.mail_accounts (tenant_id, address, display_name, preset, last_synced_at)
    values (${clinicId}, ${address}, 'Front desk', 'webhook', now()) returning id`;
  await sql.end();
  if (!account) throw new Error('the mailbox was not stored');
  return { id: account.id, address };
}

/** Stores a mail as the inbound webhook does. */
export async function bringMail(
  mailbox: string,
  mail: GivenMail,
): Promise<{ messageKey: string; messageId: string; conversationId: string }> {
  const from = mail.from ?? { name: 'Ana Popescu', address: 'ana.popescu@example.test' };
  const messageKey = `${randomUUID()}@example.test`;
  const to = mail.to ?? [{ name: 'Front desk', address: mailbox }];
  const text = mail.text ?? `About: ${mail.subject}`;
  const kept = await call<{ message_id: string; conversation_id: string }>(serviceClient(), 'bring_message', {
    recipient: mailbox,
    given: {
      ...{
        message_id: messageKey,
        in_reply_to: mail.answers ?? '',
        references: mail.answers ? [mail.answers] : [],
      },
      ...{ from_address: from.address, from_name: from.name, to, cc: [], bcc: [], reply_to: [] },
      ...{ recipient_count: to.length, subject: mail.subject, text, html: mail.html ?? null },
      snippet: text.replaceAll(/\s+/g, ' ').slice(0, 200),
      received_at: new Date(Date.now() - (mail.ago ?? 5) * 60_000).toISOString(),
      attachments: (mail.attachments ?? []).map(({ name, type, size }, at) => ({
        ...{ part: String(at + 2), name, content_type: type, encoding: '', size },
        ...{ content_id: null, is_inline: false },
      })),
    },
  });
  if (mail.isSeen) await readMail(kept.message_id);
  return { messageKey, messageId: kept.message_id, conversationId: kept.conversation_id };
}

/** Somebody has read it here: what comes in read already is dealt with, and closed. */
async function readMail(messageId: string): Promise<void> {
  const sql = ownerConnection();
  await sql`update public.messages set is_read = true where id = ${messageId}`;
  await sql`select private.sum_conversations(tenant_id, array[conversation_id]) from public.messages where id = ${messageId}`;
  await sql.end();
}

export async function createInboxClinic(): Promise<InboxClinic> {
  const sql = ownerConnection();
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const staff = await addStaff(owner, clinic);
  await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${clinic.id}`;
  const mailbox = await addMailbox(clinic.id);
  return {
    ...{ clinic, owner, staff, mailbox },
    bring: (mail) => bringMail(mailbox.address, mail),
    fill: async (count) => {
      await sql`
        with made as (
          insert into public.conversations (tenant_id, account_id, subject, base_subject, counterpart_address, counterpart_name,
            snippet, message_count, unread_count, first_message_at, last_message_at, last_inbound_at)
          select ${clinic.id}, ${mailbox.id}, 'Question ' || n, 'question ' || n, 'person' || n || '@example.test', 'Person ' || n,
            'When can I come?', 1, (n % 3 = 0)::integer, t, t, t
          from generate_series(1, ${count}::integer) n, lateral (select now() - n * interval '1 hour' as t) w
          returning *)
        insert into public.messages (tenant_id, account_id, conversation_id, direction, message_key, from_address, from_name, to_addresses,
          recipient_count, subject, sent_at, snippet, text_body, is_read)
        select m.tenant_id, m.account_id, m.id, 'inbound', m.id || '@example.test', m.counterpart_address, m.counterpart_name,
          jsonb_build_array(jsonb_build_object('name', '', 'address', ${mailbox.address}::text)), 1, m.subject, m.last_message_at, m.snippet,
          'When can I come?', m.unread_count = 0
        from made m`;
    },
    stateOf: async (conversationId) => {
      const [row] = await sql<{ status: string; assignee_id: string | null; unread_count: number }[]>`
        select status, assignee_id, unread_count from public.conversations
        where tenant_id = ${clinic.id} and id = ${conversationId}`;
      if (!row) throw new Error('there is no such conversation');
      return { ...row };
    },
    empty: async () => {
      await sql`delete from public.conversations where tenant_id = ${clinic.id}`;
      await sql`delete from public.mail_drafts where tenant_id = ${clinic.id}`;
    },
    close: () => sql.end(),
  };
}
