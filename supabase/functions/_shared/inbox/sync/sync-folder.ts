import { AppError } from '../../errors/app-error.ts';
import type { GivenMessage, UnreadableMessage } from '../mime/given-message.ts';
import type { Budget } from './budget.ts';
import { fetchMessages } from './fetch-messages.ts';
import type { FolderState, MailServer, ServerFolder } from './mail-server.ts';
import type { FlagState, MailStore, RunCounts, StoredFolder } from './mail-store.ts';
import { holesIn, slicesOf, type UidRange, widthOf, windowsOf } from './uid-ranges.ts';

/** What the parts of a run share. */
export interface SyncRun {
  server: MailServer;
  store: MailStore;
  budget: Budget;
  counts: RunCounts;
  imapHost: string;
  historyDays: number;
  isCareful: boolean;
  /** The message that is being fetched alone, in case the connection does not survive it. */
  suspect: { folderId: string; uid: number } | null;
  /** Path of the folder that is open. */
  selected: string;
  now: () => Date;
}

/** A folder in the course of a run. */
export interface OpenedFolder {
  stored: StoredFolder;
  state: FolderState;
}

/** UIDs that one SEARCH is asked about: enough for a run, and not too much to take in. */
const searchWidth = 5_000;
const widthFor = (server: MailServer): number => Math.min(searchWidth, server.mostMessages ?? searchWidth);
const flagsPerCall = 1_000;
const listingHours = 24;

/** Opens a folder on the server, and in the database where it is new or was numbered anew. Null when it is gone. */
export async function openFolder(
  run: SyncRun,
  folder: ServerFolder,
  known: StoredFolder | undefined,
): Promise<OpenedFolder | null> {
  const state = await run.server.open(folder.path);
  if (!state) return null;
  if (known && known.uid_validity === state.uidValidity) return { stored: known, state };
  const since = new Date(run.now().getTime() - run.historyDays * 86_400_000);
  const recent = state.exists === 0 ? [] : await run.server.search({ since });
  const folders = await run.store.openFolder({
    ...{ path: folder.path, role: folder.role, uid_validity: state.uidValidity },
    floor_uid: recent[0] ?? state.uidNext,
  });
  const stored = folders.find(({ path }) => path === folder.path);
  if (!stored) throw new AppError(500, 'folder_not_stored', 'The folder was not stored.');
  // Flags of what is fetched from now on are at least as new as this.
  if (state.highestModseq) {
    await run.store.storeFlags(stored.id, [], state.highestModseq);
    stored.highest_modseq = state.highestModseq;
  }
  return { stored, state };
}

const holesOf = ({ stored, state }: OpenedFolder): UidRange[] =>
  holesIn(stored.done, stored.floor_uid, state.uidNext - 1);

/** Whether there may be messages that are not stored yet. */
export const hasHoles = (folder: OpenedFolder): boolean => holesOf(folder).length > 0;

/**
 * Stores what is not stored yet, the newest first, at most `quota` messages. The next batch is fetched while the last one is
 * being stored.
 *
 * @returns how many messages are left, an estimate where not all was searched
 */
export async function syncMessages(run: SyncRun, folder: OpenedFolder, quota: number): Promise<number> {
  const holes = holesOf(folder);
  const windows = [...windowsOf(holes, widthFor(run.server))];
  const writer = new Writer(run, folder);
  let left = quota;
  let unsearched = widthOf(holes);
  for (const window of windows) {
    if (Math.min(left, run.budget.messagesLeft) <= 0) break;
    const [first, last] = window;
    const found = (await run.server.search({ uid: `${first}:${last}` })).filter(
      (uid) => uid >= first && uid <= last,
    );
    unsearched -= widthOf([window]);
    const wanted = found.toReversed().slice(0, Math.min(left, run.budget.messagesLeft));
    left -= wanted.length;
    const isAll = await fetchWindow(run, folder, writer, window, wanted, found.length);
    if (!isAll) {
      await writer.end();
      return found.length - wanted.length + Math.min(unsearched, folder.state.exists);
    }
  }
  await writer.end();
  return unsearched <= 0 ? 0 : Math.min(unsearched, folder.state.exists);
}

/** Fetches the wanted messages of a window. False when some of its messages are left for another time. */
async function fetchWindow(
  run: SyncRun,
  folder: OpenedFolder,
  writer: Writer,
  [first, last]: UidRange,
  wanted: readonly number[],
  total: number,
): Promise<boolean> {
  let upTo = last;
  let done = 0;
  if (run.isCareful && wanted[0] !== undefined) run.suspect = { folderId: folder.stored.id, uid: wanted[0] };
  for await (const batch of fetchMessages(run.server, wanted, run)) {
    done += batch.uids.length;
    const isLast = done === total;
    const from = isLast ? first : Math.min(...batch.uids);
    await writer.add(batch.messages, [from, upTo]);
    upTo = from - 1;
    run.budget.useMessages(batch.uids.length);
    const next = wanted[done];
    run.suspect = run.isCareful && next !== undefined ? { folderId: folder.stored.id, uid: next } : null;
    if (run.budget.isTimeUp && !isLast) return false;
  }
  if (total === 0) await writer.add([], [first, last]);
  return done === total;
}

/** Stores batch after batch, one at a time, while the next one is fetched. */
class Writer {
  readonly #run: SyncRun;
  readonly #folder: OpenedFolder;
  #storing: Promise<void> = Promise.resolve();
  /** Ranges in which there was nothing; they are noted together with what comes next. */
  #empty: UidRange | null = null;

  constructor(run: SyncRun, folder: OpenedFolder) {
    this.#run = run;
    this.#folder = folder;
  }

