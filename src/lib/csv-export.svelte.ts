import { toCsvFile } from './csv.ts';

/** `lines`: the page as CSV; `next`: where the one after it begins, null after the last. */
export type CsvPage<Key> = { lines: string; rows: number; next: Key | null };

/**
 * One export to a CSV file, page by page. After a failure `run` goes on where it stopped; cancelling throws away what
 * was fetched, so that nobody takes half a file for the whole.
 */
export class CsvExport<Key> {
  /** Rows in the file so far. */
  count = $state(0);
  isRunning = $state(false);

  #parts: Blob[] = [];
  #after: Key | null = null;
  #abort: AbortController | undefined;

  /**
   * Fetches what is left with `fetchPage`, whose `after` is null for the first page, and returns the file; null when it
   * was cancelled. Throws what went wrong.
   */
  async run(
    fetchPage: (after: Key | null, signal: AbortSignal) => Promise<CsvPage<Key>>,
  ): Promise<{ content: Blob; count: number } | null> {
    const abort = new AbortController();
    this.#abort = abort;
    this.isRunning = true;
    try {
      let hasMore = true;
      while (hasMore) {
        const page = await fetchPage(this.#after, abort.signal);
        if (abort.signal.aborted) return null;
        // As blobs, which a browser may keep on disk: an export can be far larger than what it should hold in memory.
        this.#parts.push(new Blob([page.lines]));
        this.count += page.rows;
        this.#after = page.next;
        hasMore = page.next !== null;
      }
    } catch (error) {
      if (abort.signal.aborted) return null;
      throw error;
    } finally {
      if (this.#abort === abort) this.isRunning = false;
    }
    const file = { content: toCsvFile(this.#parts), count: this.count };
    this.cancel();
    return file;
  }

  /** Stops and forgets everything; the next run begins anew. */
  cancel(): void {
    this.#abort?.abort();
    this.#parts = [];
    this.#after = null;
    this.count = 0;
    this.isRunning = false;
  }
}
