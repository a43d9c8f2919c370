import { guessDayOrder, type DayOrder } from './days.ts';
import { guessMapping, REPEATABLE, type ImportField, type Mapping } from './fields.ts';
import { readTable, type Encoding, type Table } from './read-file.ts';
import { toImportRow } from './rows.ts';
import type { ImportOptions, ImportRow } from './schemas.ts';

/** A file somebody has chosen, and how it is to be read; begins with good guesses. */
export class ImportPlan {
  readonly file: File;
  table = $state.raw<Table>({ columns: [], rows: [], encoding: 'utf-8' });
  mapping = $state.raw<Mapping>([]);
  dayOrder = $state<DayOrder>('dmy');
  options = $state<ImportOptions>({ on_match: 'update', on_taken: 'refuse' });

  private constructor(file: File, table: Table) {
    this.file = file;
    this.#take(table);
  }

  /** Reads a file; throws what is wrong with it. */
  static async read(file: File): Promise<ImportPlan> {
    return new ImportPlan(file, await readTable(file));
  }

  /** Reads the file again as written in another encoding; the choices stay. */
  async readAs(encoding: Encoding): Promise<void> {
    this.table = await readTable(this.file, encoding);
  }

  /** The fields that more than one column goes into although only one can. */
  get repeated(): ImportField[] {
    const chosen = this.mapping.filter((field) => field !== null && !REPEATABLE.has(field));
    return [...new Set(chosen.filter((field, index) => chosen.indexOf(field) < index))] as ImportField[];
  }

  get hasName(): boolean {
    return this.mapping.some(
      (field) => field === 'first_name' || field === 'last_name' || field === 'full_name',
    );
  }

  /** The first text that is to be a day, for showing how it is read; undefined when no column has days. */
  get dayExample(): string | undefined {
    return this.#days()[0];
  }

  /** Which column goes where, for the record of the import. */
  get mappingByName(): Record<string, string> {
    const named = this.mapping.map((field, index) => [
      (this.table.columns[index] || `#${index + 1}`).slice(0, 80),
      field ?? '',
    ]);
    return Object.fromEntries(named.filter(([, field]) => field)) as Record<string, string>;
  }

  /** The file's rows as the database takes them, all or the first few. */
  rows(limit = this.table.rows.length): ImportRow[] {
    const { mapping, dayOrder } = this;
    return this.table.rows
      .slice(0, limit)
      .map((cells, index) => toImportRow(cells, { number: index + 1, mapping, dayOrder }));
  }

  #take(table: Table): void {
    this.table = table;
    this.mapping = guessMapping(table);
    this.dayOrder = guessDayOrder(this.#days());
  }

  #days(): string[] {
    const column = this.mapping.indexOf('date_of_birth');
    if (column < 0) return [];
    return this.table.rows
      .map((row) => row[column] ?? '')
      .filter(Boolean)
      .slice(0, 1000);
  }
}
