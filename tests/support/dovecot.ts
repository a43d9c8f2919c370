/**
 * A real mail server for a test file: Dovecot with mailboxes of its own, and what a mail client, the provider or time
 * would do to them. Functions trust its certificate, which belongs to the stack (MAIL_CERTIFICATES).
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImapFlow } from 'imapflow';
import { certificateFiles, type Certificate } from '../../supabase/embedded/mail/certificate.ts';
import { startDovecot as startProcess } from '../../supabase/embedded/mail/dovecot.ts';
import { freePort } from '../../supabase/embedded/test-stack.ts';

export interface TestMailServer {
  /** What an account is set up with, beside its address and password. */
  host: 'localhost';
  imapPort: number;
  /** Makes a mailbox with the folders INBOX, Sent, Trash, Drafts and Junk, or gives an existing one another password. */
  addMailbox(address: string): Promise<{ password: string }>;
  /** Puts a message into a folder, as delivered at `date`, and returns its UID. */
  append(
    address: string,
    folder: string,
    raw: string | Uint8Array,
    how?: { flags?: string[]; date?: Date },
  ): Promise<number>;
  expunge(address: string, folder: string, uids: number[]): Promise<void>;
  setFlags(address: string, folder: string, uids: number[], flags: string[]): Promise<void>;
  /** Moves messages as a mail client does, and returns their new UIDs. */
  move(address: string, folder: string, uids: number[], target: string): Promise<number[]>;
  /** Numbers a folder anew, as after a restored backup: another UIDVALIDITY, UIDs from 1. */
  resetUidValidity(address: string, folder: string): Promise<void>;
  /** A connection to the mailbox that needs no password. The caller logs out. */
  connect(address: string): Promise<ImapFlow>;
  stop(): Promise<void>;
}

/** The certificate of the stack under test. */
export function mailCertificate(): Certificate {
  const directory = process.env.MAIL_CERTIFICATES;
  if (!directory)
    throw new Error('MAIL_CERTIFICATES is not set: it names the directory of the certificate for mail tests');
  return certificateFiles(directory);
}

/** Starts Dovecot on a free port, with nothing in it. */
export async function startDovecot(certificate = mailCertificate()): Promise<TestMailServer> {
  const directory = mkdtempSync(join(tmpdir(), 'chairside-mail-'));
  const lines: string[] = [];
  const server = await startProcess({
    ...{ port: await freePort(), directory, certificate, durable: false },
    log: (text) => void lines.push(text),
  }).catch((error: unknown) => {
    rmSync(directory, { recursive: true, force: true });
    throw new Error(`${String(error)}\n${lines.join('')}`, { cause: error });
  });

  async function inMailbox<T>(address: string, work: (client: ImapFlow) => Promise<T>): Promise<T> {
    const client = await server.connect(address);
    try {
      return await work(client);
    } finally {
      await client.logout();
    }
  }
  const inFolder = <T>(address: string, folder: string, work: (client: ImapFlow) => Promise<T>): Promise<T> =>
    inMailbox(address, async (client) => {
      await client.mailboxOpen(folder);
      return work(client);
    });

  return {
    host: 'localhost',
    imapPort: server.port,
    addMailbox: async (address) => {
      const password = randomBytes(12).toString('base64url');
      await server.setPassword(address, password);
      // The first look makes the folders.
      await inMailbox(address, (client) => client.list());
      return { password };
    },
    append: (address, folder, raw, { flags = [], date = new Date() } = {}) =>
      inMailbox(address, async (client) => {
        const done = await client.append(folder, Buffer.from(raw), flags, date);
        if (!done || done.uid === undefined)
          throw new Error(`${folder} of ${address} did not take a message`);
        return done.uid;
      }),
    expunge: (address, folder, uids) =>
      inFolder(address, folder, async (client) => {
        await client.messageDelete(uids.join(), { uid: true });
      }),
    setFlags: (address, folder, uids, flags) =>
      inFolder(address, folder, async (client) => {
        await client.messageFlagsSet(uids.join(), flags, { uid: true });
      }),
    move: (address, folder, uids, target) =>
      inFolder(address, folder, async (client) => {
        const done = await client.messageMove(uids.join(), target, { uid: true });
        if (!done || !done.uidMap) throw new Error(`${folder} of ${address} did not move ${uids.join()}`);
        return uids.map((uid) => done.uidMap?.get(uid) ?? 0);
      }),
    resetUidValidity: async (address, folder) => forgetNumbers(server.mailDirectory(address), folder),
    connect: server.connect,
    stop: async () => {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Without its list of UIDs and its index, Dovecot takes the messages of a Maildir for new ones. */
function forgetNumbers(mailDirectory: string, folder: string): void {
  const directory = folder === 'INBOX' ? mailDirectory : join(mailDirectory, `.${folder}`);
  const known = readdirSync(directory).filter((name) => /^dovecot(?:\.index|-uidlist)/.test(name));
  if (!known.includes('dovecot-uidlist')) throw new Error(`Nobody has opened ${folder} yet`);
  for (const name of known) rmSync(join(directory, name));
}
