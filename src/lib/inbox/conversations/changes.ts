import type { Tag } from '#lib/clients/schemas.ts';
import type { Conversation } from './schemas.ts';

/** What is to become of conversations, as `update_conversations` understands it; what is not there stays. */
export type ConversationChange = {
  status?: Conversation['status'];
  /** ISO moment; with the status "snoozed" only. */
  snoozed_until?: string;
  assignee_id?: string | null;
  add_tag_ids?: string[];
  remove_tag_ids?: string[];
  is_read?: boolean;
  /** With is_read: what came in later is still new. */
  read_until?: string;
  client_id?: string | null;
  /** The client follows the address again. */
  client_link?: 'auto';
};

/** Those whom a change may name. */
export type Known = {
  people: readonly { user_id: string; first_name: string; last_name: string }[];
  tags: readonly Tag[];
  client?: Conversation['client'];
};

/** A conversation as it will be: shown until the server has answered. */
export function applyChange(row: Conversation, change: ConversationChange, known: Known): Conversation {
  const next = { ...row };
  if (change.status) {
    next.status = change.status;
    next.snoozed_until = change.status === 'snoozed' ? (change.snoozed_until ?? null) : null;
  }
  if (change.assignee_id !== undefined) {
    next.assignee_id = change.assignee_id;
    next.assignee = known.people.find(({ user_id }) => user_id === change.assignee_id) ?? null;
  }
  if (change.add_tag_ids || change.remove_tag_ids) {
    const kept = row.tags.filter(({ id }) => !change.remove_tag_ids?.includes(id));
    const added = (change.add_tag_ids ?? []).filter((id) => !kept.some((tag) => tag.id === id));
    next.tags = [...kept, ...known.tags.filter(({ id }) => added.includes(id))].toSorted((a, b) =>
      a.name.localeCompare(b.name),
    );
  }
  if (change.is_read !== undefined)
    next.unread_count = change.is_read ? 0 : Math.max(row.unread_count, row.message_count > 0 ? 1 : 0);
  if (change.client_id !== undefined) {
    next.client_id = change.client_id;
    next.client = known.client?.id === change.client_id ? known.client : null;
    next.client_link = 'manual';
  }
  return next;
}

/** Whether a change would change anything about a conversation. */
export function isChanged(row: Conversation, change: ConversationChange): boolean {
  const has = (id: string) => row.tags.some((tag) => tag.id === id);
  return (
    (change.status !== undefined && change.status !== row.status) ||
    (change.status === 'snoozed' && change.snoozed_until !== row.snoozed_until) ||
    (change.assignee_id !== undefined && change.assignee_id !== row.assignee_id) ||
    (change.add_tag_ids?.some((id) => !has(id)) ?? false) ||
    (change.remove_tag_ids?.some(has) ?? false) ||
    (change.is_read !== undefined && change.is_read !== (row.unread_count === 0)) ||
    (change.client_id !== undefined && (change.client_id !== row.client_id || row.client_link === 'auto')) ||
    (change.client_link !== undefined && change.client_link !== row.client_link)
  );
}

/** The changes that bring conversations back to how they were before `change`: one for all that were alike. */
export function inverseOf(
  rows: readonly Conversation[],
  change: ConversationChange,
): { ids: string[]; change: ConversationChange }[] {
  const groups = new Map<string, { ids: string[]; change: ConversationChange }>();
  for (const row of rows) {
    const back = wayBack(row, change);
    const key = JSON.stringify(back);
    if (key === '{}') continue;
    const group = groups.get(key) ?? { ids: [], change: back };
    group.ids.push(row.id);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function wayBack(row: Conversation, change: ConversationChange): ConversationChange {
  const back: ConversationChange = {};
  const had = (id: string) => row.tags.some((tag) => tag.id === id);
  if (change.status && isChanged(row, { status: change.status, ...snooze(change) })) {
    // What was to come back at a time that is over is simply open.
    const isOver = row.snoozed_until !== null && Date.parse(row.snoozed_until) <= Date.now();
    back.status = isOver ? 'open' : row.status;
    if (back.status === 'snoozed' && row.snoozed_until) back.snoozed_until = row.snoozed_until;
  }
  if (change.assignee_id !== undefined && change.assignee_id !== row.assignee_id)
    back.assignee_id = row.assignee_id;
  const added = (change.add_tag_ids ?? []).filter((id) => !had(id));
  const removed = (change.remove_tag_ids ?? []).filter(had);
  if (added.length > 0) back.remove_tag_ids = added;
  if (removed.length > 0) back.add_tag_ids = removed;
  if (change.is_read !== undefined && change.is_read !== (row.unread_count === 0))
    back.is_read = !change.is_read;
  if (change.client_id !== undefined || change.client_link) {
    if (row.client_link === 'auto') back.client_link = 'auto';
    else back.client_id = row.client_id;
  }
  return back;
}

const snooze = ({ snoozed_until }: ConversationChange) => (snoozed_until ? { snoozed_until } : {});
