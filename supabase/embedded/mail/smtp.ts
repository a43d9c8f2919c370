/** SMTP servers on the loopback interface that deliver everything to the inbox. */
import PostalMime, { type Address } from 'postal-mime';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import type { Inbox } from './inbox.ts';

const largestMessageBytes = 25 * 1024 * 1024;

/** The outgoing server of mailboxes on this machine: TLS from the first byte, and only their owners may send. */
export interface SubmissionOptions {
  port: number;
  cert: Buffer;
  key: Buffer;
  isPassword: (user: string, password: string) => boolean;
  /** Puts a mail into the mailboxes on this machine that it is for. */
  deliver: (to: string[], raw: Buffer) => Promise<void>;
}

/** Starts listening and returns how to stop. Any sender and any login is accepted. */
export function startSmtp(port: number, inbox: Inbox): Promise<() => Promise<void>> {
  return listen(port, inbox, {
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? '' }),
  });
}

/** Starts listening as on port 465 and returns how to stop. */
export function startSubmission(inbox: Inbox, options: SubmissionOptions): Promise<() => Promise<void>> {
  const { port, cert, key, isPassword, deliver } = options;
  return listen(
    port,
    inbox,
    {
      ...{ secure: true, cert, key, authMethods: ['PLAIN', 'LOGIN'] },
      onAuth: ({ username, password }, _session, callback) => {
        if (username && password && isPassword(username, password)) return callback(null, { user: username });
        callback(Object.assign(new Error('5.7.8 Username and password not accepted'), { responseCode: 535 }));
      },
    },
    deliver,
  );
}

async function listen(
  port: number,
  inbox: Inbox,
  options: SMTPServerOptions,
  deliver: SubmissionOptions['deliver'] = async () => undefined,
): Promise<() => Promise<void>> {
  const server = new SMTPServer({
    ...options,
    size: largestMessageBytes,
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const raw = Buffer.concat(chunks);
        const to = session.envelope.rcptTo.map((recipient) => recipient.address);
        void Promise.all([PostalMime.parse(raw), deliver(to, raw)]).then(
          ([mail]) => {
            inbox.deliver({
              from: mail.from ? formatAddress(mail.from) : '',
              to,
              subject: mail.subject ?? '',
              text: mail.text ?? '',
              html: mail.html ?? '',
              source: 'smtp',
            });
            callback();
          },
          (error: Error) => callback(error),
        );
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve());
  });
  return () => new Promise((resolve) => server.close(() => resolve()));
}

function formatAddress(address: Address): string {
  return address.name ? `${address.name} <${address.address ?? ''}>` : (address.address ?? '');
}
