import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Armchair from '@lucide/svelte/icons/armchair';
import BellRing from '@lucide/svelte/icons/bell-ring';
import CalendarCheck from '@lucide/svelte/icons/calendar-check';
import CalendarCheck2 from '@lucide/svelte/icons/calendar-check-2';
import CalendarClock from '@lucide/svelte/icons/calendar-clock';
import CalendarMinus from '@lucide/svelte/icons/calendar-minus';
import CalendarPlus from '@lucide/svelte/icons/calendar-plus';
import CalendarSync from '@lucide/svelte/icons/calendar-sync';
import CalendarX from '@lucide/svelte/icons/calendar-x';
import CalendarX2 from '@lucide/svelte/icons/calendar-x-2';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import DoorOpen from '@lucide/svelte/icons/door-open';
import FileMinus from '@lucide/svelte/icons/file-minus';
import FilePlus from '@lucide/svelte/icons/file-plus';
import GitMerge from '@lucide/svelte/icons/git-merge';
import Inbox from '@lucide/svelte/icons/inbox';
import ListPlus from '@lucide/svelte/icons/list-plus';
import ListTodo from '@lucide/svelte/icons/list-todo';
import ListX from '@lucide/svelte/icons/list-x';
import MailPlus from '@lucide/svelte/icons/mail-plus';
import MailX from '@lucide/svelte/icons/mail-x';
import Pencil from '@lucide/svelte/icons/pencil';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
import Send from '@lucide/svelte/icons/send';
import StickyNote from '@lucide/svelte/icons/sticky-note';
import Tag from '@lucide/svelte/icons/tag';
import Trash2 from '@lucide/svelte/icons/trash-2';
import Undo2 from '@lucide/svelte/icons/undo-2';
import UserPlus from '@lucide/svelte/icons/user-plus';
import type { Component } from 'svelte';

type Icon = Component<{ class?: string }>;

const ICONS: Record<string, Icon> = {
  client_added: UserPlus,
  client_changed: Pencil,
  client_archived: Archive,
  client_restored: ArchiveRestore,
  client_merged: GitMerge,
  merge_undone: Undo2,
  note_added: StickyNote,
  note_changed: Pencil,
  note_deleted: Trash2,
  file_added: FilePlus,
  file_deleted: FileMinus,
  task_added: ListTodo,
  task_completed: CircleCheck,
  task_reopened: RotateCcw,
  appointment_booked: CalendarPlus,
  appointment_moved: CalendarClock,
  appointment_confirmed: CalendarCheck,
  appointment_unconfirmed: CalendarMinus,
  appointment_arrived: DoorOpen,
  appointment_not_arrived: Undo2,
  appointment_seated: Armchair,
  appointment_not_seated: Undo2,
  appointment_completed: CalendarCheck2,
  appointment_reopened: RotateCcw,
  appointment_cancelled: CalendarX,
  appointment_missed: CalendarX2,
  appointment_rebooked: CalendarSync,
  waitlist_joined: ListPlus,
  waitlist_left: ListX,
  slot_offered: MailPlus,
  slot_declined: MailX,
  reminder_sent: BellRing,
  message_received: Inbox,
  message_sent: Send,
  tags_changed: Tag,
};

/** The picture of a kind of activity; a dot for one that this version does not know. */
export const kindIcon = (kind: string): Icon => ICONS[kind] ?? CircleDot;
