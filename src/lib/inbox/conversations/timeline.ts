import type { Message } from '#lib/inbox/message-view/schemas.ts';
import type { ConversationEvent, ConversationNote, Thread } from './schemas.ts';

export type TimelineItem =
  | { kind: 'message'; id: string; at: string; message: Message }
  | { kind: 'note'; id: string; at: string; note: ConversationNote }
  | { kind: 'event'; id: string; at: string; event: ConversationEvent };

/**
 * Messages, notes and what was done with a conversation in the order in which it happened. `pages` are those of the
 * thread, newest first; what happened before the earliest message that was read waits until that part is read too.
 */
export function timelineOf(pages: readonly Thread[]): TimelineItem[] {
  const [newest] = pages;
  if (!newest) return [];
  const messages = new Map<string, Message>();
  // A message read twice is the one read first: pages[0] is read again and again.
  for (const page of pages)
    for (const message of page.messages) if (!messages.has(message.id)) messages.set(message.id, message);
  const items: TimelineItem[] = [
    ...[...messages.values()].map((message) => ({
      kind: 'message' as const,
      id: message.id,
      at: message.sent_at,
      message,
    })),
    ...newest.notes.map((note) => ({ kind: 'note' as const, id: note.id, at: note.created_at, note })),
    ...newest.events.map((event) => ({
      kind: 'event' as const,
      id: String(event.id),
      at: event.occurred_at,
      event,
    })),
  ];
  const hasEarlier = pages.at(-1)?.has_earlier ?? false;
  const begin = hasEarlier
    ? Math.min(...[...messages.values()].map(({ sent_at }) => Date.parse(sent_at)))
    : -Infinity;
  return items
    .filter(({ at }) => Date.parse(at) >= begin)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || (a.id < b.id ? -1 : 1));
}

/** The messages that begin opened: the newest, those nobody has read yet, and those that somebody has to send again. */
export function openedMessages(items: readonly TimelineItem[]): Set<string> {
  const messages = items.flatMap((item) => (item.kind === 'message' ? [item.message] : []));
  const unread = messages.filter(({ direction, is_read }) => direction === 'inbound' && !is_read);
  const stuck = messages.filter(({ delivery }) => delivery === 'failed' || delivery === 'unknown');
  return new Set([...unread, ...stuck, ...messages.slice(-1)].map(({ id }) => id));
}

/** The message that an answer is given to: the newest that came in, else the newest there is. */
export function answeredMessage(items: readonly TimelineItem[]): Message | null {
  const messages = items.flatMap((item) =>
    item.kind === 'message' && item.message.delivery !== 'cancelled' ? [item.message] : [],
  );
  return (
    messages.findLast(({ direction, kind }) => direction === 'inbound' && kind !== 'bounce') ??
    messages.at(-1) ??
    null
  );
}

/** When the newest message of a thread was stored: until then everything has been shown. */
export function shownUntil({ messages }: Thread): string | null {
  const moments = messages.map(({ created_at }) => created_at);
  return moments.toSorted((a, b) => Date.parse(b) - Date.parse(a) || (a < b ? 1 : -1))[0] ?? null;
}
