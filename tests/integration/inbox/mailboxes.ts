import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import type { TestMailServer } from '../../support/dovecot.ts';
import type { Clinic, Person } from '../../support/people.ts';
import type { SmtpSink } from '../../support/smtp-sink.ts';
import { callFunction, type FunctionAnswer } from './functions.ts';

/** A mailbox of a clinic, and the same mailbox on the mail server. */
export interface Mailbox {
  accountId: string;
  tenantId: string;
  address: string;
  password: string;
}

export interface Servers {
  imap: TestMailServer;
  smtp: SmtpSink;
}

/** Connects a new mailbox as an owner does. Through another port, a proxy may stand in between. */
export async function connectMailbox(
  { imap, smtp }: Servers,
  { clinic, owner }: { clinic: Clinic; owner: Person },
  imapPort = imap.imapPort,
): Promise<Mailbox> {
  const address = `desk.${randomUUID().slice(0, 8)}@clinic.test`;
  const { password } = await imap.addMailbox(address);
  smtp.addUser(address, password);
  const input = {
    ...{ action: 'save', tenant_id: clinic.id, password },
    settings: {
      ...{ address, preset: 'generic', username: address, display_name: 'Front desk' },
      ...{ imap_host: imap.host, imap_port: imapPort, smtp_host: smtp.host, smtp_port: smtp.smtpPort },
    },
  };
  // Dovecot may take a second to see that its list of users has changed.
  for (let attempt = 1; ; attempt += 1) {
    const { body, status } = await callFunction('mail-account', owner.accessToken, input);
    const { account } = body as { account?: { id: string } };
    if (account) return { accountId: account.id, tenantId: clinic.id, address, password };
    if (attempt === 4) throw new Error(`connecting a mailbox: ${status} ${JSON.stringify(body)}`);
    await sleep(1_000);
  }
}

/** What a run answers. */
export interface RunBody {
  outcome?: string;
  error_code?: string;
  skipped?: string;
  run?: Record<string, number>;
}

/** "Sync now". */
export async function syncNow(person: Person, { accountId }: Mailbox): Promise<RunBody> {
  const { body, status } = await callFunction('mail-sync', person.accessToken, { account_id: accountId });
  if (status !== 200) throw new Error(`mail-sync: ${status} ${JSON.stringify(body)}`);
  return body as RunBody;
}

/** Runs until there is nothing more to do. */
export async function syncAll(person: Person, mailbox: Mailbox): Promise<RunBody[]> {
  const runs: RunBody[] = [];
  for (let run = 0; run < 40; run += 1) {
    const body = await syncNow(person, mailbox);
    // The schedule may have begun with it at this moment.
    if (body.skipped === 'already-syncing') {
      await sleep(1_000);
      continue;
    }
    runs.push(body);
    if (body.outcome !== 'more') return runs;
  }
  throw new Error('The sync does not come to an end.');
}

/** A call of the schedule. */
export async function callOnSchedule(secret: string, input: unknown): Promise<FunctionAnswer> {
  return callFunction('mail-sync', null, input, { 'x-cron-secret': secret });
}

/** What the schedule shows. */
export async function cronSecret(sql: postgres.Sql): Promise<string> {
  const [row] = await sql<Array<{ secret: string }>>`
    select decrypted_secret as secret from vault.decrypted_secrets where name = 'cron_secret'`;
  return row?.secret ?? '';
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
export async function mailsOf(sql: postgres.Sql, { accountId }: Mailbox): Promise<StoredMail[]> {
  return sql<StoredMail[]>`
    select id, subject, direction, text_body, body_state, is_read, is_flagged, removed_at, conversation_id
    from public.messages where account_id = ${accountId} order by subject collate "C", id`;
}

let number = 0;

/** A plain mail to a mailbox. */
export function plainMail(
  to: string,
  subject: string,
  {
    id = `${randomUUID()}@patient.example`,
    from = 'Ana Pop <ana@patient.example>',
    headers = [] as string[],
  } = {},
): string {
  number += 1;
  return [
    ...(id === '' ? [] : [`Message-ID: <${id}>`]),
    ...[
      `From: ${from}`,
      `To: <${to}>`,
      `Subject: ${subject}`,
      'Date: Mon, 02 Nov 2026 10:00:00 +0200',
      ...headers,
    ],
    ...[
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=utf-8',
      '',
      `Text of ${subject}, ${number}.`,
      '',
    ],
  ].join('\r\n');
}
