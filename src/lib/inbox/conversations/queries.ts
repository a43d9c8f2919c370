import { supabase } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import { infiniteQueryOptions, queryOptions } from '@tanstack/svelte-query';
import * as z from 'zod/mini';
import type { ConversationChange } from './changes.ts';
import type { ConversationQuestion } from './question.ts';
import {
  changedSchema,
  conversationPageSchema,
  draftRowSchema,
  inboxCountsSchema,
  mailboxSchema,
  noteSchema,
  syncAnswerSchema,
  threadSchema,
  viewersSchema,
  type Conversation,
  type ConversationNote,
  type ConversationPage,
  type DraftRow,
  type InboxCounts,
  type Mailbox,
  type SyncAnswer,
  type Thread,
  type Viewer,
} from './schemas.ts';

export const CONVERSATIONS_PER_PAGE = 50;

/** As many as one call may change. */
const CONVERSATIONS_AT_ONCE = 200;

/** New mail appears by itself this often, in milliseconds. */
export const NEWS_EVERY = 30_000;
/** How often the others are told that somebody has a conversation open. */
export const LOOK_EVERY = 15_000;
/** While a message is on its way, what became of it is asked this often. */
const DELIVERY_EVERY = 3_000;

/** Cache keys of this domain, under the clinic they belong to. */
export const inboxKeys = {
  all: (tenantId: string) => ['tenant', tenantId, 'inbox'] as const,
  lists: (tenantId: string) => ['tenant', tenantId, 'inbox', 'list'] as const,
  list: (tenantId: string, question: ConversationQuestion) =>
    ['tenant', tenantId, 'inbox', 'list', question] as const,
  heads: (tenantId: string) => ['tenant', tenantId, 'inbox', 'head'] as const,
  /** The first page of a list, which is read again and again. */
  head: (tenantId: string, question: ConversationQuestion) =>
    ['tenant', tenantId, 'inbox', 'head', question] as const,
  counts: (tenantId: string) => ['tenant', tenantId, 'inbox', 'counts'] as const,
  thread: (tenantId: string, conversationId: string) =>
    ['tenant', tenantId, 'inbox', 'thread', conversationId] as const,
  viewers: (tenantId: string, conversationId: string) =>
    ['tenant', tenantId, 'inbox', 'viewers', conversationId] as const,
  drafts: (tenantId: string) => ['tenant', tenantId, 'inbox', 'drafts'] as const,
  mailboxes: (tenantId: string) => ['tenant', tenantId, 'inbox', 'mailboxes'] as const,
};

/** One page of a clinic's conversations, after `after`, newest first. */
export async function listConversations(input: {
  tenantId: string;
  question: ConversationQuestion;
  after?: ConversationPage['next'];
  signal?: AbortSignal;
}): Promise<ConversationPage> {
  const asked = supabase().rpc('list_conversations', {
    tenant_id: input.tenantId,
    filters: input.question,
    after: input.after ?? undefined,
    page_size: CONVERSATIONS_PER_PAGE,
  });
  return parseAnswer(
    conversationPageSchema,
    unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)),
  );
}

/** How much there is to do in the inbox. */
export async function countInbox(tenantId: string): Promise<InboxCounts> {
  return parseAnswer(
    inboxCountsSchema,
    unwrap(await supabase().rpc('inbox_counts', { tenant_id: tenantId })),
  );
}

/** Where the messages begin that have been read so far. */
type ThreadPosition = { sent_at: string; id: string } | null;

/** A conversation with its newest messages, or with those before `before`; 404 when it is not this clinic's. */
export async function readThread(input: {
  tenantId: string;
  conversationId: string;
  before?: ThreadPosition;
  signal?: AbortSignal;
}): Promise<Thread> {
  const asked = supabase().rpc('get_conversation', {
    tenant_id: input.tenantId,
    conversation_id: input.conversationId,
    before: input.before ?? undefined,
  });
  return parseAnswer(threadSchema, unwrap(await (input.signal ? asked.abortSignal(input.signal) : asked)));
}

/** Changes conversations alike; answers those that were changed, as they are now. */
export async function changeConversations(input: {
  tenantId: string;
  ids: string[];
  change: ConversationChange;
}): Promise<Conversation[]> {
  const changed: Conversation[] = [];
  for (let start = 0; start < input.ids.length; start += CONVERSATIONS_AT_ONCE) {
    const answer = await supabase().rpc('update_conversations', {
      tenant_id: input.tenantId,
      conversation_ids: input.ids.slice(start, start + CONVERSATIONS_AT_ONCE),
      changes: input.change,
    });
    changed.push(...parseAnswer(changedSchema, unwrap(answer)).conversations);
  }
  return changed;
}

