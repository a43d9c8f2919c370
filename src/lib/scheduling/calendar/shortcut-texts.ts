import { m } from '#lib/paraglide/messages.js';

/** The keys of the calendar, for the dialog that "?" opens. */
export function calendarShortcutTexts(): { keys: string[]; text: string }[] {
  return [
    { keys: ['t'], text: m.shortcut_calendar_today() },
    { keys: ['←', '→'], text: m.shortcut_calendar_leaf() },
    { keys: ['1', '2', '3', '4'], text: m.shortcut_calendar_view() },
    { keys: ['n'], text: m.shortcut_calendar_new() },
    { keys: ['/'], text: m.shortcut_calendar_find() },
    { keys: ['↓', '↑', '→', '←'], text: m.shortcut_calendar_step() },
    { keys: ['Home', 'End'], text: m.shortcut_calendar_ends() },
    { keys: ['↵'], text: m.shortcut_calendar_open() },
  ];
}

/** The keys of the day board. */
export function boardShortcutTexts(): { keys: string[]; text: string }[] {
  return [
    { keys: ['↓', 'j'], text: m.shortcut_board_next() },
    { keys: ['↑', 'k'], text: m.shortcut_board_previous() },
    { keys: ['x'], text: m.shortcut_board_step() },
    { keys: ['↵'], text: m.shortcut_calendar_open() },
    { keys: ['←', '→'], text: m.shortcut_calendar_leaf() },
    { keys: ['t'], text: m.shortcut_calendar_today() },
  ];
}
