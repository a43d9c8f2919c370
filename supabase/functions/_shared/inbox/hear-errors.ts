import type { ImapFlow } from 'imapflow';

/**
 * Makes sure that no error of a connection ends the whole function, and with it what it does for other mailboxes.
 *
 * imapflow listens for the first error of its socket only, and not at all once it has closed it. Deno's sockets tell of another
 * one when a server leaves without the farewell of TLS, as many do; an error that nobody hears ends the process. Whatever is
 * waiting for an answer learns of the end of the connection from imapflow all the same.
 */
export function hearErrors(client: ImapFlow): void {
  const deaf = () => {};
  client.on('error', deaf);
  let socket: unknown = false;
  Object.defineProperty(client, 'socket', {
    get: () => socket,
    set: (next: { on?: (event: 'error', listener: () => void) => void } | false | null) => {
      if (next && next !== socket) next.on?.('error', deaf);
      socket = next;
    },
  });
}
