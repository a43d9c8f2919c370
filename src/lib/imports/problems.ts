import { toCsvFile, toCsvLines } from '#lib/csv.ts';
import { m } from '#lib/paraglide/messages.js';
import { AppError, errorMessage } from '#lib/supabase/errors.ts';
import { importFieldLabel } from './labels.ts';
import type { RowProblem } from './schemas.ts';

/** What is wrong, in a sentence. */
export function problemSentence({ code, client }: RowProblem): string {
  const sentence = errorMessage(new AppError(code));
  return client ? `${sentence} ${m.import_problem_whose({ name: client.name })}` : sentence;
}

/** The problems with the rows they are in, as a CSV file: the whole row is there to be corrected and imported again. */
export async function problemsFile(
  problems: RowProblem[],
  table: { columns: string[]; rows: string[][] },
): Promise<Blob> {
  const heading = [m.import_row(), m.import_problem_field(), m.import_problem(), ...table.columns];
  const lines = problems.map((problem) => [
    String(problem.row),
    problem.field ? importFieldLabel(problem.field) : '',
    problemSentence(problem),
    ...(table.rows[problem.row - 1] ?? []),
  ]);
  return toCsvFile([await toCsvLines([heading, ...lines])]);
}
