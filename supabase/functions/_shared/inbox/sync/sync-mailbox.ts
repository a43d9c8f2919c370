import { AppError } from '../../errors/app-error.ts';
import { Budget, type Limits } from './budget.ts';
import type { MailServer, ServerFolder } from './mail-server.ts';
import type { Claim, MailStore, RunCounts, RunResult } from './mail-store.ts';
import { type AttachmentShelf, syncAttachments } from './sync-attachments.ts';
import { failureOf, isConnectionLoss, type SyncFailure } from './sync-error.ts';
import {
  hasHoles,
  isListingDue,
  mayFlagsDiffer,
  type OpenedFolder,
  openFolder,
  syncFlags,
  syncListing,
  syncMessages,
  type SyncRun,
} from './sync-folder.ts';

export interface SyncOptions {
  claim: Claim;
  store: MailStore;
  shelf: AttachmentShelf;
  /** Signs in to the mailbox; called again when a connection was lost over a single message. */
  connect(): Promise<MailServer>;
  limits: Limits;
  now: () => Date;
  /** What became of mails that were sent from here, once Sent was looked through. */
  settleSends?(run: SyncRun, sentPath: string | null, isSentComplete: boolean): Promise<void>;
  /** For the log: no addresses, no texts. */
  report(event: string, fields: Record<string, unknown>): void;
}

/** How a run ended; `lease_lost` is not on record, because somebody else has the mailbox now. */
export type SyncOutcome = RunResult | { outcome: 'lease_lost'; counts: RunCounts };

const leaseMs = 30_000;
/** After so many failures in a row messages are fetched one by one, to find the one that it may be. */
const carefulAfter = 3;
/** So many connections may be lost over messages in one run. */
const mostReconnects = 6;

/** Syncs a mailbox as far as the limits allow, and says how it ended. Never throws for what the mail server does. */
export async function syncMailbox(options: SyncOptions): Promise<SyncOutcome> {
  const { claim, store } = options;
  const counts: RunCounts = {
    ...{ stored: 0, known: 0, flagged: 0, moved: 0, deleted: 0 },
    ...{ attachments: 0, appended: 0, poisoned: 0, backlog: claim.account.backlog },
  };
  const lease = new LeaseKeeper(store);
  let result: RunResult;
  try {
    const hasMore = await runConnected(options, counts, lease);
    result = { outcome: hasMore ? 'more' : 'done', counts };
  } catch (error) {
    const failure: SyncFailure = lease.isLost ? { code: 'lease_lost', text: '' } : failureOf(error);
    options.report('mail_sync_failed', {
      error_code: failure.code,
      reason: failure.text,
      trace: traceOf(error),
    });
    if (failure.code === 'lease_lost') return { outcome: 'lease_lost', counts };
    result = { outcome: 'failed', counts, error_code: failure.code, error: failure.text };
  } finally {
    lease.stop();
  }
  try {
    await store.finish(result);
    return result;
  } catch (error) {
    if (error instanceof AppError && error.code === 'lease_lost') return { outcome: 'lease_lost', counts };
    throw error;
  }
}

/** Where an error of ours came from; messages of servers may hold addresses. */
function traceOf(error: unknown): string {
  const { code, serverResponseCode } = error as { code?: unknown; serverResponseCode?: unknown };
  const named = [code, serverResponseCode].filter(
    (word) => typeof word === 'string' && /^\w{1,40}$/.test(word),
  );
  const place =
    error instanceof Error ? /at .*\/(_shared\/[\w./-]+:\d+)/.exec(error.stack ?? '')?.[1] : undefined;
  return [error instanceof Error ? error.name : typeof error, ...named, place].filter(Boolean).join(' ');
}

/** Works with one connection after the other until the work is done; a message that costs two connections is given up. */
async function runConnected(options: SyncOptions, counts: RunCounts, lease: LeaseKeeper): Promise<boolean> {
  const { claim, store } = options;
  const budget = new Budget(options.limits, () => options.now().getTime());
  const lost = new Map<string, number>();
  for (let connections = 1; ; connections += 1) {
    const server = await options.connect();
    lease.onLost = () => void server.close();
    const run: SyncRun = {
      ...{ server, store, budget, counts, suspect: null, selected: '', now: options.now },
      ...{ imapHost: claim.account.imap_host, historyDays: claim.account.history_days },
      isCareful: claim.account.fail_count >= carefulAfter,
    };
    try {
      return await syncAll(run, options);
    } catch (error) {
      const { suspect } = run;
      if (!suspect || lease.isLost || !isConnectionLoss(error) || connections >= mostReconnects) throw error;
      const key = `${suspect.folderId}/${suspect.uid}`;
      lost.set(key, (lost.get(key) ?? 0) + 1);
      if ((lost.get(key) ?? 0) >= 2) {
        const problem = { uid: suspect.uid, problem: 'The connection breaks off over this message.' };
        const { poisoned } = await store.storeMessages(
          suspect.folderId,
          [problem],
          [suspect.uid, suspect.uid],
        );
        counts.poisoned += poisoned;
      }
    } finally {
      await server.close();
    }
  }
}

