/** Excel takes a file for UTF-8 only when it begins with this. */
export const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Rows as lines of CSV, with a line break after each; nothing for no rows. Texts that a spreadsheet would run as a
 * formula get an apostrophe in front.
 */
export async function toCsvLines(rows: string[][]): Promise<string> {
  if (rows.length === 0) return '';
  const { default: papa } = await import('papaparse');
  return `${papa.unparse(rows, { escapeFormulae: true })}\r\n`;
}

/** Parts of a CSV file, made by `toCsvLines`, as the file itself. */
export function toCsvFile(parts: BlobPart[]): Blob {
  return new Blob([BYTE_ORDER_MARK, ...parts], { type: 'text/csv;charset=utf-8' });
}
