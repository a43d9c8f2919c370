import * as z from 'zod/mini';

/** Shapes of what the calendar's functions answer. Timestamps are ISO strings. */

export const appointmentStatusSchema = z.enum([
  'booked',
  'confirmed',
  'arrived',
  'in_chair',
  'completed',
  'cancelled',
  'no_show',
]);
export type AppointmentStatus = z.output<typeof appointmentStatusSchema>;

const calendarAppointmentSchema = z.object({
  id: z.string(),
  /** Counts the changes, so that two people who edit at once notice each other. */
  revision: z.number(),
  starts_at: z.string(),
  ends_at: z.string(),
  status: appointmentStatusSchema,
  status_changed_at: z.string(),
  client_id: z.string(),
  first_name: z.string(),
  last_name: z.string(),
  phone: z.nullable(z.string()),
  service_id: z.nullable(z.string()),
  provider_id: z.nullable(z.string()),
  resource_ids: z.array(z.string()),
  note: z.string(),
  /** Booked over something that was there, on purpose. */
  is_overbooked: z.boolean(),
  series_id: z.nullable(z.string()),
});
/** A visit as the calendar lists it. */
export type CalendarAppointment = z.output<typeof calendarAppointmentSchema>;

const calendarHoldSchema = z.object({
  id: z.string(),
  starts_at: z.string(),
  ends_at: z.string(),
  expires_at: z.string(),
  created_by: z.nullable(z.string()),
  provider_id: z.nullable(z.string()),
  resource_ids: z.array(z.string()),
});
/** A time kept for somebody who is filling in a form. */
export type CalendarHold = z.output<typeof calendarHoldSchema>;

const blockedTimeSchema = z.object({
  id: z.string(),
  starts_at: z.string(),
  ends_at: z.string(),
  title: z.string(),
  /** Both null: the whole clinic. */
  provider_id: z.nullable(z.string()),
  resource_id: z.nullable(z.string()),
  series_id: z.nullable(z.string()),
});
/** A time at which somebody or something is not to be booked. */
export type BlockedTime = z.output<typeof blockedTimeSchema>;

const openTimeSchema = z.object({ subject_id: z.string(), starts_at: z.string(), ends_at: z.string() });
export type OpenTime = z.output<typeof openTimeSchema>;

export const calendarSchema = z.object({
  as_of: z.string(),
  time_zone: z.string(),
  appointments: z.array(calendarAppointmentSchema),
  holds: z.array(calendarHoldSchema),
  blocked: z.array(blockedTimeSchema),
  open: z.array(openTimeSchema),
});
/** All that a calendar shows of a period. */
export type CalendarData = z.output<typeof calendarSchema>;

export const appointmentSchema = z.object({
  id: z.string(),
  revision: z.number(),
  starts_at: z.string(),
  ends_at: z.string(),
  status: appointmentStatusSchema,
  client_id: z.string(),
  service_id: z.nullable(z.string()),
  provider_id: z.nullable(z.string()),
  resource_ids: z.array(z.string()),
  note: z.string(),
  client: z.object({ id: z.string(), first_name: z.string(), last_name: z.string() }),
});
/** A visit as the functions that change it answer. */
export type Appointment = z.output<typeof appointmentSchema>;

export const holdSchema = z.object({ hold_id: z.string(), expires_at: z.string() });
export type Hold = z.output<typeof holdSchema>;

const obstacleSchema = z.object({
  kind: z.enum(['appointment', 'hold', 'blocked', 'closed']),
  subject_id: z.string(),
  subject: z.nullable(z.string()),
  starts_at: z.nullable(z.string()),
  ends_at: z.nullable(z.string()),
  appointment_id: z.nullable(z.string()),
  /** The client, or what the time is blocked for. */
  label: z.nullable(z.string()),
});
export const obstaclesSchema = z.array(obstacleSchema);
/** What is in the way of a booking. */
export type Obstacle = z.output<typeof obstacleSchema>;

export const appointmentDetailsSchema = z.object({
  status_reason: z.nullable(z.string()),
  cancelled_by: z.nullable(z.enum(['client', 'clinic'])),
  is_late_cancel: z.boolean(),
  created_at: z.string(),
});
/** What the calendar's list leaves out. */
export type AppointmentDetails = z.output<typeof appointmentDetailsSchema>;
