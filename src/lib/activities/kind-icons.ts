import Archive from '@lucide/svelte/icons/archive';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import CircleCheck from '@lucide/svelte/icons/circle-check';
import CircleDot from '@lucide/svelte/icons/circle-dot';
import FileMinus from '@lucide/svelte/icons/file-minus';
import FilePlus from '@lucide/svelte/icons/file-plus';
import GitMerge from '@lucide/svelte/icons/git-merge';
import ListTodo from '@lucide/svelte/icons/list-todo';
import Pencil from '@lucide/svelte/icons/pencil';
import RotateCcw from '@lucide/svelte/icons/rotate-ccw';
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
  tags_changed: Tag,
};

/** The picture of a kind of activity; a dot for one that this version does not know. */
export const kindIcon = (kind: string): Icon => ICONS[kind] ?? CircleDot;
