import type postgres from 'postgres';
import type { TestMailServer } from '../../support/dovecot.ts';
import { runJobs } from '../../support/jobs.ts';
import { type Mailbox, syncAll } from '../../support/mailboxes.ts';
import { call, type Person } from '../../support/people.ts';
import { type PlainMail, plainMail } from '../../support/plain-mail.ts';
import type { SmtpSink } from '../../support/smtp-sink.ts';

/** Writing and sending mail as members do, for tests of what arrives. */

export interface Servers {
  imap: TestMailServer;
  smtp: SmtpSink;
}

export interface Draft {
  id: string;
  revision: number;
  conversation_id: string | null;
  to: { name: string; address: string }[];
  attachments: { id: string; name: string; state: string }[];
}

export interface Sending {
  id: string;
  conversation_id: string;
  delivery: string;
  delivery_error: string | null;
  send_at: string;
  delivered_at?: string | null;
}

/** A new mail, ready to be sent. */
export async function writeMail(
  person: Person,
  mailbox: Mailbox,
  fields: Record<string, unknown>,
): Promise<Draft> {
  const draft = await call<Draft>(person.client, 'start_draft', {
    ...{ tenant_id: mailbox.tenantId, kind: 'new', account_id: mailbox.id },
  });
  return saveDraft(person, mailbox, draft, fields);
}

export async function saveDraft(
  person: Person,
  mailbox: Mailbox,
  draft: Draft,
  fields: Record<string, unknown>,
): Promise<Draft> {
  const saved = await call<{ revision: number }>(person.client, 'save_draft', {
    ...{ tenant_id: mailbox.tenantId, draft_id: draft.id, fields, revision: draft.revision },
  });
  return { ...draft, revision: saved.revision };
}

export async function send(person: Person, mailbox: Mailbox, draft: Draft): Promise<Sending> {
  return call<Sending>(person.client, 'send_draft', {
    ...{ tenant_id: mailbox.tenantId, draft_id: draft.id, revision: draft.revision },
  });
}

/** A mail from outside, fetched. Returns its message's id. */
export async function receive(
  sql: postgres.Sql,
  { imap }: Servers,
  { person, mailbox, subject }: { person: Person; mailbox: Mailbox; subject: string },
  how: PlainMail = {},
): Promise<string> {
  await imap.append(mailbox.address, 'INBOX', plainMail(mailbox.address, subject, how));
  await syncAll(person, mailbox);
  const [message] = await sql<{ id: string }[]>`
    select id from public.messages where account_id = ${mailbox.id} and subject = ${subject}`;
  if (!message) throw new Error('the mail was not stored');
  return message.id;
}

export async function deliveryOf(sql: postgres.Sql, { id }: { id: string }): Promise<Sending> {
  const [message] = await sql<Sending[]>`
    select id, conversation_id, delivery, delivery_error, send_at, delivered_at from public.messages where id = ${id}`;
  if (!message) throw new Error('the message is gone');
  return message;
}

/** Lets the ten seconds pass, and sends what is due until this message has left the queue, or was put back into it. */
export async function passTime(sql: postgres.Sql, message: { id: string }): Promise<Sending> {
  await sql`update public.messages set send_at = now() - interval '1 second' where id = ${message.id} and delivery = 'queued'`;
  await sql`update private.jobs set run_at = now() where payload ->> 'message_id' = ${message.id} and state = 'waiting'`;
  for (let round = 0; round < 40; round += 1) {
    await runJobs();
    const jobs = await sql`
      select from private.jobs where payload ->> 'message_id' = ${message.id} and (state = 'running' or (state = 'waiting' and run_at <= now()))`;
    if (jobs.length === 0) return deliveryOf(sql, message);
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error('The message is not sent.');
}

/** Makes the sync look for what may have been sent, as it does after a minute. */
export async function passMinute(sql: postgres.Sql, message: { id: string }): Promise<void> {
  await sql`update private.mail_sends set checking_since = checking_since - interval '2 minutes' where message_id = ${message.id}`;
  await sql`update public.messages set delivered_at = delivered_at - interval '2 minutes' where id = ${message.id}`;
}
