/** Moves the focus along the tasks on a page, in lists and from column to column of the board. */
export class TaskFocus {
  readonly #place: () => HTMLElement | null;

  constructor(place: () => HTMLElement | null) {
    this.#place = place;
  }

  /** The id of the task that has the focus, itself or by a button in it. */
  get current(): string | null {
    return document.activeElement?.closest<HTMLElement>('[data-task]')?.dataset.task ?? null;
  }

  /** Moves by so many tasks, from nowhere to the first one. */
  move(by: 1 | -1): void {
    const tasks = [...(this.#place()?.querySelectorAll<HTMLElement>('[data-task]') ?? [])];
    const at = tasks.findIndex(({ dataset }) => dataset.task === this.current);
    const next = tasks[at < 0 ? 0 : at + by];
    next?.querySelector<HTMLElement>('[data-task-title]')?.focus({ preventScroll: true });
    next?.scrollIntoView({ block: 'nearest' });
  }
}
