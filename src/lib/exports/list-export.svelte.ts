import type { ClientQuestion } from '#lib/clients/filter.ts';
import type { ClientPage, ClientRow } from '#lib/clients/schemas.ts';
import { CsvExport } from '#lib/csv-export.svelte.ts';
import { toCsvLines } from '#lib/csv.ts';
import type { listConnection } from './queries.ts';
import type { ExportStart } from './schemas.ts';

const PAGE = 1000;

const COLUMNS: Record<string, (client: ClientRow) => string> = {
  first_name: (client) => client.first_name,
  last_name: (client) => client.last_name,
  email: (client) => client.email ?? '',
  phone: (client) => client.phone ?? '',
  date_of_birth: (client) => client.date_of_birth ?? '',
  tags: (client) => client.tags.map((tag) => tag.name).join('; '),
  open_tasks: (client) => String(client.open_tasks),
  last_activity_at: (client) => client.last_activity_at ?? '',
  created_at: (client) => client.created_at,
  archived_at: (client) => client.archived_at ?? '',
  client_id: (client) => client.id,
};

/** The way to the database; the app's is in queries.ts, tests bring their own. */
type Connection = typeof listConnection;

/** One export of the list to a file, page by page; see `CsvExport` for failing and cancelling. */
export class ListExport {
  readonly #connection: Connection;
  readonly #file = new CsvExport<NonNullable<ClientPage['next']>>();
  #start: ExportStart | null = null;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Clients in the file so far. */
  get count(): number {
    return this.#file.count;
  }

  get isRunning(): boolean {
    return this.#file.isRunning;
  }

  /** Fetches what is left and returns the file; null when it was cancelled. Throws what went wrong. */
  async run(input: {
    tenantId: string;
    question: ClientQuestion;
  }): Promise<{ content: Blob; name: string; count: number } | null> {
    const { search, filter } = input.question;
    const file = await this.#file.run(async (after, signal) => {
      this.#start ??= await this.#connection.begin({
        tenantId: input.tenantId,
        filter: { search, ...filter },
      });
      const page = await this.#connection.list({ ...input, after, pageSize: PAGE, signal });
      const rows = page.clients.map((client) => Object.values(COLUMNS).map((read) => read(client)));
      const lines = await toCsvLines(after === null ? [Object.keys(COLUMNS), ...rows] : rows);
      return { lines, rows: rows.length, next: page.next };
    });
    if (!file || !this.#start) return null;
    const { clinic_slug, started_at } = this.#start;
    this.#start = null;
    return { ...file, name: `chairside-clients-${clinic_slug}-${started_at.slice(0, 10)}.csv` };
  }

  /** Stops and forgets everything; the next run begins anew. */
  cancel(): void {
    this.#file.cancel();
    this.#start = null;
  }
}
