import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDovecot, type TestMailServer } from '../../support/dovecot.ts';
import { ownerConnection } from '../../support/environment.ts';
import { mailCorpus } from '../../support/mail-corpus/mail-corpus.ts';
import {
  connectMailbox,
  type Mailbox,
  type RunAnswer,
  syncAll,
  syncInTurn,
} from '../../support/mailboxes.ts';
import { createClinic, createSuperAdmin } from '../../support/people.ts';

/** Every awkward mail through the real sync: out of Dovecot, into the database. */

interface Stored {
  uid: number;
  message_id: string;
  subject: string;
  from_name: string;
  from_address: string;
  text_body: string;
  html_body: string | null;
  kind: string;
  recipient_count: number;
  sent_at: Date;
  attachments: string[];
}

const sql = ownerConnection();
const admin = await createSuperAdmin();
const home = await createClinic(admin);
const { owner } = home;
const uids = new Map<string, number>();
let server: TestMailServer;
let mailbox: Mailbox;
let runs: RunAnswer[];

beforeAll(async () => {
  server = await startDovecot();
  mailbox = await connectMailbox(home, server);
  for (const { name, raw } of mailCorpus)
    uids.set(name, await server.append(mailbox.address, 'INBOX', raw()));
  runs = await syncAll(owner, mailbox);
}, 180_000);

afterAll(async () => {
  await server?.stop();
  await sql.end();
});

const stored = (uid: number) => sql<Stored[]>`
  select l.uid::integer, m.id as message_id, m.subject, m.from_name, m.from_address, m.text_body, m.html_body, m.kind,
    m.recipient_count, m.sent_at,
    array(select a.name from public.message_attachments a where a.message_id = m.id order by a.part) as attachments
  from private.message_locations l
  join private.mail_folders f on f.id = l.folder_id and f.role = 'inbox'
  join public.messages m on m.id = l.message_id
  where f.account_id = ${mailbox.id} and l.uid = ${uid}`;

it('is read to the end, and nothing of it is given up', async () => {
  expect(runs.map(({ outcome }) => outcome)).toEqual([...runs.slice(1).map(() => 'more'), 'done']);
  expect(runs.reduce((sum, { run }) => sum + (run?.poisoned ?? 0), 0)).toBe(0);
  expect(runs.at(-1)?.run?.backlog).toBe(0);
});

describe('a mail', () => {
  it.each(mailCorpus.map((awkward) => [awkward.name, awkward] as const))(
    'with %s',
    async (name, { expected }) => {
      const [message] = await stored(uids.get(name) ?? 0);
      expect(message).toBeDefined();
      expect(message).toMatchObject({
        subject: expected.subject,
        from_name: expected.from.name,
        from_address: expected.from.address,
        kind: expected.kind,
        recipient_count: expected.recipients ?? 1,
      });
      for (const words of expected.text) expect(message?.text_body).toContain(words);
      for (const words of expected.notInText ?? []) expect(message?.text_body).not.toContain(words);
      expect(message?.html_body !== null).toBe(expected.hasHtml ?? false);
      expect(message?.attachments).toEqual(expected.attachments);
      // A sender's clock never puts a mail ahead of all others.
      expect(Number(message?.sent_at)).toBeLessThan(Date.now() + 60_000);
    },
  );
});

it('keeps two mails apart that share a Message-ID, and finds none twice', async () => {
  const twin = (which: string) => uids.get(`a Message-ID that another mail has as well (${which})`) ?? 0;
  const [[first], [second]] = [await stored(twin('first')), await stored(twin('second'))];
  expect(first?.message_id).not.toBe(second?.message_id);
  const count = async () =>
    (await sql`select id from public.messages where account_id = ${mailbox.id}`).length;
  const before = await count();
  expect(before).toBe(mailCorpus.length);
  await server.resetUidValidity(mailbox.address, 'INBOX');
  expect((await syncInTurn(owner, mailbox)).run).toMatchObject({ stored: 0 });
  expect(await count()).toBe(before);
});
