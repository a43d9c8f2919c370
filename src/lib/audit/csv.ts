import { toCsvLines } from '#lib/csv.ts';
import { actionLabel } from './labels.ts';
import { dayOf } from '#lib/days.ts';
import type { AuditEvent } from './schemas.ts';

const COLUMNS: Record<string, (event: AuditEvent, timeZone?: string) => string> = {
  time_utc: (event) => new Date(event.occurred_at).toISOString(),
  time_local: (event, timeZone) => localTime(event.occurred_at, timeZone),
  actor_email: (event) => event.actor_email ?? '',
  actor_role: (event) => event.actor_role ?? '',
  actor_id: (event) => event.actor_id ?? '',
  action: (event) => event.action,
  what: (event) => actionLabel(event.action),
  succeeded: (event) => String(event.succeeded),
  clinic: (event) => event.tenant_name ?? '',
  clinic_id: (event) => event.tenant_id ?? '',
  target_type: (event) => event.target_type,
  target: (event) => event.target_label ?? '',
  target_id: (event) => event.target_id ?? '',
  reason: (event) => event.reason ?? '',
  before: (event) => json(event.before),
  after: (event) => json(event.after),
  details: (event) => json(event.details),
  ip: (event) => event.ip ?? '',
  user_agent: (event) => event.user_agent ?? '',
  request_id: (event) => event.request_id ?? '',
  event_id: (event) => event.id,
};

/**
 * Events as lines of CSV, with a line break after each; the column names first where `withHeader` asks for them.
 * Texts that a spreadsheet would run as a formula get an apostrophe in front.
 */
export async function toCsv(
  events: AuditEvent[],
  options: { withHeader: boolean; timeZone: string | undefined },
): Promise<string> {
  const rows = events.map((event) => Object.values(COLUMNS).map((read) => read(event, options.timeZone)));
  return toCsvLines(options.withHeader ? [Object.keys(COLUMNS), ...rows] : rows);
}

/** The name of a file with events of a clinic (or of all) between two days. */
export function csvFileName(input: { clinicSlug: string | null; first: string; last: string }): string {
  return `chairside-audit-${input.clinicSlug ?? 'all-clinics'}-${input.first}-to-${input.last}.csv`;
}

function json(value: AuditEvent['before']): string {
  return value ? JSON.stringify(value) : '';
}

/** "2026-11-21 13:07:02", which spreadsheets of every language read as a time. */
function localTime(timestamp: string, timeZone?: string): string {
  const moment = new Date(timestamp);
  const time = moment.toLocaleTimeString('en-GB', { timeZone: knownZone(timeZone), hourCycle: 'h23' });
  return `${dayOf(moment, timeZone)} ${time}`;
}

function knownZone(timeZone?: string): string | undefined {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  } catch {
    return 'UTC';
  }
}
