import { expect, test } from 'vitest';
import type { ConversationQuestion } from './question.ts';
import { isAskedFor, mergeHead } from './rows.ts';
import { sampleConversation } from './sample-conversation.ts';

const at = (id: string, minute: number, revision = 1) =>
  sampleConversation({
    id,
    revision,
    last_message_at: `2026-11-22T10:${String(minute).padStart(2, '0')}:00+00:00`,
  });
const ids = (rows: { id: string }[]) => rows.map(({ id }) => id).join(' ');

test('new mail comes to its place, and a row that is there twice is there once, in its newest version', () => {
  const pages = [
    { conversations: [at('a', 50), at('b', 40)], next: {} },
    { conversations: [at('c', 30), at('d', 20)], next: null },
  ];
  const head = { conversations: [at('c', 55, 2), at('n', 52), at('a', 50)], next: {} };
  const rows = mergeHead(pages, head, null);
  expect(ids(rows)).toBe('c n a b d');
  expect(rows[0]?.revision).toBe(2);
});

test('what the news should hold and does not has left the list, but for what somebody reads', () => {
  const pages = [{ conversations: [at('a', 50), at('b', 40), at('c', 30)], next: null }];
  const head = { conversations: [at('a', 50), at('x', 35)], next: {} };
  expect(ids(mergeHead(pages, head, null))).toBe('a x c');
  expect(ids(mergeHead(pages, head, 'b'))).toBe('a b x c');
  // News without a next page is everything there is.
  expect(ids(mergeHead(pages, { ...head, next: null }, null))).toBe('a x');
  expect(ids(mergeHead(pages, undefined, null))).toBe('a b c');
  expect(ids(mergeHead(pages, { conversations: [], next: null }, null))).toBe('');
});

test('times that differ by less than this language knows keep their order', () => {
  const time = (id: string, fraction: string) =>
    sampleConversation({ id, last_message_at: `2026-11-22T10:00:00.${fraction}+00:00` });
  const pages = [{ conversations: [time('a', '123456'), time('b', '123457')], next: null }];
  expect(ids(mergeHead(pages, undefined, null))).toBe('b a');
});

test('a row is in the list that was asked for', () => {
  const row = sampleConversation({ assignee_id: 'me', tags: [{ id: 't', name: 'T', colour: 'red' }] });
  const asked = (question: ConversationQuestion, given = row, keep: string | null = null) =>
    isAskedFor(given, question, 'me', keep);
  expect(asked({ view: 'open' })).toBe(true);
  expect(asked({ view: 'closed' })).toBe(false);
  expect(asked({ view: 'all' }, { ...row, status: 'closed' })).toBe(true);
  expect(asked({ view: 'mine' })).toBe(true);
  expect(asked({ view: 'mine' }, { ...row, status: 'snoozed' })).toBe(false);
  expect(asked({ view: 'unassigned' })).toBe(false);
  expect(asked({ view: 'unassigned' }, { ...row, assignee_id: null })).toBe(true);
  expect(asked({ view: 'open', tag_id: 't' })).toBe(true);
  expect(asked({ view: 'open', tag_id: 'u' })).toBe(false);
  expect(asked({ view: 'open', client_id: 'k' })).toBe(false);
});

test('what was opened among the unread ones stays there, but not when it is closed', () => {
  const row = sampleConversation({ unread_count: 0 });
  expect(isAskedFor(row, { view: 'open', is_unread: true }, 'me', null)).toBe(false);
  expect(isAskedFor(row, { view: 'open', is_unread: true }, 'me', 'c1')).toBe(true);
  expect(isAskedFor({ ...row, status: 'closed' }, { view: 'open', is_unread: true }, 'me', 'c1')).toBe(false);
});
