import type { ConversationQuestion } from './question.ts';

export const INBOX_LISTS = ['open', 'mine', 'unassigned', 'snoozed', 'closed', 'all', 'drafts'] as const;
export type InboxList = (typeof INBOX_LISTS)[number];

/** What the inbox shows; part of its address, so that "back", reload and a shared link keep it. */
export type InboxView = {
  list: InboxList;
  search: string;
  /** Ids; empty for all. */
  mailboxId: string;
  tagId: string;
  isUnread: boolean;
  hasAttachments: boolean;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export const NARROWED_BY_NOTHING = {
  search: '',
  mailboxId: '',
  tagId: '',
  isUnread: false,
  hasAttachments: false,
} as const;

/** The view an address asks for: "?list=mine&q=invoice&mailbox=…&tag=…&unread=yes&files=yes". What makes no sense is left out. */
export function readInboxView(params: Pick<URLSearchParams, 'get'>): InboxView {
  const id = (key: string) => (UUID.test(params.get(key) ?? '') ? (params.get(key) as string) : '');
  return {
    list: INBOX_LISTS.find((list) => list === params.get('list')) ?? 'open',
    search: (params.get('q') ?? '').trim().slice(0, 200),
    mailboxId: id('mailbox'),
    tagId: id('tag'),
    isUnread: params.get('unread') === 'yes',
    hasAttachments: params.get('files') === 'yes',
  };
}

/** The draft of a new message that an address asks for; empty for none. */
export function readDraftId(params: Pick<URLSearchParams, 'get'>): string {
  const id = params.get('draft') ?? '';
  return UUID.test(id) ? id : '';
}

/** The query of the address for a view; empty for the one the page begins with. */
export function inboxViewQuery(view: InboxView, draftId = ''): string {
  const params = new URLSearchParams();
  if (view.list !== 'open') params.set('list', view.list);
  if (view.search) params.set('q', view.search);
  if (view.mailboxId) params.set('mailbox', view.mailboxId);
  if (view.tagId) params.set('tag', view.tagId);
  if (view.isUnread) params.set('unread', 'yes');
  if (view.hasAttachments) params.set('files', 'yes');
  if (draftId) params.set('draft', draftId);
  return params.size > 0 ? `?${params}` : '';
}

/** Whether something narrows the list besides the choice of the list itself. */
export const isNarrowed = (view: InboxView): boolean =>
  view.search !== '' || view.mailboxId !== '' || view.tagId !== '' || view.isUnread || view.hasAttachments;

/** What to ask the server for. */
export function inboxQuestion({ list, search, mailboxId, tagId, ...view }: InboxView): ConversationQuestion {
  return {
    view: list === 'drafts' ? 'all' : list,
    ...(search ? { search } : {}),
    ...(mailboxId ? { account_id: mailboxId } : {}),
    ...(tagId ? { tag_id: tagId } : {}),
    ...(view.isUnread ? { is_unread: true } : {}),
    ...(view.hasAttachments ? { has_attachments: true } : {}),
  };
}