/** @returns whether there is more to do */
async function syncAll(run: SyncRun, options: SyncOptions): Promise<boolean> {
  const opened = await openFolders(run);
  const inbox = opened.find(({ stored }) => stored.role === 'inbox');
  const sent = opened.find(({ stored }) => stored.role === 'sent');
  const backlog = new Map<OpenedFolder, number>();
  const total = run.budget.messagesLeft;
  // A third for Sent, so that a long history in the inbox does not keep it waiting, nor the other way round.
  for (const [folder, share] of [[sent, 1 / 3] as const, [inbox, 1] as const, [sent, 1] as const]) {
    if (!folder || backlog.get(folder) === 0) continue;
    if (!hasHoles(folder)) {
      backlog.set(folder, 0);
      continue;
    }
    await reopen(run, folder);
    const quota = Math.min(Math.ceil(total * share), run.budget.messagesLeft);
    backlog.set(folder, await syncMessages(run, folder, quota));
  }
  run.suspect = null;
  run.counts.backlog = [...backlog.values()].reduce((sum, left) => sum + left, 0);
  for (const folder of opened) {
    if (run.budget.isTimeUp) return true;
    const steps = [mayFlagsDiffer(folder) && syncFlags, isListingDue(run, folder) && syncListing];
    for (const step of steps) {
      if (!step) continue;
      await reopen(run, folder);
      await step(run, folder);
    }
  }
  const isSentComplete = sent !== undefined && backlog.get(sent) === 0;
  await options.settleSends?.(run, sent?.stored.path ?? null, isSentComplete);
  const isLeft = await syncAttachments(
    run,
    options.shelf,
    opened.map(({ stored }) => stored),
  );
  return run.counts.backlog > 0 || isLeft || run.budget.isTimeUp;
}

/** The folders that are known are taken as they are; the server is asked where they are when one is new or gone. */
async function openFolders(run: SyncRun): Promise<OpenedFolder[]> {
  const known = run.store.folders;
  const isKnown = known.length === 2 && new Set(known.map(({ role }) => role)).size === 2;
  const opened = isKnown ? await openAll(run, known) : [];
  if (opened.length === 2) return opened;
  const found = await openAll(run, await run.server.folders());
  // A mailbox has an inbox (RFC 9051 §5.1); one without is not done, it is ill.
  if (!found.some(({ stored }) => stored.role === 'inbox'))
    throw Object.assign(new Error('There is no inbox.'), { responseStatus: 'NO' });
  return found;
}

async function openAll(run: SyncRun, folders: readonly ServerFolder[]): Promise<OpenedFolder[]> {
  const opened: OpenedFolder[] = [];
  for (const folder of folders) {
    const one = await openFolder(
      run,
      folder,
      run.store.folders.find(({ path }) => path === folder.path),
    );
    if (!one) continue;
    run.selected = folder.path;
    opened.push(one);
  }
  return opened;
}

/** Makes a folder the one that commands are about. What it was like when the run began stays what counts. */
async function reopen(run: SyncRun, { stored }: OpenedFolder): Promise<void> {
  if (run.selected === stored.path) return;
  const state = await run.server.open(stored.path);
  if (state?.uidValidity !== stored.uid_validity)
    throw Object.assign(new Error('The folder has changed.'), { responseStatus: 'NO' });
  run.selected = stored.path;
}

/** Keeps the lease while a run works. */
class LeaseKeeper {
  isLost = false;
  onLost: () => void = () => {};
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(store: MailStore) {
    this.#timer = setInterval(() => {
      store.extendLease().catch((error: unknown) => {
        // The database may not answer once; the lease lasts for several such calls.
        if (!(error instanceof AppError) || error.code !== 'lease_lost') return;
        this.isLost = true;
        this.onLost();
      });
    }, leaseMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
