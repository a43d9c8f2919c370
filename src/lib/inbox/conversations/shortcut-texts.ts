import { m } from '#lib/paraglide/messages.js';

/** The keys of the inbox, for the dialog that "?" opens. */
export function inboxShortcutTexts(): { keys: string[]; text: string }[] {
  return [
    { keys: ['↓', 'j'], text: m.shortcut_inbox_next() },
    { keys: ['↑', 'k'], text: m.shortcut_inbox_previous() },
    { keys: ['o', '↵'], text: m.shortcut_inbox_open() },
    { keys: ['Esc'], text: m.shortcut_inbox_back() },
    { keys: ['x'], text: m.shortcut_inbox_mark() },
    { keys: ['e'], text: m.shortcut_inbox_close() },
    { keys: ['s'], text: m.shortcut_inbox_snooze() },
    { keys: ['a'], text: m.shortcut_inbox_assign() },
    { keys: ['m'], text: m.shortcut_inbox_mine() },
    { keys: ['l'], text: m.shortcut_inbox_tags() },
    { keys: ['u'], text: m.shortcut_inbox_unread() },
    { keys: ['r'], text: m.inbox_reply() },
    { keys: ['⇧ R'], text: m.inbox_reply_all() },
    { keys: ['f'], text: m.inbox_forward() },
    { keys: ['n'], text: m.inbox_note_write() },
    { keys: ['c'], text: m.inbox_compose() },
    { keys: ['/'], text: m.shortcut_search() },
  ];
}
