/** What a composer tells the page around it. */
export type ComposerEvents = {
  /** It is on its way; its conversation should be read again. `closed`: by "Send and close". */
  onSent: (sent: { messageId: string; conversationId: string; closed: boolean }) => void;
  /** The draft is gone; take the composer away. */
  onDiscarded: () => void;
  /** Taken back from sending or from discarding: the draft is there again, show a composer for it. */
  onRestored: (draftId: string) => void;
  /** The conversation got a newer message meanwhile and the person wants to read it first. */
  onReadNewer?: () => void;
  /** Somebody types (at most every few seconds): for look_at_conversation's is_writing. */
  onWriting?: () => void;
  /** Only put away: saved, nothing discarded. Without it there is no such button. */
  onClose?: () => void;
};
