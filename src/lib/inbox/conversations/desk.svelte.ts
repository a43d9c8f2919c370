import { goto } from '$app/navigation';
import { page } from '$app/state';
import { tagOptions } from '#lib/clients/queries.ts';
import { Selection } from '#lib/clients/selection.svelte.ts';
import { handleError } from '#lib/feedback.ts';
import { startDraft } from '#lib/inbox/compose/queries.ts';
import type { Message, ReplyKind } from '#lib/inbox/message-view/schemas.ts';
import { colleagueOptions } from '#lib/tasks/colleagues.ts';
import { inClinic, signedIn } from '#lib/tenancy/access-context.ts';
import { createInfiniteQuery, createQuery, keepPreviousData, useQueryClient } from '@tanstack/svelte-query';
import { InboxActions } from './actions.svelte.ts';
import { refreshInbox, shortenLists } from './cache.ts';
import { beginMessage } from './new-message.ts';
import {
  conversationHeadOptions,
  conversationListOptions,
  inboxCountOptions,
  inboxKeys,
  mailboxOptions,
} from './queries.ts';
import { isAskedFor, mergeHead } from './rows.ts';
import type { Conversation, Mailbox } from './schemas.ts';
import { inboxQuestion, inboxViewQuery, readDraftId, readInboxView, type InboxView } from './view.ts';

/** Whoever runs along the list with a key does not want to open everything on the way. */
const SETTLES_AFTER = 150;

/**
 * What the inbox works with: the list that the address asks for, which conversation is open, which are marked, and what
 * can be done. Made while a component begins.
 */
