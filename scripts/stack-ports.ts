/** Ports of the local stack: what each is for, and what to do when one is taken. */
import { createServer } from 'node:net';

const purposes: Record<string, string> = {
  port: 'Supabase',
  'db-port': 'the database',
  'app-port': 'the web app',
  'smtp-port': 'the SMTP inbox',
  'imap-port': 'the mailboxes of this machine',
  'smtps-port': 'sending from the mailboxes of this machine',
};

/** A port that cannot be used; the message says what to do. */
export class PortError extends Error {}

/** Throws a PortError, naming the port and how to choose another, unless all ports are free. `ports` is keyed by flag. */
export async function requireFreePorts(ports: Record<string, string>): Promise<void> {
  for (const [flag, text] of Object.entries(ports)) {
    const port = Number(text);
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      throw new PortError(`--${flag} must be a port number, not "${text}".`);
    if (await isFree(port)) continue;
    const variable = `CHAIRSIDE_${flag.toUpperCase().replace('-', '_')}`;
    throw new PortError(
      `Port ${port}, for ${purposes[flag] ?? flag}, is taken by another program.\n` +
        `Stop that program, or choose another port: npm start -- --${flag} ${port + 1}   (or ${variable}=${port + 1})`,
    );
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
