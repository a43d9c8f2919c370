import type { TaskQuestion } from './queries.ts';

const LISTS = ['mine', 'all', 'overdue', 'done'] as const;
export type TaskList = (typeof LISTS)[number];

/** What the page of tasks shows; part of its address, so that "back", reload and a shared link keep it. */
export type TaskView = {
  list: TaskList;
  look: 'list' | 'board';
  search: string;
  /** The id of the person whose tasks are shown; empty for everybody's. */
  assigneeId: string;
};

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The view an address asks for: "?list=all&view=board&q=lab&who=…". What makes no sense is left out. */
export function readTaskView(params: Pick<URLSearchParams, 'get'>): TaskView {
  const who = params.get('who') ?? '';
  return {
    list: LISTS.find((list) => list === params.get('list')) ?? 'mine',
    look: params.get('view') === 'board' ? 'board' : 'list',
    search: (params.get('q') ?? '').trim().slice(0, 200),
    assigneeId: UUID.test(who) ? who : '',
  };
}

/** The query of the address for a view; empty for the one the page begins with. */
export function taskViewQuery({ list, look, search, assigneeId }: TaskView): string {
  const params = new URLSearchParams();
  if (list !== 'mine') params.set('list', list);
  if (look === 'board') params.set('view', look);
  if (search) params.set('q', search);
  if (assigneeId) params.set('who', assigneeId);
  return params.size > 0 ? `?${params}` : '';
}

/** What to ask the server for. The board shows everything, in two lists: what is to be done, and what is done. */
export function taskQuestions({ list, look, search, assigneeId }: TaskView): {
  main: TaskQuestion;
  done: TaskQuestion | null;
} {
  const narrowed = { search, assigneeId };
  if (look === 'board') return { main: { scope: 'all', ...narrowed }, done: { scope: 'done', ...narrowed } };
  // Mine are mine: the choice of a person has no place there.
  return { main: { scope: list, search, assigneeId: list === 'mine' ? '' : assigneeId }, done: null };
}
