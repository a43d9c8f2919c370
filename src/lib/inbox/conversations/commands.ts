import type { InboxDesk } from './desk.svelte.ts';
import type { Conversation } from './schemas.ts';

type Ask = (rows: Conversation[]) => void;

/**
 * What buttons, menus and keys of the inbox do with conversations: the actions, and what the page shows afterwards. What
 * needs a choice asks for it in a dialog.
 */
export function conversationCommands(desk: InboxDesk, dialogs: { snooze: Ask; assign: Ask; tags: Ask }) {
  const { actions } = desk;

  /** Does something after which rows leave the list, and goes on with the next one at once. */
  const andGoOn = async (rows: Conversation[], act: () => Promise<boolean>): Promise<void> => {
    const next = desk.nextAfter(rows);
    const opened = desk.openId;
    desk.selection.clear();
    const done = act();
    await desk.goOn(rows, next);
    // What the server refused is where it was: so is whoever looked at it.
    if (!(await done) && opened && opened !== desk.openId && rows.some(({ id }) => id === opened))
      await desk.open(opened, true);
  };

  return {
    close: (rows: Conversation[]) => andGoOn(rows, () => actions.close(rows)),
    reopen: (rows: Conversation[]) => actions.reopen(rows),
    /** Closes what is open, opens what is closed. */
    toggleClosed(rows: Conversation[]) {
      return rows.every(({ status }) => status === 'closed') ? this.reopen(rows) : this.close(rows);
    },
    snooze: (rows: Conversation[], until: string) => andGoOn(rows, () => actions.snooze(rows, until)),
    assign: actions.assign,
    assignToMe(rows: Conversation[]) {
      const self = desk.people.find(({ user_id }) => user_id === desk.selfId);
      return self ? actions.assign(rows, self) : Promise.resolve(false);
    },
    setTag: actions.setTag,
    markRead: (rows: Conversation[], isRead: boolean) => {
      if (!isRead) desk.keptUnreadId = desk.openId;
      return actions.markRead(rows, isRead);
    },
    /** Unread becomes read, and the other way round. */
    toggleRead(rows: Conversation[]) {
      return this.markRead(
        rows,
        rows.some(({ unread_count }) => unread_count > 0),
      );
    },
    askSnooze: dialogs.snooze,
    askAssign: dialogs.assign,
    askTags: dialogs.tags,
  };
}

export type ConversationCommands = ReturnType<typeof conversationCommands>;
