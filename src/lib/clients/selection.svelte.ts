import { SvelteSet } from 'svelte/reactivity';

/** The clients somebody has marked in the list, to do the same with all of them. */
export class Selection {
  readonly ids = new SvelteSet<string>();
  /** The row marked last: with shift, everything from there on follows. */
  #anchor: string | null = null;

  get size(): number {
    return this.ids.size;
  }

  /** Marks a row or takes the mark away; with `toRange` the same happens to all rows from the last one on. */
  toggle(id: string, rows: readonly { id: string }[], toRange = false): void {
    const isMarked = !this.ids.has(id);
    const [from, to] = [
      rows.findIndex((row) => row.id === this.#anchor),
      rows.findIndex((row) => row.id === id),
    ];
    const range = toRange && from >= 0 ? rows.slice(Math.min(from, to), Math.max(from, to) + 1) : [{ id }];
    for (const row of range) {
      if (isMarked) this.ids.add(row.id);
      else this.ids.delete(row.id);
    }
    this.#anchor = id;
  }

  /** Marks all of these, or none when all were marked. */
  toggleAll(rows: readonly { id: string }[]): void {
    if (rows.every(({ id }) => this.ids.has(id))) this.clear();
    else for (const { id } of rows) this.ids.add(id);
  }

  clear(): void {
    this.ids.clear();
    this.#anchor = null;
  }
}
