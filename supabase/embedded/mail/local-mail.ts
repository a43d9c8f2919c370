/**
 * A mail provider on this machine: mailboxes by IMAP, sending by SMTP, both with TLS, as a clinic has them elsewhere. What is
 * sent lands on the page of captured mail, and in the mailboxes that it is for.
 */
import { readFileSync } from 'node:fs';
import type { Certificate } from './certificate.ts';
import { startDovecot, type Dovecot } from './dovecot.ts';
import type { Inbox } from './inbox.ts';
import { startSubmission } from './smtp.ts';

export interface LocalMail {
  imapPort: number;
  smtpPort: number;
  setPassword: Dovecot['setPassword'];
  connect: Dovecot['connect'];
  stop(): Promise<void>;
}

export interface LocalMailOptions {
  imapPort: number;
  smtpPort: number;
  /** Keeps the mailboxes. */
  directory: string;
  certificate: Certificate;
  inbox: Inbox;
  log: (text: string) => void;
}

/** Starts both servers. Throws when one of them cannot start; nothing runs then. */
export async function startLocalMail(options: LocalMailOptions): Promise<LocalMail> {
  const { imapPort, smtpPort, directory, certificate, inbox, log } = options;
  const dovecot = await startDovecot({ port: imapPort, directory, certificate, log });
  try {
    const stopSending = await startSubmission(inbox, {
      port: smtpPort,
      cert: readFileSync(certificate.certificate),
      key: readFileSync(certificate.key),
      isPassword: dovecot.isPassword,
      deliver: async (to, raw) => {
        for (const address of new Set(to.map((each) => each.toLowerCase())))
          if (dovecot.hasMailbox(address)) await deliver(dovecot, address, raw);
      },
    });
    const stop = async () => {
      await stopSending();
      await dovecot.stop();
    };
    return { imapPort, smtpPort, setPassword: dovecot.setPassword, connect: dovecot.connect, stop };
  } catch (error) {
    await dovecot.stop();
    throw error;
  }
}

async function deliver(dovecot: Dovecot, address: string, raw: Buffer): Promise<void> {
  const client = await dovecot.connect(address);
  try {
    await client.append('INBOX', raw);
  } finally {
    await client.logout();
  }
}
