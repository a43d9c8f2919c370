/** One row of bars over days: as many values as there are days, and the colour as a `fill-…` class. */
export type DaySeries = { key: string; label: string; values: number[]; bar: string };