/** Adds a note to a conversation, or changes the one with this id. */
export async function saveConversationNote(input: {
  tenantId: string;
  conversationId: string;
  noteId: string | null;
  body: string;
}): Promise<ConversationNote> {
  const answer = await supabase().rpc('save_conversation_note', {
    tenant_id: input.tenantId,
    conversation_id: input.conversationId,
    // The generated types know no null; the function does.
    note_id: input.noteId as string,
    body: input.body,
  });
  return parseAnswer(noteSchema, unwrap(answer));
}

export async function deleteConversationNote(input: { tenantId: string; noteId: string }): Promise<void> {
  unwrap(
    await supabase().rpc('delete_conversation_note', { tenant_id: input.tenantId, note_id: input.noteId }),
  );
}

/** Tells the others that one has a conversation open, and answers who else has. */
export async function lookAtConversation(input: {
  tenantId: string;
  conversationId: string;
  isWriting: boolean;
}): Promise<Viewer[]> {
  const answer = await supabase().rpc('look_at_conversation', {
    tenant_id: input.tenantId,
    conversation_id: input.conversationId,
    is_writing: input.isWriting,
  });
  return parseAnswer(viewersSchema, unwrap(answer));
}

/** What is being written at the clinic, one's own first. */
export async function listDrafts(tenantId: string): Promise<DraftRow[]> {
  return parseAnswer(
    z.array(draftRowSchema),
    unwrap(await supabase().rpc('list_drafts', { tenant_id: tenantId })),
  );
}

/** The clinic's mailboxes, removed ones last. */
export async function listMailboxes(tenantId: string): Promise<Mailbox[]> {
  const answer = await supabase().rpc('list_inbox_accounts', { tenant_id: tenantId });
  return parseAnswer(z.array(mailboxSchema), unwrap(answer));
}

/** Fetches a mailbox's mail now and answers what that brought. */
export async function syncMailbox(accountId: string): Promise<SyncAnswer> {
  const answer = await supabase().functions.invoke<unknown>('mail-sync', { body: { account_id: accountId } });
  return unwrapFunction(syncAnswerSchema, answer);
}

export const conversationListOptions = (tenantId: string, question: ConversationQuestion) =>
  infiniteQueryOptions({
    queryKey: inboxKeys.list(tenantId, question),
    queryFn: async ({ client, pageParam, signal }) => {
      const page = await listConversations({ tenantId, question, after: pageParam, signal });
      if (pageParam === null) client.setQueryData(inboxKeys.head(tenantId, question), page);
      return page;
    },
    initialPageParam: null as ConversationPage['next'],
    getNextPageParam: (page) => page.next,
    // Reading thousands of rows again would help nobody: the first page brings the news.
    refetchOnWindowFocus: false,
  });

/** The first page of a list, read again every 30 s and whenever the person comes back to the page. */
export const conversationHeadOptions = (tenantId: string, question: ConversationQuestion) =>
  queryOptions({
    queryKey: inboxKeys.head(tenantId, question),
    queryFn: ({ signal }) => listConversations({ tenantId, question, signal }),
    refetchInterval: NEWS_EVERY,
  });

export const inboxCountOptions = (tenantId: string) =>
  queryOptions({
    queryKey: inboxKeys.counts(tenantId),
    queryFn: () => countInbox(tenantId),
    refetchInterval: NEWS_EVERY,
  });

export const threadOptions = (tenantId: string, conversationId: string) =>
  infiniteQueryOptions({
    queryKey: inboxKeys.thread(tenantId, conversationId),
    queryFn: ({ pageParam, signal }) => readThread({ tenantId, conversationId, before: pageParam, signal }),
    initialPageParam: null as ThreadPosition,
    getNextPageParam: ({ has_earlier, messages: [first] }): ThreadPosition =>
      has_earlier && first ? { sent_at: first.sent_at, id: first.id } : null,
    refetchInterval: ({ state }) =>
      state.data?.pages[0]?.messages.some(isOnItsWay) ? DELIVERY_EVERY : NEWS_EVERY,
  });

const UNDER_WAY = ['queued', 'sending', 'handing_over', 'checking'];
const isOnItsWay = ({ delivery }: Thread['messages'][number]): boolean =>
  delivery !== null && UNDER_WAY.includes(delivery);

export const mailboxOptions = (tenantId: string) =>
  queryOptions({
    queryKey: inboxKeys.mailboxes(tenantId),
    queryFn: () => listMailboxes(tenantId),
    staleTime: 30_000,
    refetchInterval: 60_000,
  });

export const draftListOptions = (tenantId: string) =>
  queryOptions({
    queryKey: inboxKeys.drafts(tenantId),
    queryFn: () => listDrafts(tenantId),
    refetchInterval: NEWS_EVERY,
  });
