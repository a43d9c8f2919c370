import type postgres from 'postgres';

const DAY = 86_400_000;
const dayText = (moment: number): string => new Date(moment).toISOString().slice(0, 10);

/** The first such weekday (1 is Monday) after so many days from now: "2027-01-12". */
export function weekdayAhead(weekday: number, days: number): string {
  const earliest = Date.now() + days * DAY;
  return dayText(earliest + ((weekday - new Date(earliest).getUTCDay() + 7) % 7) * DAY);
}

/** A day so many days later. */
export const daysLater = (day: string, days: number): string =>
  dayText(Date.parse(`${day}T00:00:00Z`) + days * DAY);

/** The last Sunday of a month (1 is January), on which Europe changes its clocks in March and October. */
export function lastSunday(year: number, month: number): string {
  const last = Date.UTC(year, month, 0);
  return dayText(last - new Date(last).getUTCDay() * DAY);
}

/** The moment at which a zone's clock shows "2027-01-12 10:00", by the database. */
export async function momentOf(sql: postgres.Sql, wall: string, timeZone: string): Promise<string> {
  const [row] = await sql<{ at: Date }[]>`select ${wall}::text::timestamp at time zone ${timeZone} as at`;
  if (!row) throw new Error('The database knows no time');
  return row.at.toISOString();
}

/** So many minutes after a moment. */
export const minutesAfter = (moment: string, minutes: number): string =>
  new Date(Date.parse(moment) + minutes * 60_000).toISOString();
