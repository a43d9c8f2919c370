import type { InfiniteData, QueryClient } from '@tanstack/svelte-query';
import { inboxKeys } from './queries.ts';
import type { Conversation, ConversationPage, Thread } from './schemas.ts';

/** Puts newer versions of conversations wherever the cache has older ones. */
export function storeConversations(
  queries: QueryClient,
  tenantId: string,
  conversations: readonly Conversation[],
): void {
  const newer = new Map(conversations.map((row) => [row.id, row]));
  const renew = (row: Conversation): Conversation => {
    const found = newer.get(row.id);
    return found && found.revision >= row.revision ? found : row;
  };
  const renewPage = (page: ConversationPage): ConversationPage => ({
    ...page,
    conversations: page.conversations.map(renew),
  });
  queries.setQueriesData<ConversationPage>(
    { queryKey: inboxKeys.heads(tenantId) },
    (page) => page && renewPage(page),
  );
  queries.setQueriesData<InfiniteData<ConversationPage>>(
    { queryKey: inboxKeys.lists(tenantId) },
    (data) => data && { ...data, pages: data.pages.map(renewPage) },
  );
  for (const { id } of conversations)
    queries.setQueryData<InfiniteData<Thread>>(
      inboxKeys.thread(tenantId, id),
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page) => ({ ...page, conversation: renew(page.conversation) })),
        },
    );
}

/** After a change: numbers and first pages are read again, and lists that nobody looks at when they are next shown. */
export async function refreshInbox(queries: QueryClient, tenantId: string): Promise<void> {
  await Promise.all([
    queries.invalidateQueries({ queryKey: inboxKeys.counts(tenantId) }),
    queries.invalidateQueries({ queryKey: inboxKeys.heads(tenantId) }),
    queries.invalidateQueries({ queryKey: inboxKeys.lists(tenantId), refetchType: 'none' }),
  ]);
}

/** Lists of thousands of rows are begun anew when the page is opened again, with their first page. */
export function shortenLists(queries: QueryClient, tenantId: string): void {
  queries.setQueriesData<InfiniteData<ConversationPage>>(
    { queryKey: inboxKeys.lists(tenantId) },
    (data) => data && { pages: data.pages.slice(0, 1), pageParams: data.pageParams.slice(0, 1) },
  );
}
