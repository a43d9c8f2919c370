import type { ConversationQuestion } from './question.ts';
import type { Conversation, ConversationPage } from './schemas.ts';

/**
 * The rows of a list: the pages that were read, with the news of its first page worked in. A row that the news should
 * contain and does not has left the list; `keepId` stays nevertheless, because somebody is reading it.
 */
export function mergeHead(
  pages: readonly ConversationPage[],
  head: ConversationPage | undefined,
  keepId: string | null,
): Conversation[] {
  const newest = new Map<string, Conversation>();
  const add = (row: Conversation) => {
    const known = newest.get(row.id);
    if (!known || known.revision < row.revision) newest.set(row.id, row);
  };
  for (const row of head?.conversations ?? []) add(row);
  const here = new Set(newest.keys());
  const isGone = (row: Conversation) =>
    head !== undefined &&
    row.id !== keepId &&
    !here.has(row.id) &&
    (head.next === null || isBefore(row, head.conversations.at(-1)));
  for (const { conversations } of pages) for (const row of conversations) if (!isGone(row)) add(row);
  return [...newest.values()].toSorted(inOrder);
}

/** Newest first, as the server sorts. */
function inOrder(a: Conversation, b: Conversation): number {
  const [left, right] = [Date.parse(a.last_message_at), Date.parse(b.last_message_at)];
  if (left !== right) return right - left;
  // The server's times are finer than those of this language.
  if (a.last_message_at !== b.last_message_at) return a.last_message_at < b.last_message_at ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}

const isBefore = (row: Conversation, last: Conversation | undefined): boolean =>
  last === undefined || inOrder(row, last) <= 0;

/**
 * Whether a conversation is in the list a question asks for, as far as its row tells: a search cannot be judged here.
 * The one that is open, `keepId`, stays among the unread ones after it was read.
 */
export function isAskedFor(
  row: Conversation,
  question: ConversationQuestion,
  selfId: string,
  keepId: string | null,
): boolean {
  if (question.is_unread && row.unread_count === 0 && row.id !== keepId) return false;
  if (question.tag_id && !row.tags.some(({ id }) => id === question.tag_id)) return false;
  if (question.client_id && row.client_id !== question.client_id) return false;
  const { view } = question;
  if (view === 'all') return true;
  if (view === 'mine') return row.assignee_id === selfId && row.status === 'open';
  if (view === 'unassigned') return row.assignee_id === null && row.status === 'open';
  return row.status === view;
}
