import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { deleteCannedReply, inboxToolKeys, saveCannedReply, saveSignature } from './queries.ts';
import type { CannedReply, ReplyForm } from './schemas.ts';

/** What can be done with canned replies and signatures. */
export function inboxToolActions(queries: QueryClient, tenantId: string) {
  const replies = [inboxToolKeys.replies(tenantId)];
  const restore = async ({ title, body, shortcut }: CannedReply): Promise<void> => {
    const values = { title, body, shortcut: shortcut ?? '' };
    try {
      await perform(queries, replies, () => saveCannedReply({ tenantId, replyId: null, values }));
    } catch (error) {
      handleError(error);
    }
  };
  return {
    /** Adds a canned reply (without an id) or changes it. Throws what went wrong. */
    saveReply: async (replyId: string | null, values: ReplyForm): Promise<void> => {
      await perform(queries, replies, () => saveCannedReply({ tenantId, replyId, values }));
      confirmDone(m.reply_saved({ title: values.title }));
    },

    /** Deletes a canned reply and offers to bring it back; true when that worked. */
    removeReply: async (reply: CannedReply): Promise<boolean> => {
      try {
        await perform(queries, replies, () => deleteCannedReply({ tenantId, replyId: reply.id }));
        confirmDone(m.reply_was_deleted({ title: reply.title }), () => void restore(reply));
        return true;
      } catch (error) {
        handleError(error);
        return false;
      }
    },

    /** Sets a signature. Throws what went wrong. */
    saveSignature: async (input: {
      accountId: string | null;
      isMine: boolean;
      body: string;
    }): Promise<void> => {
      const body = input.body || null;
      await perform(queries, [inboxToolKeys.signatures(tenantId)], () =>
        saveSignature({ tenantId, ...input, body }),
      );
      confirmDone(m.signature_saved());
    },
  };
}
