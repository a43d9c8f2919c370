import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection/index.js';
import type { PublicHost } from '../../http/address-guard.ts';
import type { SendOutcome } from './outgoing.ts';
import { sendProblem, type SendStage, withAddresses } from './send-problem.ts';

export interface SmtpLogin {
  host: PublicHost;
  port: number;
  username: string;
  password: string;
}

export interface SmtpMail {
  envelope: { from: string; to: string[] };
  raw: Uint8Array;
}

type Done = (error?: Error | null) => void;

/** From one packet to the next. */
const patienceMs = 20_000;
const chunkBytes = 64 * 1024;

/**
 * Hands one mail to a mail server, over TLS from the first byte.
 *
 * @param beforeHandingOver called when signed in, before anything about the mail is said; what it throws is thrown, and nothing was sent
 * @param signal gives up: the connection is closed
 */
export async function sendBySmtp(
  { envelope, raw }: SmtpMail,
  { host, port, username, password }: SmtpLogin,
  { beforeHandingOver, signal }: { beforeHandingOver: () => Promise<void>; signal: AbortSignal },
): Promise<SendOutcome> {
  const connection = new SMTPConnection({
    // The checked address: whoever looks the name up once more may get another answer.
    ...{ host: host.address, port, secure: true, tls: { servername: host.servername } },
    ...{ name: envelope.from.split('@')[1] ?? 'localhost', logger: false },
    ...{ connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs },
  });
  // An error that comes by itself reaches whoever waits, at every stage; the listener stays so that a late one ends nothing.
  const trouble = Promise.withResolvers<never>();
  trouble.promise.catch(() => undefined);
  connection.on('error', trouble.reject);
  connection.once('end', () => trouble.reject(new Error('Closed')));
  const giveUp = () => {
    trouble.reject(signal.reason);
    connection.close();
  };
  signal.addEventListener('abort', giveUp, { once: true });
  const step = <Value>(work: (done: (error: Error | null | undefined, value: Value) => void) => void) =>
    Promise.race([
      new Promise<Value>((resolve, reject) => {
        work((error, value) => (error ? reject(error) : resolve(value)));
      }),
      trouble.promise,
    ]);

  let stage: SendStage = 'before';
  let isClear = false;
  try {
    signal.throwIfAborted();
    await step<unknown>((done) => connection.connect(done as Done));
    await step<unknown>((done) => connection.login({ user: username, pass: password }, done as Done));
    isClear = true;
    await beforeHandingOver();
    isClear = false;
    stage = 'envelope';
    const content = inPieces(raw, () => (stage = 'content'));
    const { rejected } = await step<{ rejected: unknown[] }>((done) =>
      connection.send(envelope, content, done),
    );
    const refused = rejected.map(String);
    return {
      outcome: 'sent',
      code: refused.length > 0 ? withAddresses('recipients_refused', refused) : null,
    };
  } catch (error) {
    if (isClear) throw error;
    return sendProblem(error, stage);
  } finally {
    signal.removeEventListener('abort', giveUp);
    // Said or not, the mail is where it is.
    connection.quit();
    connection.close();
  }
}

/** @param onEnd called when the last piece was taken: from then on the server may have the mail */
function inPieces(raw: Uint8Array, onEnd: () => void): Readable {
  function* pieces() {
    for (let at = 0; at < raw.length; at += chunkBytes) {
      if (at + chunkBytes >= raw.length) onEnd();
      yield raw.subarray(at, at + chunkBytes);
    }
  }
  return Readable.from(pieces(), { objectMode: false });
}
