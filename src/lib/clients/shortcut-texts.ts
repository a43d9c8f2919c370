import { m } from '#lib/paraglide/messages.js';

/** The keys of the client list, for the dialog that "?" opens. */
export function clientShortcutTexts(): { keys: string[]; text: string }[] {
  return [
    { keys: ['/'], text: m.shortcut_search() },
    { keys: ['↓', 'j'], text: m.shortcut_next() },
    { keys: ['↑', 'k'], text: m.shortcut_previous() },
    { keys: ['↵'], text: m.shortcut_open() },
    { keys: ['x'], text: m.shortcut_mark() },
    { keys: ['⇧ x'], text: m.shortcut_mark_range() },
    { keys: ['n'], text: m.shortcut_new() },
    { keys: ['Esc'], text: m.shortcut_clear() },
  ];
}
