/** Mailboxes of a clinic under test: connected as an owner does it, synced as a member does it. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type postgres from 'postgres';
import type { TestMailServer } from './dovecot.ts';
import { stack } from './environment.ts';
import type { Clinic, Person } from './people.ts';
import type { SmtpSink } from './smtp-sink.ts';

export interface Mailbox {
  id: string;
  address: string;
}

/** What came of a run. */
export interface SyncAnswer {
  status: number;
  body: {
    skipped?: string;
    outcome?: string;
    error_code?: string;
    run?: Record<
      'stored' | 'known' | 'flagged' | 'moved' | 'deleted' | 'attachments' | 'poisoned' | 'backlog',
      number
    >;
  };
}

/**
 * Makes a mailbox on the server and connects it to the clinic. It is fetched through `imapPort`, when that is another than
 * the server's, and sends through the sink, when there is one.
 */
export async function connectMailbox(
  { clinic, owner }: { clinic: Clinic; owner: Person },
  server: TestMailServer,
  options: { sink?: SmtpSink; imapPort?: number; address?: string } = {},
): Promise<Mailbox> {
  const address = options.address ?? `office.${randomUUID().slice(0, 8)}@clinic.example`;
  const { password } = await server.addMailbox(address);
  options.sink?.addUser(address, password);
  const sending = options.sink
    ? { send_via: 'smtp', smtp_host: options.sink.host, smtp_port: options.sink.smtpPort }
    : { send_via: 'resend', smtp_host: 'localhost', smtp_port: 465 };
  const imap = { imap_host: server.host, imap_port: options.imapPort ?? server.imapPort };
  const answer = await post('mail-account', owner, {
    ...{ action: 'save', tenant_id: clinic.id, password },
    settings: {
      address,
      preset: 'generic',
      username: address,
      display_name: 'Front desk',
      ...imap,
      ...sending,
    },
  });
  const { account } = answer.body as { account?: { id: string } };
  if (!account) throw new Error(`${address} was not connected: ${JSON.stringify(answer)}`);
  return { id: account.id, address };
}

/** "Sync now", once; when the schedule has just begun with this mailbox, after that. */
export async function syncMailbox(member: Person, { id }: Mailbox): Promise<SyncAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = (await post('mail-sync', member, { account_id: id })) as SyncAnswer;
    if (answer.body.skipped !== 'already-syncing' || attempt === 60) return answer;
    await sleep(1_000);
  }
}

/** Syncs until there is nothing left, and returns how every run ended. */
export async function syncWhole(member: Person, mailbox: Mailbox, most = 20): Promise<SyncAnswer[]> {
  const answers: SyncAnswer[] = [];
  while (answers.length < most) {
    const answer = await syncMailbox(member, mailbox);
    answers.push(answer);
    if (answer.body.outcome !== 'more') return answers;
  }
  throw new Error(`${mailbox.address} has more after ${most} runs: ${JSON.stringify(answers.at(-1))}`);
}

/** Subjects of what was stored of a mailbox, in order. */
export async function storedSubjects(sql: postgres.Sql, { id }: Mailbox): Promise<string[]> {
  const rows = await sql<{ subject: string }[]>`
    select subject from public.messages where account_id = ${id} order by subject collate "C"`;
  return rows.map(({ subject }) => subject);
}

async function post(name: string, person: Person, body: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(`${stack.url}/functions/v1/${name}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      apikey: stack.publishableKey,
      authorization: `Bearer ${person.accessToken}`,
    },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}
