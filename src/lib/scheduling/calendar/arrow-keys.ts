/** A button of the calendar that the arrow keys reach, and the field it stands in. */
export type Stop<T> = { target: T; row: number; column: number; top: number; isVisit: boolean };

export const WALKING_KEYS = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End'] as const;
export type WalkingKey = (typeof WALKING_KEYS)[number];
export const isWalkingKey = (key: string): key is WalkingKey => WALKING_KEYS.some((each) => each === key);

/**
 * Where a key leads from one of the stops: up and down through a field and on to the next one of its column, left and
 * right to what is nearest in height in the next field of the row that has anything, Home and End to the first and last
 * visit of the field. Undefined where there is nothing more. The stops are in the order they are drawn in.
 */
export function nextStop<T>(stops: Stop<T>[], from: Stop<T>, key: WalkingKey): Stop<T> | undefined {
  const inOrder = (some: Stop<T>[]) => some.toSorted((a, b) => a.row - b.row || a.top - b.top);
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const column = inOrder(stops.filter((each) => each.column === from.column));
    return column[column.indexOf(from) + (key === 'ArrowDown' ? 1 : -1)];
  }
  if (key === 'Home' || key === 'End') {
    const field = inOrder(stops.filter((each) => each.column === from.column && each.row === from.row));
    const visits = field.filter(({ isVisit }) => isVisit);
    return (visits.length > 0 ? visits : field).at(key === 'Home' ? 0 : -1);
  }
  const by = key === 'ArrowRight' ? 1 : -1;
  const beside = stops.filter((each) => each.row === from.row && (each.column - from.column) * by > 0);
  const nearest = Math.min(...beside.map(({ column }) => column * by));
  return beside
    .filter(({ column }) => column * by === nearest)
    .toSorted((a, b) => Math.abs(a.top - from.top) - Math.abs(b.top - from.top))[0];
}
