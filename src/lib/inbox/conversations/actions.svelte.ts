import { clientKeys } from '#lib/clients/queries.ts';
import type { Tag } from '#lib/clients/schemas.ts';
import { withToasts } from '#lib/components/ui/toaster/index.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { SvelteMap } from 'svelte/reactivity';
import { refreshInbox, storeConversations } from './cache.ts';
import { applyChange, inverseOf, isChanged, type ConversationChange, type Known } from './changes.ts';
import { fullTime } from './list-time.ts';
import {
  changeConversations,
  deleteConversationNote,
  inboxKeys,
  saveConversationNote,
  syncMailbox,
} from './queries.ts';
import type { Conversation, Mailbox, Person } from './schemas.ts';
import { syncSentence, type SyncResult } from './sync-sentence.ts';

type Underway = { change: ConversationChange; client?: Conversation['client'] };

/**
 * What can be done with a clinic's conversations: by buttons, menus and shortcuts alike, with one or many. A change is
 * shown at once, taken back when the server refuses it, and can be undone.
 */
export class InboxActions {
  readonly #queries: QueryClient;
  readonly #tenantId: () => string;
  readonly #timeZone: () => string;
  readonly #known: () => Omit<Known, 'client'>;
  /** What the server has been told and not answered yet, oldest first. */
  readonly #underWay = new SvelteMap<string, Underway[]>();
  isSyncing = $state(false);

  constructor(input: {
    queries: QueryClient;
    tenantId: () => string;
    timeZone: () => string;
    /** Whom changes may name, so that they can be shown at once. */
    known: () => Omit<Known, 'client'>;
  }) {
    this.#queries = input.queries;
    this.#tenantId = input.tenantId;
    this.#timeZone = input.timeZone;
    this.#known = input.known;
  }

