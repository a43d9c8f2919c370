import {
  addMailbox,
  bringMail,
  type BroughtMail,
  type BroughtMailbox,
  type GivenMail,
} from './brought-mail.ts';
import { ownerConnection } from './environment.ts';
import { addStaff, createClinic, createSuperAdmin, type Clinic, type Person } from './people.ts';

/** A clinic in Bucharest with a mailbox whose mail is brought. */
export interface InboxClinic {
  clinic: Clinic;
  owner: Person;
  staff: Person;
  mailbox: BroughtMailbox;
  bring(mail: GivenMail): Promise<BroughtMail>;
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

export async function createInboxClinic(): Promise<InboxClinic> {
  const sql = ownerConnection();
  const { clinic, owner } = await createClinic(await createSuperAdmin());
  const staff = await addStaff(owner, clinic);
  await sql`update public.tenants set time_zone = 'Europe/Bucharest' where id = ${clinic.id}`;
  const mailbox = await addMailbox(clinic.id);
  return {
    ...{ clinic, owner, staff, mailbox },
    bring: (mail) => bringMail(mailbox, mail),
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
