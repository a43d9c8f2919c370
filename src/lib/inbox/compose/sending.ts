import { withToasts } from '#lib/components/ui/toaster/index.ts';
import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { saveDraft, startDraft, undoSend } from './queries.ts';
import type { Draft, DraftValues, Queued } from './schemas.ts';

/** Nobody presses a button that says "undo" in its last moment. */
const MARGIN = 700;

/** Says that a message is on its way, and takes it back while that is possible. */
export function announceSent(tenantId: string, queued: Queued, onRestored: (draftId: string) => void): void {
  const left = queued.send_at ? Date.parse(queued.send_at) - Date.now() - MARGIN : 0;
  const takeBack = async (): Promise<void> => {
    try {
      const draft = await undoSend({ tenantId, messageId: queued.id });
      confirmDone(m.compose_taken_back());
      onRestored(draft.id);
    } catch (error) {
      handleError(error);
    }
  };
  void withToasts((toast) =>
    toast.success(m.compose_sending(), {
      // A clock that is wrong must not take the button away.
      duration: Math.min(10_000, Math.max(5_000, left)),
      action: { label: m.action_undo(), onClick: () => void takeBack() },
    }),
  );
}

/** Says that a draft is discarded, and writes it down anew when that was a mistake; uploaded files are gone. */
export function announceDiscarded(
  tenantId: string,
  gone: { draft: Draft; values: DraftValues; hadFiles: boolean },
  onRestored: (draftId: string) => void,
): void {
  const { draft, values, hadFiles } = gone;
  const restore = async (): Promise<void> => {
    try {
      const begun = await startDraft({
        tenantId,
        kind: draft.kind,
        accountId: values.account_id,
        messageId: draft.message_id,
        clientId: draft.client_id,
      });
      await saveDraft({ tenantId, draftId: begun.id, values, revision: begun.revision });
      onRestored(begun.id);
    } catch (error) {
      handleError(error, { retry: () => void restore() });
    }
  };
  confirmDone(hadFiles ? m.compose_discarded_files() : m.compose_discarded(), () => void restore());
}
