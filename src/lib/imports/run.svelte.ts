import { toAppError } from '#lib/supabase/errors.ts';
import type { importConnection } from './queries.ts';
import type { ImportOptions, ImportRow, Outcome, RowProblem, RowResult } from './schemas.ts';

/** Rows sent at once: few enough to be done in a second or two, also on a busy server. */
const SLICE = 100;

/** The way to the database; the app's is in queries.ts, tests bring their own. */
export type ImportConnection = typeof importConnection;

const nothing = (): Record<Outcome, number> => ({ added: 0, updated: 0, unchanged: 0, failed: 0 });

/**
 * One pass over the rows of a file, slice by slice: a trial, or the import. After a failure `run` goes on where it
 * stopped; sending a slice twice does no harm. Cancelling keeps the slices that are in.
 */
export class ImportRun {
  readonly isTrial: boolean;
  /** Rows answered so far. */
  done = $state(0);
  counts = $state(nothing());
  problems = $state.raw<RowProblem[]>([]);
  status = $state<'ready' | 'running' | 'stopped' | 'finished' | 'cancelled'>('ready');

  readonly #rows: ImportRow[];
  readonly #input: {
    tenantId: string;
    options: ImportOptions;
    fileName: string;
    mapping: Record<string, string>;
  };
  readonly #connection: ImportConnection;
  #importId: string | null = null;
  #isCancelled = false;
  #abort = new AbortController();
  #slice = SLICE;

  constructor(
    rows: ImportRow[],
    input: {
      tenantId: string;
      options: ImportOptions;
      isTrial: boolean;
      fileName: string;
      mapping: Record<string, string>;
    },
    connection: ImportConnection,
  ) {
    this.#rows = rows;
    this.#input = input;
    this.isTrial = input.isTrial;
    this.#connection = connection;
  }

  get total(): number {
    return this.#rows.length;
  }

  /** Whether leaving the page would leave the import half done. */
  get isUnderWay(): boolean {
    return !this.isTrial && (this.status === 'running' || this.status === 'stopped');
  }

  /** Sends what is left. Throws what went wrong; calling it again goes on. */
  async run(): Promise<void> {
    this.status = 'running';
    const { tenantId, fileName, mapping } = this.#input;
    try {
      if (!this.isTrial && !this.#importId) {
        this.#importId = (
          await this.#connection.begin({ tenantId, fileName, rowCount: this.total, mapping })
        ).id;
      }
      while (this.done < this.total && !this.#isCancelled) await this.#sendNext();
      await this.#finish();
    } catch (error) {
      if (this.#isCancelled) return this.#finish();
      this.status = 'stopped';
      throw error;
    }
  }

  /** Stops after the slice that is under way, which is kept whole; a trial stops at once. */
  async cancel(): Promise<void> {
    this.#isCancelled = true;
    if (this.isTrial) this.#abort.abort();
    if (this.status === 'stopped') await this.#finish();
    else if (this.status === 'ready') this.status = 'cancelled';
  }

  async #finish(): Promise<void> {
    const isCancelled = this.#isCancelled && this.done < this.total;
    if (this.#importId) {
      const { tenantId } = this.#input;
      const ended = await this.#connection.finish({ tenantId, importId: this.#importId, isCancelled });
      // What the database counted: a slice that was answered only the second time looks unchanged from here.
      const { added, updated, unchanged, failed } = ended;
      this.counts = { added, updated, unchanged, failed };
    }
    this.status = isCancelled ? 'cancelled' : 'finished';
  }

  async #sendNext(): Promise<void> {
    const rows = this.#rows.slice(this.done, this.done + this.#slice);
    const { tenantId, options } = this.#input;
    try {
      const results = await this.#connection.send({
        ...{ tenantId, options, rows },
        importId: this.#importId,
        signal: this.#abort.signal,
      });
      this.#count(results);
      this.done += rows.length;
    } catch (error) {
      // A server too busy for so many rows within its time limit may manage fewer.
      if (toAppError(error).status < 500 || this.#slice <= 10) throw error;
      this.#slice = Math.ceil(this.#slice / 4);
    }
  }

  #count(results: RowResult[]): void {
    const counts = { ...this.counts };
    for (const { outcome } of results) counts[outcome] += 1;
    this.counts = counts;
    const found = results.flatMap(({ row, errors }) => errors.map((error) => ({ ...error, row })));
    if (found.length > 0) this.problems = [...this.problems, ...found];
  }
}
