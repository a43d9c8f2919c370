/** Moves the focus along the rows of the list: Enter then opens what has it, and readers read it. */
export class ConversationFocus {
  readonly #list: () => HTMLElement | null;

  constructor(list: () => HTMLElement | null) {
    this.#list = list;
  }

  /** The id of the conversation whose row has the focus. */
  get current(): string | null {
    return document.activeElement?.closest<HTMLElement>('[data-conversation]')?.dataset.conversation ?? null;
  }

  focus(id: string): void {
    const row = this.#list()?.querySelector<HTMLElement>(`[data-conversation="${id}"]`);
    row?.querySelector<HTMLElement>('[data-conversation-link]')?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
  }
}
