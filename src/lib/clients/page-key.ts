/** The last row of a page of clients: the next page begins after it. */
export type PageKey = { sortName: string; id: string };

/** The PostgREST `or` filter for "after this row" in the order sort_name, id. */
export function pageAfter({ sortName, id }: PageKey): string {
  const name = quote(sortName);
  return `sort_name.gt.${name},and(sort_name.eq.${name},id.gt.${quote(id)})`;
}

// Commas, dots and brackets mean something inside `or`; in double quotes only \ and " do.
function quote(value: string): string {
  return `"${value.replace(/[\\"]/g, '\\$&')}"`;
}
