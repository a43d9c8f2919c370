type Versioned = { id: string; revision: number };

/**
 * Each row once, in the order in which it first appears, in its newest version. Lists that are read one after the other
 * hold a row twice for a moment: it has moved from one to the other, or a page further, in between.
 */
export function newestVersions<Row extends Versioned>(rows: Row[]): Row[] {
  const newest = new Map<string, Row>();
  for (const row of rows) {
    const known = newest.get(row.id);
    if (!known || known.revision < row.revision) newest.set(row.id, row);
  }
  return [...newest.values()];
}
