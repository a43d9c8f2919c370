import { m } from '#lib/paraglide/messages.js';

/** The keys of the tasks page, for the dialog that "?" opens. */
export function taskShortcutTexts(): { keys: string[]; text: string }[] {
  return [
    { keys: ['/'], text: m.shortcut_search() },
    { keys: ['↓', 'j'], text: m.shortcut_task_next() },
    { keys: ['↑', 'k'], text: m.shortcut_task_previous() },
    { keys: ['x'], text: m.shortcut_task_complete() },
    { keys: ['1', '2', '3'], text: m.shortcut_task_move() },
    { keys: ['e', '↵'], text: m.shortcut_task_edit() },
    { keys: ['n'], text: m.shortcut_task_new() },
  ];
}
