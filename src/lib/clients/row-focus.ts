/** Moves the focus along the rows of the client list: Enter then opens what has it, and readers read it. */
export class RowFocus {
  readonly #list: () => HTMLElement | null;

  constructor(list: () => HTMLElement | null) {
    this.#list = list;
  }

  /** The id of the client whose row has the focus. */
  get current(): string | null {
    return document.activeElement?.closest<HTMLElement>('[data-client]')?.dataset.client ?? null;
  }

  first(): void {
    this.#focus(this.#links()[0]);
  }

  /** Moves by so many rows, from nowhere to the first one; false when there is no further row that way. */
  move(by: 1 | -1): boolean {
    const links = this.#links();
    const at = links.findIndex(
      (link) => link.closest<HTMLElement>('[data-client]')?.dataset.client === this.current,
    );
    return this.#focus(at < 0 && by < 0 ? undefined : links[at + by]);
  }

  #links(): HTMLElement[] {
    return [...(this.#list()?.querySelectorAll<HTMLElement>('[data-client-link]') ?? [])];
  }

  #focus(link: HTMLElement | undefined): boolean {
    link?.focus({ preventScroll: true });
    link?.closest('[data-client]')?.scrollIntoView({ block: 'nearest' });
    return link !== undefined;
  }
}
