import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import type { GivenMessage, UnreadableMessage } from '../mime/given-message.ts';
import { imapMessage, textPlans } from '../mime/imap-message.ts';
import { mostHeaderBytes } from '../mime/message-headers.ts';
import { type MessageParts, messageParts } from '../mime/message-parts.ts';
import type { MailServer } from './mail-server.ts';
import { isRefusal, isThrottle } from './sync-error.ts';
import { slicesOf, uidSet } from './uid-ranges.ts';

export interface FetchOptions {
  /** Server of the mailbox, whose findings about senders are trusted. */
  imapHost: string;
  /** The last runs have failed: one message at a time, and what cannot be read alone is given up. */
  isCareful: boolean;
}

/** What a piece of work came to: the messages of these UIDs, or none for those that are gone. */
export interface FetchedBatch {
  uids: readonly number[];
  messages: Array<GivenMessage | UnreadableMessage>;
}

/** Structures of so many messages are asked for with one command. The next ones are fetched while these are being stored. */
const batchSize = 50;
/** Texts of so many bytes are held at once, and handed to the database with one call. */
const batchBytes = 4_000_000;

const baseQuery: FetchQueryObject = {
  ...{ uid: true, flags: true, internalDate: true, size: true, threadId: true },
  // Given back as `headers`. Of a list of fields the names are repeated in every answer; that, and the envelope, cost imapflow more than all the rest.
  bodyParts: [{ key: 'HEADER', start: 0, maxLength: mostHeaderBytes }],
};
const structureQuery: FetchQueryObject = { ...baseQuery, bodyStructure: true };

interface Outlined {
  message: FetchMessageObject;
  parts: MessageParts;
  bytes: number;
}

/**
 * Fetches messages in the order of their UIDs as given: structures of many with one command, then the texts that are worth it.
 *
 * One message that the server cannot or will not hand out does not keep the others: it is found by halving, and given back as
 * a problem. Throws what concerns all of them.
 */
export async function* fetchMessages(
  server: MailServer,
  uids: readonly number[],
  options: FetchOptions,
): AsyncGenerator<FetchedBatch> {
  for (const slice of slicesOf(uids, options.isCareful ? 1 : batchSize)) {
    const { outlined, problems } = await outline(server, slice, options);
    for (const part of byBytes(slice, outlined)) {
      const read = await readTexts(
        server,
        part.flatMap((uid) => outlined.get(uid) ?? []),
        options,
      );
      yield { uids: part, messages: part.flatMap((uid) => read.get(uid) ?? problems.get(uid) ?? []) };
    }
  }
}

/** Cuts a batch so that its texts fit into the memory of a function. */
function byBytes(uids: readonly number[], outlined: ReadonlyMap<number, Outlined>): number[][] {
  const parts: number[][] = [[]];
  let bytes = 0;
  for (const uid of uids) {
    const size = outlined.get(uid)?.bytes ?? 0;
    if (bytes > 0 && bytes + size > batchBytes) {
      parts.push([]);
      bytes = 0;
    }
    bytes += size;
    parts.at(-1)?.push(uid);
  }
  return parts;
}

async function outline(server: MailServer, uids: readonly number[], options: FetchOptions) {
  const { found: first, failed } = await fetchEach(uids, (some) => server.fetch(some, structureQuery));
  const got = new Map(first.map((message) => [message.uid, message]));
  await requireEvidence(server, got.size, failed, options);
  const missing = uids.filter((uid) => !got.has(uid) && !failed.has(uid));
  // Gone meanwhile, or their answer was garbage.
  const still = missing.length === 0 ? [] : await server.search({ uid: uidSet(missing) });
  const problems = new Map<number, UnreadableMessage>();
  for (const uid of [...failed.keys(), ...still.filter((one) => missing.includes(one))]) {
    const alone = await readAlone(server, uid);
    if (alone) got.set(uid, alone);
    else problems.set(uid, { uid, problem: 'The mail server does not hand this message out.' });
  }
  // Where the header does not end, or is not handed out, the server has to say what is in it.
  const cut = [...got.values()].filter(
    (message) => (message.headers?.length ?? mostHeaderBytes) >= mostHeaderBytes,
  );
  const { found: described } = await fetchEach(
    cut.flatMap(({ uid, envelope }) => (envelope ? [] : [uid])),
    (some) => server.fetch(some, { uid: true, envelope: true }),
  );
  for (const { uid, envelope } of described)
    got.set(uid, { ...got.get(uid), uid, envelope } as FetchMessageObject);
  const outlined = new Map<number, Outlined>();
  for (const [uid, message] of got) {
    const parts = messageParts(message.bodyStructure);
    const bytes = textPlans(parts).reduce((sum, plan) => sum + plan.bytes, 0);
    outlined.set(uid, { message, parts, bytes });
  }
  return { outlined, problems };
}