  /** A conversation as it is, or as it will be when the server has answered. */
  shown = (row: Conversation): Conversation =>
    (this.#underWay.get(row.id) ?? []).reduce(
      (next, { change, client }) => applyChange(next, change, { ...this.#known(), client: client ?? null }),
      row,
    );

  close = (rows: Conversation[]) => this.#change(rows, { status: 'closed' }, done(rows, m.inbox_closed));

  reopen = (rows: Conversation[]) => this.#change(rows, { status: 'open' }, done(rows, m.inbox_reopened));

  /** Puts conversations off until an ISO moment. */
  snooze = (rows: Conversation[], until: string) =>
    this.#change(
      rows,
      { status: 'snoozed', snoozed_until: until },
      m.inbox_snoozed({ time: fullTime(until, this.#timeZone()) }),
    );

  /** Gives conversations to somebody, or to nobody. */
  assign = (rows: Conversation[], person: Person | null) =>
    this.#change(
      rows,
      { assignee_id: person?.user_id ?? null },
      person ? m.inbox_assigned({ name: displayName({ ...person, email: null }) }) : m.inbox_unassigned(),
    );

  setTag = (rows: Conversation[], tag: Tag, isGiven: boolean) =>
    this.#change(
      rows,
      isGiven ? { add_tag_ids: [tag.id] } : { remove_tag_ids: [tag.id] },
      isGiven ? m.inbox_tagged({ tag: tag.name }) : m.inbox_untagged({ tag: tag.name }),
    );

  markRead = (rows: Conversation[], isRead: boolean) =>
    this.#change(rows, { is_read: isRead }, isRead ? m.inbox_marked_read() : m.inbox_marked_unread());

  /** What was shown until a moment has been read. That is no act of the person: nothing is said, also when it fails. */
  readUntil = (row: Conversation, until: string): Promise<void> =>
    this.#write([row.id], { is_read: true, read_until: until }, null).catch(() => {});

  /** Says whom a conversation is about; null: nobody. */
  linkClient = (row: Conversation, client: Conversation['client']) =>
    this.#change(
      [row],
      { client_id: client?.id ?? null },
      client
        ? m.inbox_client_linked({ name: displayName({ ...client, email: null }) })
        : m.inbox_client_unlinked(),
      client,
    );

  /** The client follows the address again. */
  followAddress = (row: Conversation) =>
    this.#change([row], { client_link: 'auto' }, m.inbox_client_follows());

  /** Adds a note or changes one. Throws what went wrong: the text stays where it was written. */
  saveNote = async (conversationId: string, noteId: string | null, body: string): Promise<void> => {
    const tenantId = this.#tenantId();
    await perform(this.#queries, [inboxKeys.thread(tenantId, conversationId)], () =>
      saveConversationNote({ tenantId, conversationId, noteId, body }),
    );
  };

  /** Deletes a note for good; true when that worked. */
  deleteNote = async (conversationId: string, noteId: string): Promise<boolean> => {
    const tenantId = this.#tenantId();
    try {
      await perform(this.#queries, [inboxKeys.thread(tenantId, conversationId)], () =>
        deleteConversationNote({ tenantId, noteId }),
      );
      confirmDone(m.inbox_note_was_deleted());
      return true;
    } catch (error) {
      handleError(error);
      return false;
    }
  };

  /** Fetches the mail of all mailboxes now and says what that brought. */
  sync = async (mailboxes: Mailbox[]): Promise<void> => {
    if (this.isSyncing) return;
    this.isSyncing = true;
    const results = await Promise.all(
      mailboxes.filter(canSync).map(async ({ id, address }): Promise<SyncResult> => {
        try {
          return { address, answer: await syncMailbox(id) };
        } catch (error) {
          return { address, error };
        }
      }),
    );
    this.isSyncing = false;
    const tenantId = this.#tenantId();
    void this.#queries.invalidateQueries({ queryKey: inboxKeys.mailboxes(tenantId) });
    void refreshInbox(this.#queries, tenantId);
    const { text, description, isProblem } = syncSentence(results);
    void withToasts((toast) => (isProblem ? toast.error : toast.success)(text, { description }));
  };

  /** True when it worked. `sentence`: what the person is told, with the way to undo it. */
  async #change(
    rows: Conversation[],
    change: ConversationChange,
    sentence: string,
    client: Conversation['client'] = null,
  ): Promise<boolean> {
    const concerned = rows.filter((row) => isChanged(row, change));
    if (concerned.length === 0) return true;
    try {
      await this.#write(
        concerned.map(({ id }) => id),
        change,
        client,
      );
    } catch (error) {
      handleError(error, { retry: () => void this.#change(rows, change, sentence, client) });
      return false;
    }
    confirmDone(sentence, () => void this.#undo(concerned, change));
    return true;
  }

  async #undo(rows: Conversation[], change: ConversationChange): Promise<void> {
    try {
      for (const back of inverseOf(rows, change))
        await this.#write(back.ids, back.change, rows.find(({ id }) => id === back.ids[0])?.client ?? null);
    } catch (error) {
      handleError(error, { retry: () => void this.#undo(rows, change) });
    }
  }

  async #write(ids: string[], change: ConversationChange, client: Conversation['client']): Promise<void> {
    const tenantId = this.#tenantId();
    const step: Underway = { change, client };
    for (const id of ids) this.#underWay.set(id, [...(this.#underWay.get(id) ?? []), step]);
    try {
      const answered = await perform(this.#queries, [], () => changeConversations({ tenantId, ids, change }));
      storeConversations(this.#queries, tenantId, answered);
    } finally {
      for (const id of ids) {
        const left = (this.#underWay.get(id) ?? []).filter((each) => each !== step);
        if (left.length > 0) this.#underWay.set(id, left);
        else this.#underWay.delete(id);
      }
    }
    void refreshInbox(this.#queries, tenantId);
    for (const id of ids) void this.#queries.invalidateQueries({ queryKey: inboxKeys.thread(tenantId, id) });
    if (change.client_id !== undefined || change.client_link)
      void this.#queries.invalidateQueries({ queryKey: clientKeys.all(tenantId) });
  }
}

/** Mail of an active mailbox can be fetched; that of a webhook comes by itself. */
export const canSync = ({ status, preset }: Mailbox): boolean => status === 'active' && preset !== 'webhook';

const done = (rows: Conversation[], sentence: (input: { count: number }) => string): string =>
  sentence({ count: rows.length });
