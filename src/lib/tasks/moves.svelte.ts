import { SvelteMap } from 'svelte/reactivity';
import type { TaskActions } from './actions.ts';
import type { Task, TaskStatus } from './schemas.ts';

/**
 * Shows a task where it has just been moved to while the server is being told: moving is repeatable, and a move that
 * fails is taken back by itself.
 */
export class TaskMoves {
  readonly #actions: () => TaskActions;
  readonly #underWay = new SvelteMap<string, TaskStatus>();

  constructor(actions: () => TaskActions) {
    this.#actions = actions;
  }

  /** The status to show. */
  statusOf(task: Task): TaskStatus {
    return this.#underWay.get(task.id) ?? task.status;
  }

  isUnderWay(task: Task): boolean {
    return this.#underWay.has(task.id);
  }

  /** Moves a task; a second move of the same one waits for nothing and is ignored until the first is done. */
  async move(task: Task, status: TaskStatus): Promise<void> {
    if (this.isUnderWay(task) || task.status === status) return;
    this.#underWay.set(task.id, status);
    try {
      await this.#actions().move(task, status);
    } finally {
      this.#underWay.delete(task.id);
    }
  }

  /** Completes a task, or takes up again one that is done. */
  async toggle(task: Task): Promise<void> {
    await this.move(task, task.status === 'done' ? 'open' : 'done');
  }
}
