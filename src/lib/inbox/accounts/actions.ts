import { withToasts } from '#lib/components/ui/toaster/index.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { perform } from '#lib/query/client.ts';
import type { QueryClient } from '@tanstack/svelte-query';
import { inboxKeys, syncMailbox } from '../conversations/queries.ts';
import { syncSentence } from '../conversations/sync-sentence.ts';
import type { AccountForm } from './form.ts';
import { accountKeys, pauseAccount, removeAccount, resumeAccount, tryAccount } from './queries.ts';
import type { MailAccount, TrialAnswer } from './schemas.ts';

/** What owners can do with the clinic's mailboxes. */
export function accountActions(queries: QueryClient, tenantId: string) {
  const affected = [accountKeys.all(tenantId), inboxKeys.all(tenantId)];
  /** Does it and says so; true when that worked. */
  const act = async (work: () => Promise<void>, done: string): Promise<boolean> => {
    try {
      await perform(queries, affected, work);
      confirmDone(done);
      return true;
    } catch (error) {
      handleError(error);
      return false;
    }
  };
  const of = (account: MailAccount) => ({ tenantId, accountId: account.id });
  return {
    /** Throws what went wrong on our side; that a server refuses is in the answer. */
    test: (values: AccountForm, accountId: string | null): Promise<TrialAnswer> =>
      tryAccount({ action: 'test', tenantId, accountId, values }),

    /** Like `test`, and keeps the mailbox when its servers work. */
    save: async (values: AccountForm, accountId: string | null): Promise<TrialAnswer> => {
      const answer = await perform(queries, affected, () =>
        tryAccount({ action: 'save', tenantId, accountId, values }),
      );
      const { address } = values;
      if (answer.ok) confirmDone(accountId ? m.mailbox_saved({ address }) : m.mailbox_connected({ address }));
      return answer;
    },

    syncNow: async (account: MailAccount): Promise<void> => {
      try {
        const answer = await perform(queries, affected, () => syncMailbox(account.id));
        const { text, description, isProblem } = syncSentence([{ address: account.address, answer }]);
        void withToasts((toast) => (isProblem ? toast.error : toast.success)(text, { description }));
      } catch (error) {
        handleError(error);
      }
    },
    pause: (account: MailAccount) =>
      act(() => pauseAccount(of(account)), m.mailbox_was_paused({ address: account.address })),
    resume: (account: MailAccount) =>
      act(() => resumeAccount(of(account)), m.mailbox_was_resumed({ address: account.address })),
    remove: (account: MailAccount, keepMail: boolean) =>
      act(
        () => removeAccount({ ...of(account), keepMail }),
        m.mailbox_was_removed({ address: account.address }),
      ),
  };
}
