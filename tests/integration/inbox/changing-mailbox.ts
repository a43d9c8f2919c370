/** A mailbox on the mail server to which things happen while it is synced, and what is stored of it. */
import { randomBytes } from 'node:crypto';
import type { ImapFlow } from 'imapflow';
import type postgres from 'postgres';
import { filePart, mail, multipart, textPart } from '../../support/mail-corpus/building.ts';
import type { Mailbox } from '../../support/mailboxes.ts';

export type Folder = 'INBOX' | 'Sent';

/** A message in a folder. */
export interface Place {
  folder: Folder;
  uid: number;
  subject: string;
  isSeen: boolean;
  isFlagged: boolean;
}

export class ChangingMailbox {
  readonly #client: ImapFlow;
  readonly #address: string;
  readonly #random: () => number;
  /** Contents of attachments by the subjects of their mails. */
  readonly files = new Map<string, Buffer>();
  readonly subjects: string[] = [];

  /** @param client signed in to the mailbox */
  constructor(client: ImapFlow, address: string, random: () => number) {
    this.#client = client;
    this.#address = address;
    this.#random = random;
  }

  /** New mail: every fifth has no Message-ID, every sixth a file, every seventh went out and lies in both folders. */
  async fill(count: number): Promise<void> {
    for (let left = count; left > 0; left -= 1) {
      const number = this.subjects.length + 1;
      const subject = `Mail ${String(number).padStart(4, '0')}`;
      const raw = this.#compose(subject, number);
      this.subjects.push(subject);
      await this.#client.append('INBOX', raw, this.#random() < 0.3 ? ['\\Seen'] : []);
      if (number % 7 === 0) await this.#client.append('Sent', raw, ['\\Seen']);
    }
  }

  #compose(subject: string, number: number): Buffer {
    const text = textPart(`This is ${subject}.`);
    const headers = {
      ...(number % 5 === 0 ? { 'Message-ID': null } : {}),
      ...(number % 7 === 0 ? { From: this.#address } : {}),
    };
    if (number % 6 !== 0) return mail(text, { subject, headers });
    const content = randomBytes(20_000 + Math.floor(this.#random() * 200_000));
    this.files.set(subject, content);
    return mail(multipart('mixed', [text, filePart('"scan.pdf"', 'application/pdf', content)]), {
      subject,
      headers,
    });
  }

  /** What mail clients do meanwhile: some are read, some flagged, some are deleted. */
  async disturb(): Promise<void> {
    await this.#client.mailboxOpen('INBOX');
    const uids = (await this.#client.search({ all: true }, { uid: true })) || [];
    const some = (share: number) => uids.filter(() => this.#random() < share).join();
    for (const [flag, share] of [
      ['\\Seen', 0.05],
      ['\\Flagged', 0.05],
    ] as const) {
      const set = some(share);
      if (set !== '') await this.#client.messageFlagsSet(set, [flag], { uid: true });
    }
    const gone = some(0.02);
    if (gone !== '') await this.#client.messageDelete(gone, { uid: true });
  }

  /** Everything that is in the mailbox now. */
  async places(): Promise<Place[]> {
    const places: Place[] = [];
    for (const folder of ['INBOX', 'Sent'] as const) {
      await this.#client.mailboxOpen(folder);
      const found = await this.#client.fetchAll('1:*', { uid: true, flags: true, envelope: true });
      places.push(
        ...found.map(({ uid, flags, envelope }) => ({
          ...{ folder, uid, subject: envelope?.subject ?? '' },
          ...{ isSeen: flags?.has('\\Seen') ?? false, isFlagged: flags?.has('\\Flagged') ?? false },
        })),
      );
    }
    return places.toSorted(byPlace);
  }
}

const byPlace = (a: Place, b: Place): number => a.folder.localeCompare(b.folder) || a.uid - b.uid;

/** What the database believes to be in the mailbox. */
export async function storedPlaces(sql: postgres.Sql, { id }: Mailbox): Promise<Place[]> {
  const places = await sql<Place[]>`
    select f.path as folder, l.uid::integer as uid, coalesce(m.subject, l.problem) as subject,
      l.is_seen as "isSeen", l.is_flagged as "isFlagged"
    from private.message_locations l
    join private.mail_folders f on f.id = l.folder_id
    left join public.messages m on m.tenant_id = l.tenant_id and m.id = l.message_id
    where f.account_id = ${id}`;
  return places.map((place) => ({ ...place })).toSorted(byPlace);
}
