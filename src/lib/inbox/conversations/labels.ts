import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { fullTime } from './list-time.ts';
import type { Conversation, ConversationEvent, Person } from './schemas.ts';
import type { SnoozePreset } from './snooze.ts';
import type { InboxList } from './view.ts';

export const LIST_LABELS: Record<InboxList, () => string> = {
  open: m.inbox_list_open,
  mine: m.inbox_list_mine,
  unassigned: m.inbox_list_unassigned,
  snoozed: m.inbox_list_snoozed,
  closed: m.inbox_list_closed,
  all: m.inbox_list_all,
  drafts: m.inbox_list_drafts,
};

export const SNOOZE_LABELS: Record<SnoozePreset, () => string> = {
  later: m.inbox_snooze_later,
  tomorrow: m.inbox_snooze_tomorrow,
  next_week: m.inbox_snooze_next_week,
};

export const nameOf = (person: { first_name: string; last_name: string }): string =>
  displayName({ ...person, email: null });

/** Whom a conversation is with: the client, else the name or address of the sender. */
export const counterpart = ({ client, counterpart_name, counterpart_address }: Conversation): string =>
  (client && nameOf(client)) || counterpart_name || counterpart_address || m.inbox_nobody();

export const subjectOf = ({ subject }: Pick<Conversation, 'subject'>): string =>
  subject || m.inbox_no_subject();

/** What happened, in a sentence: "Ana assigned it to Dan". */
export function eventSentence(
  event: ConversationEvent,
  context: { people: readonly Person[]; selfId: string; timeZone: string },
): string {
  const who = event.actor ? nameOf(event.actor) : '';
  const { details } = event;
  const text = (key: string) => (typeof details[key] === 'string' ? details[key] : '');
  const time = text('snoozed_until') ? fullTime(text('snoozed_until'), context.timeZone) : '';
  const assignee = context.people.find(({ user_id }) => user_id === text('assignee_id'));
  const name = (assignee && nameOf(assignee)) || nameIn(details.assignee) || m.colleague_unknown();
  const tag = nameIn(details.tag) || text('tag_name') || m.inbox_event_some_tag();
  const client = nameIn(details.client) || m.inbox_event_some_client();
  switch (event.kind) {
    case 'opened':
      return who ? m.inbox_event_opened({ who }) : m.inbox_event_opened_itself();
    case 'closed':
      return who ? m.inbox_event_closed({ who }) : m.inbox_event_closed_itself();
    case 'snoozed':
      return m.inbox_event_snoozed({ who: who || m.note_by_program(), time });
    case 'assigned':
      if (text('assignee_id') === event.actor?.user_id) return m.inbox_event_took({ who });
      return m.inbox_event_assigned({ who: who || m.note_by_program(), name });
    case 'unassigned':
      return m.inbox_event_unassigned({ who: who || m.note_by_program() });
    case 'tag_added':
      return m.inbox_event_tag_added({ who: who || m.note_by_program(), tag });
    case 'tag_removed':
      return m.inbox_event_tag_removed({ who: who || m.note_by_program(), tag });
    case 'client_linked':
      return who ? m.inbox_event_client_linked({ who, client }) : m.inbox_event_client_found({ client });
    case 'client_unlinked':
      return who ? m.inbox_event_client_unlinked({ who, client }) : m.inbox_event_client_gone({ client });
    default:
      return m.inbox_event_other({ who: who || m.note_by_program() });
  }
}

/** The name in what the server tells about a person, a tag or a client. */
function nameIn(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const { name, first_name = '', last_name = '' } = value as Record<string, unknown>;
  return typeof name === 'string' ? name : `${String(first_name)} ${String(last_name)}`.trim();
}
