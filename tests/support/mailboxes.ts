/** Mailboxes of a clinic under test: connected as an owner does it, synced as a member does it, and what is stored of them. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import type { TestMailServer } from './dovecot.ts';
import { callFunction } from './functions.ts';
import type { Clinic, Person } from './people.ts';
import type { SmtpSink } from './smtp-sink.ts';

/** A mailbox of a clinic, and the same mailbox on the mail server. */
export interface Mailbox {
  id: string;
  tenantId: string;
  address: string;
  password: string;
}

/** What a run answers. */
export interface RunAnswer {
  skipped?: string;
  outcome?: string;
  error_code?: string;
  run?: Record<
    | 'stored'
    | 'known'
    | 'flagged'
    | 'moved'
    | 'deleted'
    | 'attachments'
    | 'appended'
    | 'poisoned'
    | 'backlog',
    number
  >;
}

/**
 * Makes a mailbox on the server and connects it to the clinic. It is fetched through `imapPort`, where a proxy may stand
 * before the server, and sends through the sink, when there is one.
 */
export async function connectMailbox(
  { clinic, owner }: { clinic: Clinic; owner: Person },
  imap: TestMailServer,
  { smtp, imapPort = imap.imapPort }: { smtp?: SmtpSink; imapPort?: number } = {},
): Promise<Mailbox> {
  const address = `desk.${randomUUID().slice(0, 8)}@clinic.test`;
  const { password } = await imap.addMailbox(address);
  smtp?.addUser(address, password);
  const { body, status } = await callFunction('mail-account', owner.accessToken, {
    ...{ action: 'save', tenant_id: clinic.id, password },
    settings: {
      ...{ address, preset: 'generic', username: address, display_name: 'Front desk' },
      ...{ imap_host: imap.host, imap_port: imapPort },
      ...(smtp
        ? { send_via: 'smtp', smtp_host: smtp.host, smtp_port: smtp.smtpPort }
        : { send_via: 'resend' }),
    },
  });
  const { account } = body as { account?: { id: string } };
  if (!account) throw new Error(`${address} was not connected: ${status} ${JSON.stringify(body)}`);
  return { id: account.id, tenantId: clinic.id, address, password };
}

/** Leaves a mailbox to the test: for the schedule it is always quiet. */
export async function keepFromSchedule(sql: postgres.Sql, { id }: Mailbox): Promise<void> {
  await sql`update public.mail_accounts set quiet_from = '00:00', quiet_to = '24:00' where id = ${id}`;
}

/** "Sync now". */
export async function syncNow(member: Person, { id }: Mailbox): Promise<RunAnswer> {
  const { body, status } = await callFunction('mail-sync', member.accessToken, { account_id: id });
  if (status !== 200) throw new Error(`mail-sync: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** "Sync now"; when the schedule has just begun with this mailbox, after that. */
export async function syncInTurn(member: Person, mailbox: Mailbox): Promise<RunAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await syncNow(member, mailbox);
    if (answer.skipped !== 'already-syncing' || attempt === 60) return answer;
    await sleep(1_000);
  }
}

/** Syncs until there is nothing left, and returns how every run ended. */
export async function syncAll(member: Person, mailbox: Mailbox): Promise<RunAnswer[]> {
  const answers: RunAnswer[] = [];
  while (answers.length < 40) {
    const answer = await syncInTurn(member, mailbox);
    answers.push(answer);
    if (answer.outcome !== 'more') return answers;
  }
  throw new Error(`The sync does not come to an end: ${JSON.stringify(answers.at(-1))}`);
}

export interface StoredMail {
  id: string;
  subject: string;
  direction: string;
  text_body: string;
  body_state: string;
  is_read: boolean;
  is_flagged: boolean;
  removed_at: Date | null;
  conversation_id: string;
}

/** Everything that is stored of a mailbox, by subject. */
export async function mailsOf(sql: postgres.Sql, { id }: Mailbox): Promise<StoredMail[]> {
  return sql<StoredMail[]>`
    select id, subject, direction, text_body, body_state, is_read, is_flagged, removed_at, conversation_id
    from public.messages where account_id = ${id} order by subject collate "C", id`;
}

/** Subjects of what is stored of a mailbox, in order. */
export async function subjectsOf(sql: postgres.Sql, mailbox: Mailbox): Promise<string[]> {
  return (await mailsOf(sql, mailbox)).map(({ subject }) => subject);
}