  async add(messages: ReadonlyArray<GivenMessage | UnreadableMessage>, range: UidRange): Promise<void> {
    await this.#storing;
    const [first, last] = range;
    const follows = this.#empty !== null && this.#empty[0] === last + 1;
    if (this.#empty && !follows) await this.#store([], this.#empty);
    const whole: UidRange = this.#empty && follows ? [first, this.#empty[1]] : range;
    this.#empty = messages.length === 0 ? whole : null;
    if (messages.length === 0) return;
    this.#storing = this.#store(messages, whole);
    // Whoever waits for it is told; until then nobody must be alarmed.
    this.#storing.catch(() => {});
  }

  async end(): Promise<void> {
    await this.#storing;
    if (this.#empty) await this.#store([], this.#empty);
    this.#empty = null;
  }

  async #store(messages: ReadonlyArray<GivenMessage | UnreadableMessage>, range: UidRange): Promise<void> {
    const { stored, known, poisoned, folders } = await this.#run.store.storeMessages(
      this.#folder.stored.id,
      messages,
      range,
    );
    const { counts } = this.#run;
    counts.stored += stored;
    counts.known += known;
    counts.poisoned += poisoned;
    this.#folder.stored = folders.find(({ id }) => id === this.#folder.stored.id) ?? this.#folder.stored;
  }
}

/** Whether something may have been read or flagged since the last run. */
export const mayFlagsDiffer = ({ stored, state }: OpenedFolder): boolean =>
  state.exists > 0 && (state.highestModseq === null || state.highestModseq !== stored.highest_modseq);

/**
 * Takes over what was read or flagged elsewhere: exactly what has changed where the server counts changes, else the newest 200.
 *
 * SEARCH is asked instead of FETCH: who is seen and who is flagged are two short lists, however many messages there are.
 */
export async function syncFlags(run: SyncRun, { stored, state }: OpenedFolder): Promise<void> {
  const { server } = run;
  const since = state.highestModseq === null ? null : stored.highest_modseq;
  const first = Math.max(1, state.exists - 199);
  const changed =
    since === null
      ? await server.search({ seq: `${first}:*` })
      : await server.search({ uid: `${stored.floor_uid}:*`, modseq: BigInt(since) + 1n });
  const mine = changed.filter((uid) => uid >= stored.floor_uid && uid < state.uidNext);
  const flags = await flagsOf(server, mine);
  const slices = slicesOf(flags, flagsPerCall);
  for (const slice of slices) {
    // Time is up: the state is not taken over, so the next run asks again; what is stored already does not change again.
    if (run.budget.isTimeUp) return;
    const isLast = slice === slices.at(-1);
    run.counts.flagged += await run.store.storeFlags(stored.id, slice, isLast ? state.highestModseq : null);
  }
  if (slices.length === 0 && state.highestModseq !== null)
    await run.store.storeFlags(stored.id, [], state.highestModseq);
}

async function flagsOf(server: MailServer, uids: readonly number[]): Promise<FlagState[]> {
  const lowest = uids[0];
  const highest = uids.at(-1);
  if (lowest === undefined || highest === undefined) return [];
  const seen = new Set<number>();
  const flagged = new Set<number>();
  for (const [first, last] of windowsOf(
    [[lowest, highest]],
    server.mostMessages ?? Number.MAX_SAFE_INTEGER,
  )) {
    const uid = `${first}:${last}`;
    for (const found of await server.search({ uid, seen: true })) seen.add(found);
    for (const found of await server.search({ uid, flagged: true })) flagged.add(found);
  }
  return uids.map((uid) => ({ uid, is_seen: seen.has(uid), is_flagged: flagged.has(uid) }));
}

/**
 * Whether to look for what is gone: when the folder has fewer messages than it had at the last comparison and were stored since,
 * and once a day. While history is still being fetched there is nothing to compare with.
 */
export function isListingDue({ budget, now }: SyncRun, folder: OpenedFolder): boolean {
  const { stored, state } = folder;
  if (hasHoles(folder) || budget.isTimeUp) return false;
  const age = stored.listed_at === null ? Infinity : now().getTime() - Date.parse(stored.listed_at);
  return age >= listingHours * 3_600_000 || state.exists < stored.message_total;
}

/** Finds out what is gone. Nothing is believed to be gone unless the server's answers fit together. */
export async function syncListing(run: SyncRun, folder: OpenedFolder): Promise<void> {
  const { stored, state } = folder;
  const windows = [...windowsOf([[1, state.uidNext - 1]], run.server.mostMessages ?? 50_000)];
  const uids: number[] = [];
  for (const [first, last] of windows)
    uids.push(
      ...(await run.server.search({ uid: `${first}:${last}` })).filter((uid) => uid >= first && uid <= last),
    );
  if (uids.length < state.exists) return;
  // Yahoo shows the newest 10,000 only: what lies before them is hidden, not gone.
  const isHidden = run.server.hidesOldMessages && state.exists >= 10_000;
  const floor = isHidden
    ? uids.reduce((lowest, uid) => Math.min(lowest, uid), state.uidNext)
    : stored.floor_uid;
  const all = [...windowsOf([[floor, Math.max(floor, state.uidNext - 1)]], 50_000)];
  for (const window of all) {
    const [first, last] = window;
    const isLast = window === all.at(-1);
    const here = uids.filter((uid) => uid >= first && uid <= last);
    const { moved, deleted } = await run.store.storeListing(
      stored.id,
      window,
      here,
      isLast ? state.exists : null,
    );
    run.counts.moved += moved;
    run.counts.deleted += deleted;
  }
}