/** What can be had of a message whose structure cannot: that it is there, from whom, and when. */
async function readAlone(server: MailServer, uid: number): Promise<FetchMessageObject | null> {
  for (const query of [{ ...baseQuery, envelope: true }, baseQuery]) {
    try {
      const [message] = await server.fetch([uid], query);
      if (message && (message.headers || message.envelope)) return message;
    } catch (error) {
      if (!isRefusal(error) || isThrottle(error)) throw error;
    }
  }
  return null;
}

/** Fetches what can be fetched; a command that the server refuses is halved until the message it is about is alone. */
async function fetchEach<T>(
  uids: readonly number[],
  fetch: (uids: readonly number[]) => Promise<T[]>,
): Promise<{ found: T[]; failed: Map<number, unknown> }> {
  try {
    return { found: await fetch(uids), failed: new Map() };
  } catch (error) {
    if (!isRefusal(error) || isThrottle(error)) throw error;
    const [only] = uids;
    if (uids.length === 1 && only !== undefined) return { found: [], failed: new Map([[only, error]]) };
    const half = Math.ceil(uids.length / 2);
    const first = await fetchEach(uids.slice(0, half), fetch);
    const second = await fetchEach(uids.slice(half), fetch);
    return {
      found: [...first.found, ...second.found],
      failed: new Map([...first.failed, ...second.failed]),
    };
  }
}

/**
 * When nothing at all could be fetched, it may be the server that is ill, not the messages. They are given up only if the
 * server hands out others, or when it has been like that for several runs.
 */
async function requireEvidence(
  server: MailServer,
  found: number,
  failed: ReadonlyMap<number, unknown>,
  options: FetchOptions,
): Promise<void> {
  const [error] = failed.values();
  if (failed.size === 0 || found > 0 || options.isCareful) return;
  const others = (await server.search({ all: true })).filter((uid) => !failed.has(uid)).slice(-3);
  const shown = await server.fetch(others, structureQuery).catch((trouble: unknown) => {
    if (isRefusal(trouble)) return [];
    throw trouble;
  });
  if (shown.length === 0) throw error;
}

/** Texts of messages: those with the same parts with one command. */
async function readTexts(server: MailServer, outlined: readonly Outlined[], { imapHost }: FetchOptions) {
  const groups = new Map<string, { bodyParts: FetchQueryObject['bodyParts']; of: Outlined[] }>();
  for (const one of outlined) {
    const bodyParts = textPlans(one.parts).map(({ key, bytes, isWhole }) =>
      isWhole ? key : { key, start: 0, maxLength: bytes },
    );
    const signature = JSON.stringify(bodyParts);
    const group = groups.get(signature);
    if (group) group.of.push(one);
    else groups.set(signature, { bodyParts, of: [one] });
  }
  const read = new Map<number, GivenMessage>();
  for (const { bodyParts, of } of groups.values()) {
    const needed = (bodyParts ?? []).length > 0;
    const { found, failed } = needed
      ? await fetchEach(
          of.map(({ message }) => message.uid),
          (uids) => server.fetch(uids, { uid: true, bodyParts }),
        )
      : { found: [], failed: new Map<number, unknown>() };
    const bodies = new Map(found.map(({ uid, bodyParts: parts }) => [uid, parts]));
    for (const { message, parts } of of) {
      const isUnreadable =
        !message.bodyStructure || failed.has(message.uid) || (needed && !bodies.has(message.uid));
      const texts = byKey(bodies.get(message.uid));
      read.set(message.uid, imapMessage({ message, parts, bodies: texts, isUnreadable }, imapHost));
    }
  }
  return read;
}

/** imapflow writes the names of parts in lower case. */
const byKey = (parts: ReadonlyMap<string, Uint8Array> | undefined): Map<string, Uint8Array> =>
  new Map([...(parts ?? [])].flatMap(([key, bytes]) => (bytes ? [[key.toUpperCase(), bytes] as const] : [])));
