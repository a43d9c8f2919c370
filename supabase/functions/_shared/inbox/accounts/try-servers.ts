import { ImapFlow } from 'imapflow';
import nodemailer from 'nodemailer';
import type { PublicHost } from '../../http/address-guard.ts';
import { hearErrors } from '../hear-errors.ts';

export interface MailLogin {
  host: PublicHost;
  port: number;
  username: string;
  password: string;
}

/** For each server, from the first packet to the end of the login. */
const patienceMs = 15_000;

/** Logs in and lists the folders, as the sync will. Throws what imapflow throws, or a timeout. */
export async function tryImap({ host, port, username, password }: MailLogin): Promise<void> {
  const client = new ImapFlow({
    ...{ host: host.address, port, servername: host.servername, secure: true },
    ...{ auth: { user: username, pass: password }, logger: false, clientInfo: { name: 'Chairside' } },
    ...{ disableAutoIdle: true, disableCompression: true },
    ...{ connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs },
    ...{ maxLiteralSize: 1_000_000, maxResponseSize: 2_000_000 },
  });
  hearErrors(client);
  const work = async () => {
    await client.connect();
    await client.list();
    await client.logout();
  };
  await inTime(work, () => client.close());
}

/** Logs in and leaves again without handing anything over. Throws what nodemailer throws, or a timeout. */
export async function trySmtp({ host, port, username, password }: MailLogin): Promise<void> {
  const transport = nodemailer.createTransport({
    ...{ host: host.address, port, secure: true, tls: { servername: host.servername } },
    ...{ auth: { user: username, pass: password }, logger: false },
    ...{ connectionTimeout: patienceMs, greetingTimeout: patienceMs, socketTimeout: patienceMs },
  });
  await inTime(
    () => transport.verify(),
    () => transport.close(),
  );
}

async function inTime(work: () => Promise<unknown>, close: () => void): Promise<void> {
  const timeout = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => timeout.reject(Object.assign(new Error('too slow'), { code: 'ETIMEDOUT' })),
    patienceMs,
  );
  try {
    await Promise.race([work(), timeout.promise]);
  } finally {
    clearTimeout(timer);
    close();
  }
}
