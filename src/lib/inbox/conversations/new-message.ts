import { handleError } from '#lib/feedback.ts';
import { startDraft } from '#lib/inbox/compose/queries.ts';
import type { Mailbox } from './schemas.ts';

/**
 * Begins a message to somebody new, from the mailbox with this id where it can send, else from the first that can.
 * Answers the draft's id; null, and a message, when that failed; null as well where there is no mailbox.
 */
export async function beginMessage(input: {
  tenantId: string;
  mailboxes: Mailbox[];
  preferredId?: string;
  clientId: string | null;
}): Promise<string | null> {
  const usable = input.mailboxes.filter(({ status }) => status === 'active');
  const mailbox =
    usable.find(({ id }) => id === input.preferredId) ??
    usable[0] ??
    input.mailboxes.find(({ status }) => status !== 'removed');
  if (!mailbox) return null;
  const { tenantId, clientId } = input;
  try {
    return (await startDraft({ tenantId, kind: 'new', accountId: mailbox.id, messageId: null, clientId })).id;
  } catch (error) {
    handleError(error);
    return null;
  }
}
