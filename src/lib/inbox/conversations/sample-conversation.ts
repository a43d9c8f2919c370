import type { Conversation } from './schemas.ts';

/** A conversation for tests, like all others but for what is given. */
export const sampleConversation = (given: Partial<Conversation> = {}): Conversation => ({
  id: 'c1',
  account_id: 'a1',
  subject: 'Invoice',
  counterpart_address: 'ana@example.test',
  counterpart_name: 'Ana Pop',
  snippet: '',
  client_id: null,
  client_link: 'auto',
  status: 'open',
  snoozed_until: null,
  assignee_id: null,
  unread_count: 1,
  message_count: 1,
  attachment_count: 0,
  last_message_at: '2026-11-22T10:00:00+00:00',
  revision: 1,
  client: null,
  assignee: null,
  tags: [],
  draft_count: 0,
  failed_count: 0,
  last_direction: 'inbound',
  ...given,
});
