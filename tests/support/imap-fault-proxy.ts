/**
 * Stands between a function and Dovecot, with the same certificate, and lets things go wrong as they do with providers:
 * slow lines, cut connections, refusals that mean something else, one message that can never be read.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect, createServer, type TLSSocket } from 'node:tls';
import { mailCertificate } from './dovecot.ts';
import { holdsUid, ImapLines } from './imap-lines.ts';

/** LOGIN stands for AUTHENTICATE, and SELECT for EXAMINE, as well. UID FETCH is FETCH. */
export type ImapCommand = 'LOGIN' | 'LIST' | 'SELECT' | 'FETCH' | 'SEARCH' | 'STATUS' | 'APPEND';

export type ImapFault =
  /** Everything the server says comes in pieces of a kilobyte, with a pause before each. */
  | { kind: 'slow'; milliseconds: number }
  /** The connection breaks in the middle of the first literal of at least so many bytes. */
  | { kind: 'cut_literal'; bytes: number }
  /** The command is answered with NO; the code stands in brackets, such as LIMIT. */
  | { kind: 'refuse'; command: ImapCommand; code?: string; text: string }
  /** The server says BYE in place of an answer, and closes. */
  | { kind: 'bye'; command: ImapCommand }
  /** The answer is noise, and then silence. */
  | { kind: 'garbage'; command: ImapCommand }
  /** No answer at all. */
  | { kind: 'silence'; command: ImapCommand }
  /** Whoever asks for the content of this message gets an error, whatever else they asked for. */
  | { kind: 'poison'; uid: number }
  /** The connection is closed before a word. */
  | { kind: 'hang_up' };

export interface ImapFaultProxy {
  host: 'localhost';
  imapPort: number;
  /** What was asked of the server, without arguments of a login. */
  commands: string[];
  /** How many connections there were, and how many at once at most. */
  connections: { total: number; most: number };
  /** Adds a fault for the next `times` occasions; default: from now on. */
  fail(fault: ImapFault, times?: number): void;
  /** Takes all faults away. */
  recover(): void;
  stop(): Promise<void>;
}

const pieceBytes = 1024;
const synonyms: Record<string, string> = { AUTHENTICATE: 'LOGIN', EXAMINE: 'SELECT' };

export async function startImapFaultProxy(
  serverPort: number,
  certificate = mailCertificate(),
): Promise<ImapFaultProxy> {
  const commands: string[] = [];
  const connections = { total: 0, most: 0 };
  const open = new Set<TLSSocket>();
  let faults: { fault: ImapFault; left: number }[] = [];

  /** Uses up one occasion of the first fault that fits. */
  function take<Kind extends ImapFault['kind']>(
    kind: Kind,
    isHit: (fault: Extract<ImapFault, { kind: Kind }>) => boolean = () => true,
  ): Extract<ImapFault, { kind: Kind }> | undefined {
    for (const entry of faults) {
      const fault = entry.fault as Extract<ImapFault, { kind: Kind }>;
      if (entry.fault.kind !== kind || entry.left === 0 || !isHit(fault)) continue;
      entry.left -= 1;
      return fault;
    }
    return undefined;
  }

  const server = createServer(
    { cert: readFileSync(certificate.certificate), key: readFileSync(certificate.key) },
    (client) => {
      const upstream = connect({
        ...{ host: '127.0.0.1', port: serverPort, servername: 'localhost' },
        ca: readFileSync(certificate.authority),
      });
      track(client, upstream);
      if (take('hang_up')) return void client.destroy();
      passCommands(client, upstream);
      void passAnswers(client, upstream);
    },
  );

  function track(client: TLSSocket, upstream: TLSSocket): void {
    open.add(client);
    connections.total += 1;
    connections.most = Math.max(connections.most, open.size);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => undefined);
      one.once('close', () => other.destroy());
    }
    client.once('close', () => open.delete(client));
  }

  function passCommands(client: TLSSocket, upstream: TLSSocket): void {
    /** Set while what follows belongs to a command that the server never saw. */
    let isSwallowing = false;
    const lines = new ImapLines({
      line: (line, continues) => {
        if (!continues) isSwallowing = answerFaulty(String(line), client);
        if (!isSwallowing) upstream.write(line);
      },
      literal: (piece) => void (isSwallowing || upstream.write(piece)),
    });
    client.on('data', (chunk: Buffer) => lines.push(chunk));
  }

  /** Answers a command in the server's place when a fault says so. */
  function answerFaulty(line: string, client: TLSSocket): boolean {
    const [, tag, uid = '', given = '', rest = ''] = /^(\S+) (UID )?(\S+)(.*)/is.exec(line) ?? [];
    if (tag === undefined) return false;
    const verb = given.toUpperCase();
    const command = synonyms[verb] ?? verb;
    commands.push(command === 'LOGIN' ? command : `${uid}${verb}${rest}`.trim());
    const isMeant = (fault: { command: string }) => fault.command === command;
    const refused = take('refuse', isMeant);
    if (refused) {
      const code = refused.code ? `[${refused.code}] ` : '';
      return client.write(`${tag} NO ${code}${refused.text}\r\n`) || true;
    }
    if (take('bye', isMeant)) {
      client.end('* BYE Too busy, come back later\r\n');
      return true;
    }
    if (take('garbage', isMeant)) {
      const noise = Buffer.concat([
        Buffer.from('* (((( FETCH "'),
        randomBytes(2_000),
        Buffer.from('\r\n* 1 FETCH (UID {\r\n'),
      ]);
      return client.write(noise) || true;
    }
    if (take('silence', isMeant)) return true;
    const asksForContent = command === 'FETCH' && /\b(?:BODY|BODYSTRUCTURE|ENVELOPE|RFC822)\b/i.test(rest);
    if (asksForContent && take('poison', (fault) => holdsUid(rest.trim().split(' ')[0] ?? '', fault.uid)))
      return (
        client.write(`${tag} NO [SERVERBUG] UID FETCH Server error - Please try again later\r\n`) || true
      );
    return false;
  }

  async function passAnswers(client: TLSSocket, upstream: TLSSocket): Promise<void> {
    let cutAfter: number | null = null;
    const pieces: Buffer[] = [];
    const lines = new ImapLines({
      line: (line, _continues, literalBytes) => {
        pieces.push(line);
        if (literalBytes > 0 && take('cut_literal', ({ bytes }) => literalBytes >= bytes))
          cutAfter = Math.floor(literalBytes / 2);
      },
      literal: (piece) => {
        if (cutAfter === null) return void pieces.push(piece);
        pieces.push(piece.subarray(0, cutAfter));
        cutAfter -= Math.min(cutAfter, piece.length);
      },
    });
    try {
      for await (const chunk of upstream as AsyncIterable<Buffer>) {
        lines.push(chunk);
        for (const piece of pieces.splice(0)) await write(client, piece);
        if (cutAfter === 0) return void client.destroy();
      }
    } catch {
      // One of the two has closed.
    }
  }

  async function write(client: TLSSocket, piece: Buffer): Promise<void> {
    const slow = take('slow');
    if (!slow) return void client.write(piece);
    for (let at = 0; at < piece.length; at += pieceBytes) {
      await sleep(slow.milliseconds);
      client.write(piece.subarray(at, at + pieceBytes));
    }
  }

  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    host: 'localhost',
    imapPort: (server.address() as AddressInfo).port,
    ...{ commands, connections },
    fail: (fault, times = Number.POSITIVE_INFINITY) => void faults.push({ fault, left: times }),
    recover: () => void (faults = []),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of open) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
