import { expect, test } from 'vitest';
import { inboxQuestion, inboxViewQuery, isNarrowed, readDraftId, readInboxView } from './view.ts';

const ID = '0a1b2c3d-0000-4000-8000-000000000001';
const read = (query: string) => readInboxView(new URLSearchParams(query));

test('the address says what is shown, and what makes no sense in it is left out', () => {
  const query = `?list=mine&q=invoice&mailbox=${ID}&tag=${ID}&unread=yes&files=yes`;
  expect(inboxViewQuery(read(query))).toBe(query);
  expect(inboxViewQuery(read(''))).toBe('');
  expect(inboxViewQuery(read('list=none&mailbox=1&tag=%27&unread=no&q=%20'))).toBe('');
  expect(readDraftId(new URLSearchParams(`draft=${ID}`))).toBe(ID);
  expect(readDraftId(new URLSearchParams('draft=1'))).toBe('');
  expect(inboxViewQuery(read(''), ID)).toBe(`?draft=${ID}`);
});

test('only what narrows the list is asked for', () => {
  expect(inboxQuestion(read(''))).toEqual({ view: 'open' });
  expect(inboxQuestion(read(`list=all&q=a&mailbox=${ID}&tag=${ID}&unread=yes&files=yes`))).toEqual({
    view: 'all',
    search: 'a',
    account_id: ID,
    tag_id: ID,
    is_unread: true,
    has_attachments: true,
  });
  expect(isNarrowed(read('list=all'))).toBe(false);
  expect(isNarrowed(read('unread=yes'))).toBe(true);
});
