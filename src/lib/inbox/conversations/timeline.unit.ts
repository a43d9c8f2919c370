import { expect, test } from 'vitest';
import { sampleConversation } from './sample-conversation.ts';
import type { Thread } from './schemas.ts';
import { answeredMessage, openedMessages, shownUntil, timelineOf } from './timeline.ts';

type Message = Thread['messages'][number];

const message = (id: string, minute: number, given: Partial<Message> = {}): Message => ({
  id,
  conversation_id: 'c1',
  direction: 'inbound',
  from_address: '',
  from_name: '',
  to_addresses: [],
  cc_addresses: [],
  bcc_addresses: [],
  reply_to: [],
  recipient_count: 1,
  subject: '',
  sent_at: time(minute),
  created_at: time(minute),
  snippet: '',
  text_body: '',
  html_body: null,
  body_state: 'whole',
  size: 0,
  kind: 'mail',
  authentication: '',
  is_read: true,
  delivery: null,
  delivery_error: null,
  send_at: null,
  attachments: [],
  ...given,
});
const time = (minute: number) => `2026-11-22T10:${String(minute).padStart(2, '0')}:00+00:00`;
const thread = (given: Partial<Thread>): Thread => ({
  conversation: sampleConversation(),
  account: { id: 'a', address: '', display_name: '', status: 'active', send_via: 'smtp' },
  ...{ messages: [], has_earlier: false, notes: [], events: [], drafts: [] },
  ...given,
});
const note = (id: string, minute: number) => ({
  ...{ id, body: 'x', created_by: null, author: null },
  created_at: time(minute),
  updated_at: time(minute),
});
const event = (id: string, minute: number) => ({
  ...{ id, kind: 'closed', details: {}, actor: null },
  occurred_at: time(minute),
});
const ids = (pages: Thread[]) => timelineOf(pages).map(({ id }) => id);

test('messages, notes and events stand in the order in which they happened', () => {
  const page = thread({
    messages: [message('m1', 10), message('m2', 30)],
    notes: [note('n', 20)],
    events: [event('e', 40), event('d', 5)],
  });
  expect(ids([page])).toEqual(['d', 'm1', 'n', 'm2', 'e']);
});

test('what happened before the messages that were read waits for them', () => {
  const newest = thread({
    messages: [message('m2', 30)],
    has_earlier: true,
    notes: [note('n', 20)],
    events: [event('e', 40)],
  });
  expect(ids([newest])).toEqual(['m2', 'e']);
  const earlier = thread({ messages: [message('m1', 10), message('m2', 30)] });
  expect(ids([newest, earlier])).toEqual(['m1', 'n', 'm2', 'e']);
});

test('the newest message begins opened, and so does what nobody has read', () => {
  const items = timelineOf([
    thread({
      messages: [
        message('old', 1),
        message('new', 2, { is_read: false }),
        message('ours', 3, { direction: 'outbound', is_read: false }),
        message('last', 4, { direction: 'outbound' }),
      ],
    }),
  ]);
  expect([...openedMessages(items)].toSorted()).toEqual(['last', 'new']);
});

test.each(['failed', 'unknown'] as const)(
  'an answer that is %s begins opened, whatever came later',
  (delivery) => {
    const ours = message('ours', 1, { direction: 'outbound', delivery });
    const items = timelineOf([thread({ messages: [ours, message('b', 2, { is_read: true })] })]);
    expect([...openedMessages(items)].toSorted()).toEqual(['b', 'ours']);
  },
);

test('an answer goes to the newest message that came in, and never to a bounce or to what was taken back', () => {
  const answered = (...messages: Message[]) => answeredMessage(timelineOf([thread({ messages })]))?.id;
  const ours = message('ours', 3, { direction: 'outbound' });
  expect(answered(message('a', 1), message('b', 2), ours)).toBe('b');
  expect(answered(message('a', 1), message('bounce', 5, { kind: 'bounce' }))).toBe('a');
  expect(answered(ours)).toBe('ours');
  expect(answered(ours, message('gone', 4, { direction: 'outbound', delivery: 'cancelled' }))).toBe('ours');
  expect(answered()).toBe(undefined);
});

test('what came in while somebody was reading has not been shown', () => {
  const page = thread({ messages: [message('a', 1, { created_at: time(9) }), message('b', 2)] });
  expect(shownUntil(page)).toBe(time(9));
  expect(shownUntil(thread({}))).toBe(null);
});
