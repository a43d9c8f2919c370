import { m } from '#lib/paraglide/messages.js';
import type { AppointmentStatus, CalendarAppointment } from './schemas.ts';
import { minutesBetween } from './wall-time.ts';

/** The columns of the day board; a visit goes from left to right. */
export const BOARD_COLUMNS = ['expected', 'arrived', 'in_chair', 'completed'] as const;
export type BoardColumn = (typeof BOARD_COLUMNS)[number];

const LABELS: Record<BoardColumn, () => string> = {
  expected: m.board_expected,
  arrived: m.board_arrived,
  in_chair: m.board_in_chair,
  completed: m.board_completed,
};
export const boardColumnLabel = (column: BoardColumn): string => LABELS[column]();

/** Where a visit stands; null for those that will not take place. */
export function boardColumnOf(status: AppointmentStatus): BoardColumn | null {
  if (status === 'booked' || status === 'confirmed') return 'expected';
  return status === 'cancelled' || status === 'no_show' ? null : status;
}

/** The statuses to go through to bring a visit into a column; empty where it stands there or cannot get there. */
export function stepsToColumn(status: AppointmentStatus, column: BoardColumn): AppointmentStatus[] {
  const line: AppointmentStatus[] = ['booked', 'arrived', 'in_chair', 'completed'];
  const from = line.indexOf(status === 'confirmed' ? 'booked' : status);
  const to = BOARD_COLUMNS.indexOf(column);
  if (from < 0 || from === to) return [];
  return from < to ? line.slice(from + 1, to + 1) : line.slice(to, from).toReversed();
}

/** How many minutes somebody has been waiting since they arrived; null for those who are not. */
export function waitingMinutes(
  { status, status_changed_at }: Pick<CalendarAppointment, 'status' | 'status_changed_at'>,
  now: number,
): number | null {
  if (status !== 'arrived') return null;
  return Math.max(0, minutesBetween(status_changed_at, new Date(now).toISOString()));
}
