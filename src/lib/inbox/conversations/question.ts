/** Which conversations are listed, as `list_conversations` understands it; what is not there narrows nothing. */
export type ConversationQuestion = {
  view: 'open' | 'mine' | 'unassigned' | 'snoozed' | 'closed' | 'all';
  account_id?: string;
  client_id?: string;
  tag_id?: string;
  is_unread?: true;
  has_attachments?: true;
  search?: string;
};