export class InboxDesk {
  readonly selection = new Selection();
  readonly queries = useQueryClient();
  readonly actions: InboxActions;
  /** One column at a time, as on a phone. */
  isNarrow = $state(false);
  /** The row that keys act on: the open one, or the one they moved to. */
  cursorId = $state<string | null>(null);
  /** What the person marked unread while it was open stays so. */
  keptUnreadId = $state<string | null>(null);
  readonly #here = inClinic();
  readonly #person = signedIn();
  readonly #list;
  readonly #head;
  readonly #counts;
  readonly #mailboxes;
  readonly #colleagues;
  readonly #tags;
  #settling: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    shortenLists(this.queries, this.tenantId);
    this.actions = new InboxActions({
      queries: this.queries,
      tenantId: () => this.tenantId,
      timeZone: () => this.timeZone,
      known: () => ({ people: this.people, tags: this.tags }),
    });
    this.#list = createInfiniteQuery(() => ({
      ...conversationListOptions(this.tenantId, this.question),
      placeholderData: keepPreviousData,
    }));
    this.#head = createQuery(() => ({
      ...conversationHeadOptions(this.tenantId, this.question),
      enabled: this.#list.isSuccess && !this.#list.isPlaceholderData,
    }));
    this.#counts = createQuery(() => inboxCountOptions(this.tenantId));
    this.#mailboxes = createQuery(() => mailboxOptions(this.tenantId));
    this.#colleagues = createQuery(() => colleagueOptions(this.tenantId));
    this.#tags = createQuery(() => tagOptions(this.tenantId));
  }

  get tenantId(): string {
    return this.#here.clinic.tenant_id;
  }

  get timeZone(): string {
    return this.#here.clinic.time_zone;
  }

  get isOwner(): boolean {
    return this.#here.clinic.role === 'owner';
  }

  get selfId(): string {
    return this.#person.access.profile.user_id;
  }

  /** Address of the clinic's pages, such as /bright-smile. */
  get base(): string {
    return `/${this.#here.clinic.slug}`;
  }

  readonly view = $derived.by((): InboxView => readInboxView(page.url.searchParams));
  readonly question = $derived.by(() => inboxQuestion(this.view));
  readonly openId = $derived.by((): string | null => page.params.id ?? null);
  readonly draftId = $derived.by((): string => readDraftId(page.url.searchParams));
  /** Something is shown beside the list, or instead of it where there is no room for both. */
  readonly isReading = $derived.by((): boolean => this.openId !== null || this.draftId !== '');

  get list() {
    return this.#list;
  }

  get counts() {
    return this.#counts.data;
  }

  /** The clinic's mailboxes but for removed ones; unknown until they have been read. */
  readonly mailboxes = $derived.by(() => this.#mailboxes.data?.filter(({ status }) => status !== 'removed'));
  readonly people = $derived.by(() => this.#colleagues.data ?? []);
  readonly tags = $derived.by(() => this.#tags.data ?? []);

  readonly rows = $derived.by((): Conversation[] => {
    const pages = this.#list.data?.pages ?? [];
    // The last list stays until the next one is there.
    if (this.#list.isPlaceholderData) return mergeHead(pages, undefined, null).map(this.actions.shown);
    return mergeHead(pages, this.#head.data, this.openId)
      .map(this.actions.shown)
      .filter((row) => isAskedFor(row, this.question, this.selfId, this.openId));
  });
  readonly marked = $derived.by(() => this.rows.filter(({ id }) => this.selection.ids.has(id)));

  /** What a key or a button of the bar is meant for: all that is marked, else the open one, else where the cursor is. */
  targets(open: Conversation | null): Conversation[] {
    if (this.marked.length > 0) return this.marked;
    if (open) return [open];
    const row = this.rows.find(({ id }) => id === this.cursorId);
    return row ? [row] : [];
  }

  href = (id: string | null, change: Partial<InboxView> = {}, draftId = ''): string =>
    `${this.base}/inbox${id ? `/${id}` : ''}${inboxViewQuery({ ...this.view, ...change }, draftId)}`;

  /** Shows another list, or the same one narrowed otherwise. */
  show(change: Partial<InboxView>): void {
    this.selection.clear();
    void goto(this.href(this.openId, change), { reset: false, replace: true });
  }

  open(id: string, replace = false): Promise<void> {
    clearTimeout(this.#settling);
    this.cursorId = id;
    return goto(this.href(id), { reset: false, replace });
  }

  /** Back to the list. */
  leave(): Promise<void> {
    clearTimeout(this.#settling);
    this.keptUnreadId = null;
    return goto(this.href(null), { reset: false });
  }

  /** The row before or after the one that keys act on; that which is open moves along. */
  move(by: 1 | -1): string | null {
    const at = this.rows.findIndex(({ id }) => id === (this.cursorId ?? this.openId));
    const next = this.rows[at < 0 ? 0 : at + by];
    if (!next) return null;
    this.cursorId = next.id;
    clearTimeout(this.#settling);
    if (this.openId) this.#settling = setTimeout(() => void this.open(next.id, true), SETTLES_AFTER);
    if (at >= this.rows.length - 10 && this.#list.hasNextPage && !this.#list.isFetchingNextPage)
      void this.#list.fetchNextPage();
    return next.id;
  }

  /** What is shown after these were dealt with: the next one of the list beside them, or the list. */
  nextAfter(rows: Conversation[]): string | null {
    const gone = new Set(rows.map(({ id }) => id));
    const at = this.rows.findIndex(({ id }) => id === this.openId);
    const after = this.rows.slice(at + 1).find(({ id }) => !gone.has(id));
    return (after ?? this.rows.slice(0, Math.max(at, 0)).findLast(({ id }) => !gone.has(id)))?.id ?? null;
  }

  /** Goes on from what is open, when it is among what was just dealt with. */
  async goOn(rows: Conversation[], next: string | null): Promise<void> {
    if (!rows.some(({ id }) => id === this.openId)) return;
    if (next && !this.isNarrow) await this.open(next, true);
    else await this.leave();
  }

  /** The mailboxes for something that cannot be done without them: right after the page has opened they may still be on their way. */
  async #knownMailboxes(): Promise<Mailbox[]> {
    try {
      const all = await this.queries.ensureQueryData(mailboxOptions(this.tenantId));
      return all.filter(({ status }) => status !== 'removed');
    } catch (error) {
      handleError(error);
      return [];
    }
  }

  /** Begins a message to somebody new. */
  async compose(): Promise<void> {
    const draftId = await beginMessage({
      tenantId: this.tenantId,
      mailboxes: await this.#knownMailboxes(),
      preferredId: this.view.mailboxId,
      clientId: null,
    });
    if (!draftId) return;
    this.afterWriting(null);
    await goto(this.href(null, {}, draftId), { reset: false });
  }

  /** Begins an answer to a message, or goes on with the one begun before; null, and a message, when that failed. */
  async answer(message: Message, kind: ReplyKind, accountId: string): Promise<string | null> {
    try {
      const { id } = await startDraft({
        tenantId: this.tenantId,
        ...{ kind, accountId, messageId: message.id, clientId: null },
      });
      void this.queries.invalidateQueries({ queryKey: inboxKeys.counts(this.tenantId) });
      return id;
    } catch (error) {
      handleError(error);
      return null;
    }
  }

  /** Something was sent, discarded or taken back. */
  afterWriting(conversationId: string | null): void {
    if (conversationId)
      void this.queries.invalidateQueries({ queryKey: inboxKeys.thread(this.tenantId, conversationId) });
    void this.queries.invalidateQueries({ queryKey: inboxKeys.drafts(this.tenantId) });
    void refreshInbox(this.queries, this.tenantId);
  }

  async sync(): Promise<void> {
    await this.actions.sync(await this.#knownMailboxes());
  }
}
