/**
 * The outgoing side of a mail account: SMTP with TLS from the first byte (as on port 465) and a login. It keeps what it is
 * given, and fails as it is told to.
 */
import { readFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { mailCertificate } from './dovecot.ts';

/** A mail as it was handed over. */
export interface SunkMail {
  /** Who was signed in. */
  user: string;
  from: string;
  to: string[];
  raw: Buffer;
}

/** What goes wrong with the next mails. */
export type SmtpFault =
  /** The login is refused, although the password is right. */
  | { kind: 'refuse_login' }
  /** "Try again later", before anything was handed over. */
  | { kind: 'unavailable' }
  /** One recipient is unknown. */
  | { kind: 'refuse_recipient'; address: string }
  /** The server takes the text and refuses it for good, or for now. */
  | { kind: 'refuse_mail'; code: 554 | 451 }
  /** The text is taken, but the connection breaks before the answer. With `isLost` the server has forgotten it, too. */
  | { kind: 'drop'; isLost?: boolean }
  /** The answer to the text comes late. */
  | { kind: 'slow'; milliseconds: number };

export interface SmtpSink {
  host: 'localhost';
  smtpPort: number;
  /** Everything that was taken, oldest first. */
  mails: SunkMail[];
  addUser(address: string, password: string): void;
  /** Adds a fault for the next `times` mails it can hit; default 1. */
  fail(fault: SmtpFault, times?: number): void;
  /** Takes all faults away. */
  recover(): void;
  stop(): Promise<void>;
}

const largestMailBytes = 25 * 1024 * 1024;

export async function startSmtpSink(certificate = mailCertificate()): Promise<SmtpSink> {
  const passwords = new Map<string, string>();
  const mails: SunkMail[] = [];
  let faults: { fault: SmtpFault; left: number }[] = [];

  function take<Kind extends SmtpFault['kind']>(
    kind: Kind,
    isHit: (fault: Extract<SmtpFault, { kind: Kind }>) => boolean = () => true,
  ): Extract<SmtpFault, { kind: Kind }> | undefined {
    for (const entry of faults) {
      const fault = entry.fault as Extract<SmtpFault, { kind: Kind }>;
      if (entry.fault.kind !== kind || entry.left === 0 || !isHit(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }

  const server = new SMTPServer({
    secure: true,
    cert: readFileSync(certificate.certificate),
    key: readFileSync(certificate.key),
    authMethods: ['PLAIN', 'LOGIN'],
    size: largestMailBytes,
    onAuth: ({ username = '', password }, _session, done) => {
      const isRight = passwords.has(username) && passwords.get(username) === password;
      if (!isRight || take('refuse_login')) done(answer(535, '5.7.8 Username and Password not accepted'));
      else done(null, { user: username });
    },
    onMailFrom: (_address, _session, done) =>
      done(take('unavailable') ? answer(421, '4.3.0 Try again later, closing connection') : null),
    onRcptTo: ({ address }, _session, done) => {
      const isRefused = take('refuse_recipient', (fault) => fault.address === address);
      done(isRefused ? answer(550, `5.1.1 <${address}>: no such mailbox`) : null);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => void receive(Buffer.concat(chunks), session, done));
    },
  });

  async function receive(raw: Buffer, session: SMTPServerSession, done: (error?: Error | null) => void) {
    const refused = take('refuse_mail');
    if (refused) return done(answer(refused.code, 'The mail is refused'));
    const slow = take('slow');
    if (slow) await sleep(slow.milliseconds);
    const dropped = take('drop');
    const { mailFrom, rcptTo } = session.envelope;
    if (!dropped?.isLost)
      mails.push({
        user: session.user ?? '',
        from: mailFrom ? mailFrom.address : '',
        to: rcptTo.map(({ address }) => address),
        raw,
      });
    if (dropped) socketOf(server, session)?.destroy();
    else done();
  }

  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    host: 'localhost',
    smtpPort: (server.server.address() as AddressInfo).port,
    mails,
    addUser: (address, password) => void passwords.set(address, password),
    fail: (fault, times = 1) => void faults.push({ fault, left: times }),
    recover: () => void (faults = []),
    stop: () =>
      new Promise((resolve) => {
        for (const { _socket: socket } of connectionsOf(server)) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

const answer = (responseCode: number, text: string): Error =>
  Object.assign(new Error(text), { responseCode });

/** What the library keeps of each connection, without having a type for it. */
const connectionsOf = (server: SMTPServer) =>
  server.connections as unknown as Set<{ id: string; _socket: Socket }>;

function socketOf(server: SMTPServer, session: SMTPServerSession): Socket | undefined {
  const { _socket: socket } = [...connectionsOf(server)].find(({ id }) => id === session.id) ?? {};
  return socket;
}
