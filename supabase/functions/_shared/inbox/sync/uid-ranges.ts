/** UIDs from the first to the last, both included. */
export type UidRange = readonly [first: number, last: number];

/** What is missing in `done` between `floor` and `last`, the newest first. */
export function holesIn(done: readonly UidRange[], floor: number, last: number): UidRange[] {
  const holes: UidRange[] = [];
  let upTo = last;
  for (const [first, end] of done.toSorted((a, b) => b[0] - a[0])) {
    if (end < upTo) holes.push([Math.max(end + 1, floor), upTo]);
    upTo = Math.min(upTo, first - 1);
    if (upTo < floor) break;
  }
  if (upTo >= floor) holes.push([floor, upTo]);
  return holes.filter(([first, end]) => first <= end);
}

/** Cuts ranges into windows of at most `width` UIDs, the newest first. */
export function* windowsOf(ranges: readonly UidRange[], width: number): Generator<UidRange> {
  for (const [first, last] of ranges)
    for (let end = last; end >= first; end -= width) yield [Math.max(first, end - width + 1), end];
}

/** Cuts a list into lists of at most `size`. */
export function slicesOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, slice) =>
    list.slice(slice * size, (slice + 1) * size),
  );
}

/** UIDs as IMAP writes them: `7,9:12`. */
export function uidSet(uids: readonly number[]): string {
  const ranges: Array<[number, number]> = [];
  for (const uid of uids.toSorted((a, b) => a - b)) {
    const open = ranges.at(-1);
    if (open && uid <= open[1] + 1) open[1] = uid;
    else ranges.push([uid, uid]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}:${last}`)).join(',');
}

/** How many UIDs ranges span. */
export const widthOf = (ranges: readonly UidRange[]): number =>
  ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
