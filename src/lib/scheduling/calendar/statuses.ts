import type { BadgeVariant } from '#lib/components/ui/badge/index.ts';
import { m } from '#lib/paraglide/messages.js';
import type { AppointmentStatus } from './schemas.ts';
import { wallDay } from './wall-time.ts';

const LABELS: Record<AppointmentStatus, () => string> = {
  booked: m.appointment_status_booked,
  confirmed: m.appointment_status_confirmed,
  arrived: m.appointment_status_arrived,
  in_chair: m.appointment_status_in_chair,
  completed: m.appointment_status_completed,
  cancelled: m.appointment_status_cancelled,
  no_show: m.appointment_status_no_show,
};
export const statusLabel = (status: AppointmentStatus): string => LABELS[status]();

const MARKS: Record<AppointmentStatus, string> = {
  booked: '',
  confirmed: '✓',
  arrived: '◔',
  in_chair: '◕',
  completed: '●',
  cancelled: '✕',
  no_show: '∅',
};
/** One sign for a status, where there is no room for a word. */
export const statusMark = (status: AppointmentStatus): string => MARKS[status];

const TONES: Record<AppointmentStatus, BadgeVariant> = {
  booked: 'neutral',
  confirmed: 'primary',
  arrived: 'warning',
  in_chair: 'warning',
  completed: 'success',
  cancelled: 'destructive',
  no_show: 'destructive',
};
export const statusTone = (status: AppointmentStatus): BadgeVariant => TONES[status];

/** One thing that can be done to a visit's status. */
export type StatusStep = { status: AppointmentStatus; label: () => string; isMain?: boolean };

const STEPS: Record<AppointmentStatus, StatusStep[]> = {
  booked: [
    { status: 'arrived', label: m.appointment_do_arrived, isMain: true },
    { status: 'confirmed', label: m.appointment_do_confirm },
    { status: 'no_show', label: m.appointment_do_no_show },
    { status: 'cancelled', label: m.appointment_do_cancel },
  ],
  confirmed: [
    { status: 'arrived', label: m.appointment_do_arrived, isMain: true },
    { status: 'booked', label: m.appointment_do_unconfirm },
    { status: 'no_show', label: m.appointment_do_no_show },
    { status: 'cancelled', label: m.appointment_do_cancel },
  ],
  arrived: [
    { status: 'in_chair', label: m.appointment_do_seat, isMain: true },
    { status: 'booked', label: m.appointment_do_not_arrived },
    { status: 'cancelled', label: m.appointment_do_cancel },
  ],
  in_chair: [
    { status: 'completed', label: m.appointment_do_complete, isMain: true },
    { status: 'arrived', label: m.appointment_do_not_seated },
  ],
  completed: [{ status: 'in_chair', label: m.appointment_do_reopen }],
  cancelled: [{ status: 'booked', label: m.appointment_do_rebook, isMain: true }],
  no_show: [
    { status: 'arrived', label: m.appointment_do_arrived_late, isMain: true },
    { status: 'booked', label: m.appointment_do_rebook },
  ],
};

/**
 * What can be done next. Nobody has missed a visit that has not begun, and nobody has come before the day of the visit:
 * until then it is confirmed.
 */
export function stepsFrom(
  visit: { status: AppointmentStatus; starts_at: string },
  timeZone: string,
  now: number = Date.now(),
): StatusStep[] {
  const hasBegun = Date.parse(visit.starts_at) <= now;
  const isToday = wallDay(visit.starts_at, timeZone) <= wallDay(new Date(now).toISOString(), timeZone);
  const steps = STEPS[visit.status].filter(
    ({ status }) => (status !== 'no_show' || hasBegun) && (isToday || !isPresence(status)),
  );
  return visit.status === 'booked' && !isToday
    ? steps.map((step) => (step.status === 'confirmed' ? { ...step, isMain: true } : step))
    : steps;
}
const isPresence = (status: AppointmentStatus): boolean =>
  status === 'arrived' || status === 'in_chair' || status === 'completed';

export const isStepAllowed = (from: AppointmentStatus, to: AppointmentStatus): boolean =>
  STEPS[from].some(({ status }) => status === to);

/** The statuses to go through from one back to the other, to undo a step. */
export function wayBack(from: AppointmentStatus, to: AppointmentStatus): AppointmentStatus[] {
  if (isStepAllowed(from, to)) return [to];
  return isStepAllowed(from, 'booked') && isStepAllowed('booked', to) ? ['booked', to] : [];
}

/** Whether time and place can still change. */
export const isOpen = (status: AppointmentStatus): boolean =>
  !['completed', 'cancelled', 'no_show'].includes(status);

/** Whether the visit has given its time up. */
export const isGivenUp = (status: AppointmentStatus): boolean =>
  status === 'cancelled' || status === 'no_show';
