/** What a correspondence of the demo consists of, and the mails that it becomes. */
import { createHash } from 'node:crypto';
import nodemailer from 'nodemailer';

/** The mailbox of the clinic that has one. */
export const clinicMailbox = { name: 'Bright Smile Dental', address: 'office@brightsmile.example' };

export interface Correspondent {
  name: string;
  address: string;
}

export interface DemoMail {
  /** Days before the demo was set up, and the time of day there. */
  daysAgo: number;
  at: string;
  text: string;
  /** Written by the clinic; otherwise by the other side. */
  isOurs?: boolean;
  /** Nobody has read it yet. */
  isUnread?: boolean;
  isFlagged?: boolean;
  html?: string;
  attachments?: { filename: string; contentType: string; content: Uint8Array; cid?: string }[];
  headers?: Record<string, string>;
}

/** Mails that belong together, oldest first. */
export interface Correspondence {
  subject: string;
  who: Correspondent;
  mails: DemoMail[];
}

/** A mail as it lies in the mailbox. */
export interface MailboxEntry {
  folder: 'INBOX' | 'Sent';
  flags: string[];
  date: Date;
  raw: Buffer;
}

/** Builds the mails of a correspondence as they arrived before `now`. */
export async function mailboxEntries(correspondence: Correspondence, now: Date): Promise<MailboxEntry[]> {
  const earlier: { id: string; mail: DemoMail; date: Date }[] = [];
  const entries: MailboxEntry[] = [];
  for (const mail of correspondence.mails) {
    const date = momentOf(mail, now);
    const id = messageId(correspondence, mail, earlier.length);
    entries.push({
      folder: mail.isOurs ? 'Sent' : 'INBOX',
      flags: [...(mail.isUnread ? [] : ['\\Seen']), ...(mail.isFlagged ? ['\\Flagged'] : [])],
      date,
      raw: await compose(correspondence, mail, id, date, earlier),
    });
    earlier.push({ id, mail, date });
  }
  return entries;
}

/** Never later than now: a mail of this evening is from this morning then. */
function momentOf({ daysAgo, at }: DemoMail, now: Date): Date {
  const [hours = 0, minutes = 0] = at.split(':').map(Number);
  const date = new Date(now);
  date.setDate(date.getDate() - daysAgo);
  date.setHours(hours, minutes, (hours * 7 + minutes) % 60, 0);
  return date > now ? new Date(now.getTime() - (24 * 60 - hours * 60 - minutes) * 1_000) : date;
}

function messageId({ subject, who }: Correspondence, mail: DemoMail, position: number): string {
  const digest = createHash('sha256').update(`${subject}\n${who.address}\n${position}`).digest('hex');
  const domain = (mail.isOurs ? clinicMailbox : who).address.split('@')[1];
  return `<${digest.slice(0, 24)}@${domain}>`;
}

async function compose(
  { subject, who }: Correspondence,
  mail: DemoMail,
  id: string,
  date: Date,
  earlier: { id: string; mail: DemoMail; date: Date }[],
): Promise<Buffer> {
  const [from, to] = mail.isOurs ? [clinicMailbox, who] : [who, clinicMailbox];
  const answered = earlier.at(-1);
  const quoted = answered
    ? `\n\nOn ${answered.date.toUTCString().slice(0, 16)}, ${(answered.mail.isOurs ? clinicMailbox : who).name} wrote:\n` +
      answered.mail.text.replace(/^/gm, '> ')
    : '';
  const transport = nodemailer.createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { message } = await transport.sendMail({
    ...{ from, to, date, messageId: id, text: mail.text + quoted },
    subject: answered ? `Re: ${subject}` : subject,
    ...(answered ? { inReplyTo: answered.id, references: earlier.map((each) => each.id).join(' ') } : {}),
    ...(mail.html ? { html: mail.html } : {}),
    headers: mail.headers ?? {},
    attachments: (mail.attachments ?? []).map(({ content, ...file }) => ({
      ...file,
      content: Buffer.from(content),
    })),
  });
  return message as Buffer;
}
