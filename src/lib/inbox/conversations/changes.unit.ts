import { expect, test } from 'vitest';
import { applyChange, inverseOf, isChanged, type ConversationChange } from './changes.ts';
import { sampleConversation } from './sample-conversation.ts';

const ana = { user_id: 'ana', first_name: 'Ana', last_name: 'Pop' };
const lab = { id: 'lab', name: 'Lab', colour: 'teal' };
const bill = { id: 'bill', name: 'Bill', colour: 'red' };
const known = { people: [ana], tags: [lab, bill] };
const soon = '2099-01-01T08:00:00.000Z';

test('a change is shown before the server has answered', () => {
  const row = sampleConversation({ tags: [lab] });
  expect(applyChange(row, { status: 'snoozed', snoozed_until: soon }, known)).toMatchObject({
    status: 'snoozed',
    snoozed_until: soon,
  });
  expect(applyChange({ ...row, status: 'snoozed', snoozed_until: soon }, { status: 'open' }, known)).toEqual(
    row,
  );
  expect(applyChange(row, { assignee_id: 'ana' }, known).assignee).toEqual(ana);
  expect(applyChange(row, { add_tag_ids: ['bill', 'lab'] }, known).tags).toEqual([bill, lab]);
  expect(applyChange(row, { remove_tag_ids: ['lab'] }, known).tags).toEqual([]);
  expect(applyChange(row, { is_read: true }, known).unread_count).toBe(0);
  expect(applyChange({ ...row, unread_count: 0 }, { is_read: false }, known).unread_count).toBe(1);
  const client = { id: 'k', first_name: 'Ion', last_name: 'Pop' };
  expect(applyChange(row, { client_id: 'k' }, { ...known, client })).toMatchObject({
    client,
    client_link: 'manual',
  });
});

test('what would change nothing is known', () => {
  const row = sampleConversation({ tags: [lab], unread_count: 0, assignee_id: 'ana' });
  const same: ConversationChange[] = [
    { status: 'open' },
    { assignee_id: 'ana' },
    { add_tag_ids: ['lab'] },
    { remove_tag_ids: ['bill'] },
    { is_read: true },
    { client_link: 'auto' },
  ];
  expect(same.filter((change) => isChanged(row, change))).toEqual([]);
  const other: ConversationChange[] = [
    { status: 'closed' },
    { status: 'snoozed', snoozed_until: soon },
    { assignee_id: null },
    { add_tag_ids: ['bill'] },
    { remove_tag_ids: ['lab'] },
    { is_read: false },
    // Nobody because somebody says so is another thing than nobody because the address is unknown.
    { client_id: null },
  ];
  expect(other.filter((change) => !isChanged(row, change))).toEqual([]);
});

test('undoing brings each conversation back to where it was', () => {
  const rows = [
    sampleConversation({ id: '1' }),
    sampleConversation({ id: '2', status: 'snoozed', snoozed_until: soon }),
    sampleConversation({ id: '3', status: 'closed' }),
    sampleConversation({ id: '4' }),
  ];
  expect(inverseOf(rows, { status: 'closed' })).toEqual([
    { ids: ['1', '4'], change: { status: 'open' } },
    { ids: ['2'], change: { status: 'snoozed', snoozed_until: soon } },
  ]);
});

test('what was to come back at a time that is over meanwhile is open', () => {
  const rows = [sampleConversation({ status: 'snoozed', snoozed_until: '2020-01-01T00:00:00Z' })];
  expect(inverseOf(rows, { status: 'closed' })).toEqual([{ ids: ['c1'], change: { status: 'open' } }]);
});

test('undoing takes only the tags that were given, and gives back those taken', () => {
  const rows = [sampleConversation({ id: '1', tags: [lab] }), sampleConversation({ id: '2' })];
  expect(inverseOf(rows, { add_tag_ids: ['lab'] })).toEqual([
    { ids: ['2'], change: { remove_tag_ids: ['lab'] } },
  ]);
  expect(inverseOf(rows, { remove_tag_ids: ['lab'] })).toEqual([
    { ids: ['1'], change: { add_tag_ids: ['lab'] } },
  ]);
});

test('undoing a client leads back to the address, or to whom somebody had said', () => {
  const rows = [
    sampleConversation({ id: '1' }),
    sampleConversation({ id: '2', client_link: 'manual', client_id: 'k' }),
  ];
  expect(inverseOf(rows, { client_id: 'x' })).toEqual([
    { ids: ['1'], change: { client_link: 'auto' } },
    { ids: ['2'], change: { client_id: 'k' } },
  ]);
});
