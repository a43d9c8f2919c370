/** The last row of a page of clients: the next page begins after it. */
export type PageKey = { sortName: string; id: string };

/**
 * The PostgREST `or` filter for "after this row" in the order sort_name, id. Goes together with
 * `sort_name >= sortName`, which is what lets Postgres begin in the middle of the index instead of sorting.
 */
export function pageAfter({ sortName, id }: PageKey): string {
  return `sort_name.gt.${quote(sortName)},id.gt.${quote(id)}`;
}

// Commas, dots and brackets mean something inside `or`; in double quotes only \ and " do.
function quote(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
