import { CsvExport } from '#lib/csv-export.svelte.ts';
import { toCsv } from './csv.ts';
import { dayOf } from '#lib/days.ts';
import { exportEvents, type AuditQuestion } from './queries.ts';
import type { AuditPageKey } from './schemas.ts';
import type { AuditScope } from './scope.ts';

export type ExportedFile = { content: Blob; count: number; oldestDay: string | null };

/** One export of events to a file, page by page; see `CsvExport` for failing and cancelling. */
export class AuditExport {
  /** How far back the file reaches so far. */
  lookedBackTo = $state<string | null>(null);

  readonly #file = new CsvExport<AuditPageKey>();

  /** Events in the file so far. */
  get count(): number {
    return this.#file.count;
  }

  get isRunning(): boolean {
    return this.#file.isRunning;
  }

  /** Fetches what is left and returns the file; null when it was cancelled. Throws what went wrong. */
  async run(input: {
    scope: AuditScope;
    question: AuditQuestion;
    timeZone: string | undefined;
  }): Promise<ExportedFile | null> {
    const { timeZone } = input;
    const file = await this.#file.run(async (after, signal) => {
      const page = await exportEvents({ ...input, after, signal });
      const lines = await toCsv(page.events, { withHeader: after === null, timeZone });
      if (!signal.aborted)
        this.lookedBackTo = page.searched_back_to ?? page.events.at(-1)?.occurred_at ?? this.lookedBackTo;
      return { lines, rows: page.events.length, next: page.next };
    });
    if (!file) return null;
    const oldestDay = this.lookedBackTo ? dayOf(new Date(this.lookedBackTo), timeZone) : null;
    this.lookedBackTo = null;
    return { ...file, oldestDay };
  }

  /** Stops and forgets everything; the next run begins anew. */
  cancel(): void {
    this.#file.cancel();
    this.lookedBackTo = null;
  }
}
