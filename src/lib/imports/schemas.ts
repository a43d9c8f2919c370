import * as z from 'zod/mini';

/** Bytes and rows a file may have. */
export const MAX_FILE_SIZE = 10 * 1024 * 1024;
export const MAX_ROWS = 10_000;

export const clientImportSchema = z.object({
  id: z.string(),
  file_name: z.string(),
  row_count: z.number(),
  added: z.number(),
  updated: z.number(),
  unchanged: z.number(),
  failed: z.number(),
  status: z.enum(['running', 'finished', 'cancelled']),
  created_at: z.string(),
});
/** A file from which clients were brought in, with what became of its rows. */
export type ClientImport = z.output<typeof clientImportSchema>;

export const outcomeSchema = z.enum(['added', 'updated', 'unchanged', 'failed']);
export type Outcome = z.output<typeof outcomeSchema>;

const problemSchema = z.object({
  field: z.nullable(z.string()),
  code: z.string(),
  value: z.nullable(z.string()),
  /** Whose the address or number is, of identifier_taken. */
  client: z.optional(z.object({ id: z.string(), name: z.string() })),
});

export const sliceAnswerSchema = z.object({
  results: z.array(z.object({ row: z.number(), outcome: outcomeSchema, errors: z.array(problemSchema) })),
});
export type RowResult = z.output<typeof sliceAnswerSchema>['results'][number];

/** One thing wrong with one row. */
export type RowProblem = z.output<typeof problemSchema> & { row: number };

/** A row as `import_clients` takes it; what is left out says nothing. Days are YYYY-MM-DD, countries ISO 3166-1. */
export type ImportRow = {
  row: number;
  emails?: string[];
  phones?: string[];
  tags?: string[];
  [field: string]: string | number | boolean | string[] | undefined;
};

export type ImportOptions = {
  /** What happens to clients who are there already. */
  on_match: 'update' | 'skip';
  /** What happens when somebody of another name has the address or number. */
  on_taken: 'refuse' | 'share';
};
