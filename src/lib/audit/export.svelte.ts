import { BYTE_ORDER_MARK, toCsv } from './csv.ts';
import { dayOf } from './days.ts';
import { exportEvents, type AuditQuestion } from './queries.ts';
import type { AuditPageKey } from './schemas.ts';
import type { AuditScope } from './scope.ts';

export type ExportedFile = { content: Blob; count: number; oldestDay: string | null };

/**
 * One export of events to a file, page by page. After a failure it goes on where it stopped; cancelling throws
 * away what was fetched, so that nobody takes half a file for the whole.
 */
export class AuditExport {
  /** Events in the file so far, and how far back it reaches. */
  count = $state(0);
  lookedBackTo = $state<string | null>(null);
  isRunning = $state(false);

  #parts: Blob[] = [];
  #after: AuditPageKey | null = null;
  #abort: AbortController | undefined;

  /** Fetches what is left and returns the file; null when it was cancelled. Throws what went wrong. */
  async run(input: {
    scope: AuditScope;
    question: AuditQuestion;
    timeZone: string | undefined;
  }): Promise<ExportedFile | null> {
    const abort = new AbortController();
    this.#abort = abort;
    this.isRunning = true;
    try {
      let hasMore = true;
      while (hasMore) {
        const page = await exportEvents({ ...input, after: this.#after, signal: abort.signal });
        const lines = await toCsv(page.events, {
          withHeader: this.#parts.length === 0,
          timeZone: input.timeZone,
        });
        if (abort.signal.aborted) return null;
        // As blobs, which a browser may keep on disk: an export can be far larger than what it should hold in memory.
        this.#parts.push(new Blob([lines]));
        this.count += page.events.length;
        this.lookedBackTo = page.searched_back_to ?? page.events.at(-1)?.occurred_at ?? this.lookedBackTo;
        this.#after = page.next;
        hasMore = page.next !== null;
      }
    } catch (error) {
      if (abort.signal.aborted) return null;
      throw error;
    } finally {
      if (this.#abort === abort) this.isRunning = false;
    }
    const content = new Blob([BYTE_ORDER_MARK, ...this.#parts], { type: 'text/csv;charset=utf-8' });
    const oldestDay = this.lookedBackTo ? dayOf(new Date(this.lookedBackTo), input.timeZone) : null;
    const file = { content, count: this.count, oldestDay };
    this.cancel();
    return file;
  }

  /** Stops and forgets everything; the next run begins anew. */
  cancel(): void {
    this.#abort?.abort();
    this.#parts = [];
    this.#after = null;
    this.count = 0;
    this.lookedBackTo = null;
    this.isRunning = false;
  }
}

/** Hands a file to the browser's downloads. */
export function download(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // The download has begun by then; the address would otherwise keep the file in memory.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
