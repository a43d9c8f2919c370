import { Buffer } from 'node:buffer';
import { ImapFlow, type ImapFlowOptions } from 'imapflow';
import type { PublicHost } from '../../http/address-guard.ts';
import { hearErrors } from '../hear-errors.ts';
import type { FolderState, MailServer, ServerFolder } from './mail-server.ts';
import { uidSet } from './uid-ranges.ts';

export interface ImapAccess {
  /** Checked by the address guard. */
  host: PublicHost;
  port: number;
  username: string;
  password: string;
}

/**
 * How we connect. The defaults of imapflow wait minutes and take in gigabytes; a function has neither. Compression and IDLE
 * cost more than they bring, and its log would hold addresses and texts.
 */
export function imapOptions({ host, port, username, password }: ImapAccess): ImapFlowOptions {
  return {
    ...{ host: host.address, servername: host.servername, port, secure: true },
    auth: { user: username, pass: password },
    ...{ logger: false, disableAutoIdle: true, disableCompression: true },
    ...{ connectionTimeout: 15_000, greetingTimeout: 10_000, socketTimeout: 30_000 },
    ...{ maxLiteralSize: 26_000_000, maxResponseSize: 30_000_000 },
    clientInfo: { name: 'Chairside' },
  };
}

/** Where the time of one command ends, whatever the server sends meanwhile. */
const commandMs = 50_000;

/** Signs in to a mailbox. Throws what imapflow throws. */
export async function connectImap(access: ImapAccess): Promise<MailServer> {
  const client = new ImapFlow(imapOptions(access));
  // A connection that breaks between two commands makes the next command fail.
  hearErrors(client);
  try {
    await client.connect();
  } catch (error) {
    client.close();
    throw error;
  }
  return new ImapServer(client);
}

class ImapServer implements MailServer {
  readonly #client: ImapFlow;
  /** What the server said last to a command of which imapflow tells only that it failed. */
  #refusal: { responseStatus: string; serverResponseCode: string } | null = null;

  constructor(client: ImapFlow) {
    this.#client = client;
    client.on('response', ({ response, code }: { response: string; code?: string }) => {
      this.#refusal = /^(NO|BAD)$/i.test(response)
        ? { responseStatus: response.toUpperCase(), serverResponseCode: code ?? '' }
        : null;
    });
  }

  get mostMessages(): number | null {
    const limit = this.#client.capabilities.get('MESSAGELIMIT');
    if (typeof limit === 'number') return limit;
    const named = [...this.#client.capabilities.keys()].map((name) => /^MESSAGELIMIT=(\d+)$/.exec(name)?.[1]);
    const given = named.find((value) => value !== undefined);
    return given === undefined ? null : Math.max(1, Number(given));
  }

  get hidesOldMessages(): boolean {
    return this.#client.capabilities.has('UIDONLY');
  }

  async folders(): Promise<ServerFolder[]> {
    const listed = await this.#timed(this.#client.list());
    const inbox = listed.find(({ path }) => path.toUpperCase() === 'INBOX');
    const sent = listed
      .filter(({ specialUse, flags }) => specialUse === '\\Sent' && !flags.has('\\Noselect'))
      .toSorted((a, b) => sureness(b.specialUseSource) - sureness(a.specialUseSource))[0];
    return [
      { path: inbox?.path ?? 'INBOX', role: 'inbox' as const },
      ...(sent ? [{ path: sent.path, role: 'sent' as const }] : []),
    ];
  }

  async open(path: string): Promise<FolderState | null> {
    try {
      const box = await this.#timed(this.#client.mailboxOpen(path, { readOnly: true }));
      // Taken at once: imapflow counts on while messages are fetched.
      const state = { uidValidity: String(box.uidValidity), exists: box.exists, uidNext: box.uidNext };
      const highestModseq = box.highestModseq && !box.noModseq ? String(box.highestModseq) : null;
      if (!state.uidNext) state.uidNext = (await this.#lastUid(state.exists)) + 1;
      return { ...state, highestModseq };
    } catch (error) {
      if ((error as { mailboxMissing?: boolean }).mailboxMissing) return null;
      throw error;
    }
  }

  /** For servers that do not say what the next UID will be. */
  async #lastUid(exists: number): Promise<number> {
    return exists === 0 ? 0 : ((await this.search({ seq: '*' })).at(-1) ?? 0);
  }

  async search(query: Parameters<MailServer['search']>[0]): Promise<number[]> {
    this.#refusal = null;
    const found = await this.#timed(this.#client.search(query, { uid: true }));
    if (Array.isArray(found)) return found;
    this.#throwFailure('SEARCH');
  }

  async fetch(uids: readonly number[], query: Parameters<MailServer['fetch']>[1]) {
    if (uids.length === 0) return [];
    const wanted = new Set(uids);
    if (!this.#client.mailbox) this.#throwFailure('FETCH');
    const found = await this.#timed(
      this.#client.fetchAll(uidSet(uids), { uid: true, ...query }, { uid: true }),
    );
    if (found.length === 0 && !this.#client.usable) this.#throwFailure('FETCH');
    // Servers also tell of messages nobody asked about, such as one whose flags have just changed.
    return found.filter(({ uid }) => wanted.has(uid));
  }

  async append(path: string, mail: Uint8Array, date: Date): Promise<void> {
    this.#refusal = null;
    const stored = await this.#timed(this.#client.append(path, Buffer.from(mail), ['\\Seen'], date));
    if (!stored) this.#throwFailure('APPEND');
  }

  async close(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, 3_000);
    });
    await Promise.race([this.#client.usable ? this.#client.logout().catch(() => {}) : undefined, patience]);
    clearTimeout(timer);
    this.#client.close();
  }

  /** A server that sends a byte now and then keeps every timeout of the socket from ending. */
  async #timed<T>(command: Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#client.close();
        reject(Object.assign(new Error('The command takes too long.'), { code: 'ETIMEOUT' }));
      }, commandMs);
    });
    try {
      return await Promise.race([command, end]);
    } finally {
      clearTimeout(timer);
    }
  }

  #throwFailure(command: string): never {
    const refusal = this.#client.usable ? this.#refusal : null;
    throw Object.assign(new Error(`${command} failed`), refusal ?? { code: 'NoConnection' });
  }
}

/** The server says so, somebody chose it, or it is called like that in some language. */
const sureness = (source: string | undefined): number => ['name', 'user', 'extension'].indexOf(source ?? '');
