import { z } from 'zod';
import type { GivenMessage, UnreadableMessage } from '../mime/given-message.ts';
import type { UidRange } from './uid-ranges.ts';

const folder = z.object({
  id: z.string(),
  path: z.string(),
  role: z.enum(['inbox', 'sent']),
  uid_validity: z.string(),
  floor_uid: z.number(),
  done: z.array(z.tuple([z.number(), z.number()])),
  highest_modseq: z.string().nullable(),
  message_total: z.number(),
  listed_at: z.string().nullable(),
});
/** How far a folder is synced. */
export type StoredFolder = z.infer<typeof folder>;

const credential = z.object({ kid: z.string(), iv: z.string(), ciphertext: z.string() });

/** What `claim_mail_account` returns. */
export const claimed = z.union([
  z.object({ skipped: z.string(), until: z.string().optional() }),
  z.object({
    run_id: z.string(),
    lease_token: z.string(),
    account: z.object({
      ...{ id: z.string(), tenant_id: z.string(), preset: z.string(), username: z.string() },
      ...{ imap_host: z.string(), imap_port: z.number(), history_days: z.number(), fail_count: z.number() },
      backlog: z.number(),
    }),
    folders: z.array(folder),
    credential: credential.nullable(),
  }),
]);
export type Claimed = z.infer<typeof claimed>;
export type Claim = Exclude<Claimed, { skipped: string }>;

const stored = z.object({
  ...{ stored: z.number(), known: z.number(), poisoned: z.number() },
  folders: z.array(folder),
});

const waiting = z.object({
  ...{ id: z.string(), part: z.string(), size: z.number(), content_type: z.string(), encoding: z.string() },
  ...{ object_name: z.string(), attempts: z.number(), uid: z.number(), folder_id: z.string() },
});
/** An attachment whose content is still to be fetched. */
export type WaitingAttachment = z.infer<typeof waiting>;

export interface FlagState {
  uid: number;
  is_seen: boolean;
  is_flagged: boolean;
}

/** Numbers of a run, as mail_runs keeps them. */
export interface RunCounts {
  stored: number;
  known: number;
  flagged: number;
  moved: number;
  deleted: number;
  attachments: number;
  appended: number;
  poisoned: number;
  backlog: number;
}

export interface RunResult {
  outcome: 'done' | 'more' | 'failed';
  counts: RunCounts;
  error_code?: string;
  error?: string;
}

/** Calls a function of the database as the service role. Throws AppError with its code. */
export type CallDatabase = (name: string, values: Record<string, unknown>) => Promise<unknown>;

/** What the sync writes: every call names the lease, so nothing is written by a run that has lost it (409 `lease_lost`). */
export class MailStore {
  readonly #call: CallDatabase;
  readonly #lease: { account_id: string; lease_token: string };
  /** The folders as the database knows them after the last call. */
  folders: readonly StoredFolder[];

  constructor(call: CallDatabase, claim: Claim) {
    this.#call = call;
    this.#lease = { account_id: claim.account.id, lease_token: claim.lease_token };
    this.folders = claim.folders;
  }

  async extendLease(): Promise<void> {
    await this.#call('extend_mail_lease', this.#lease);
  }

  async openFolder(given: { path: string; role: string; uid_validity: string; floor_uid: number }) {
    const answer = await this.#call('open_mail_folder', { ...this.#lease, folder: given });
    this.folders = z.array(folder).parse(answer);
    return this.folders;
  }

  /** Stores a batch, and notes that all UIDs of the range are dealt with. */
  async storeMessages(
    folderId: string,
    messages: ReadonlyArray<GivenMessage | UnreadableMessage>,
    [done_first, done_last]: UidRange,
  ) {
    const answer = stored.parse(
      await this.#call('store_messages', {
        ...this.#lease,
        ...{ folder_id: folderId, messages, done_first, done_last },
      }),
    );
    this.folders = answer.folders;
    return answer;
  }

  /** @param highestModseq the state that is taken over with this; null when there is more to come */
  async storeFlags(folderId: string, flags: FlagState[], highestModseq: string | null): Promise<number> {
    const answer = await this.#call('store_flags', {
      ...this.#lease,
      ...{ folder_id: folderId, flags, highest_modseq: highestModseq },
    });
    return z.object({ flagged: z.number() }).parse(answer).flagged;
  }

  /** @param total how many messages the folder has, when this ends the comparison; else null */
  async storeListing(
    folderId: string,
    [first_uid, last_uid]: UidRange,
    uids: number[],
    total: number | null,
  ) {
    const answer = await this.#call('store_listing', {
      ...this.#lease,
      ...{ folder_id: folderId, first_uid, last_uid, uids, total },
    });
    return z.object({ moved: z.number(), deleted: z.number() }).parse(answer);
  }

  async waitingAttachments(most: number): Promise<WaitingAttachment[]> {
    return z.array(waiting).parse(await this.#call('waiting_attachments', { ...this.#lease, most }));
  }

  /** @returns the state it has now: one that failed may be tried again; null when there is no such attachment any more */
  async settleAttachment(
    id: string,
    state: 'stored' | 'too_large' | 'failed',
    size?: number,
    error?: string,
  ): Promise<string | null> {
    const answer = await this.#call('settle_attachment', {
      ...{ attachment_id: id, state, size: size ?? null, error: error ?? null },
      lease_token: this.#lease.lease_token,
    });
    return z.string().nullable().parse(answer);
  }

  async finish(result: RunResult): Promise<void> {
    await this.#call('finish_mail_sync', { ...this.#lease, result });
  }
}
