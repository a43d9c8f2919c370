import type { AuditEvent } from './canonical.ts';

/** What retention has verifiably dropped. */
export interface Dropped {
  /** Events older than this may be gone, in the form of AuditEvent.occurred_at; null when none may. */
  eventsBefore: string | null;
  /** Seals made before this may be gone, except for the checkpoint they leave. */
  sealsBefore: string | null;
  /** Months (2020-10) of which the log still has a part: retention drops whole months, so nothing of them may be gone. */
  monthsKept: ReadonlySet<string>;
}

/** What is granted only to find out what retention did: that any event may be gone. */
export const anythingDropped: Dropped = { eventsBefore: '9999', sealsBefore: '9999', monthsKept: new Set() };

export function mayBeGone(eventAt: string, dropped: Dropped): boolean {
  return (
    dropped.eventsBefore !== null &&
    eventAt < dropped.eventsBefore &&
    !dropped.monthsKept.has(eventAt.slice(0, 7))
  );
}

/** Events in which retention speaks about itself, in the order of the platform's chain. */
export interface RetentionHistory {
  events: AuditEvent[];
  /** No event of the platform is gone, so every change of the retention is among these. */
  isWhole: boolean;
}

const monthsByDefault = 72;
const fewestMonths = 12;
const mostMonths = 240;

/**
 * Before when retention can have dropped events, by what the verified events of the platform say; null when they say nothing.
 *
 * An `audit.retention_applied` event counts up to its own month minus the retention in force then, whatever it claims.
 */
export function provenCutOff({ events, isWhole }: RetentionHistory): string | null {
  let proven: string | null = null;
  let changedTo: number | null = null;
  let first: { month: number; retention: number } | null = null;
  for (const event of events) {
    if (event.succeeded !== 'true') continue;
    if (event.action === 'audit.retention_changed') {
      changedTo = retentionSetBy(event);
      continue;
    }
    const claimed = claimedBy(event);
    if (event.action !== 'audit.retention_applied' || claimed === null) continue;
    const month = monthOf(event.occurred_at);
    first ??= { month, retention: atLeastAYear(month - monthOf(claimed)) };
    // Retention may have dropped the event that changed it. Then it has been applied for a year at least, since nothing
    // younger is ever dropped, and a claim of that age is as hard to forge as any other link of the chain.
    const isOldPractice = !isWhole && month - first.month >= fewestMonths;
    const inForce = changedTo ?? (isOldPractice ? first.retention : monthsByDefault);
    const allowed = startOfMonth(month - inForce);
    const counted = claimed < allowed ? claimed : allowed;
    if (proven === null || counted > proven) proven = counted;
  }
  return proven;
}

/**
 * Compares the cut-off that the database states with the one its events prove.
 *
 * @param stated as AuditEvent.occurred_at, or any other text for what is no moment; null when nothing is said to be dropped
 * @returns the cut-off that counts, and what is wrong with the stated one
 */
export function judgeCutOff(
  stated: string | null,
  proven: string | null,
): { eventsBefore: string | null; problem: string | null } {
  if (stated === null) return { eventsBefore: null, problem: null };
  const said = `retention is said to have dropped everything before ${stated}`;
  if (!isStartOfMonth(stated))
    return { eventsBefore: proven, problem: `${said}, which is not the beginning of a month` };
  if (proven === null)
    return { eventsBefore: null, problem: `${said}, but no verified event of the platform shows it` };
  return stated <= proven
    ? { eventsBefore: stated, problem: null }
    : { eventsBefore: proven, problem: `${said}, but its events allow nothing after ${proven}` };
}

/** The moment before which all seals are gone when all events before `cutOff` are: a seal may be a month younger. */
export function sealCutOff(cutOff: string | null): string | null {
  return cutOff === null ? null : startOfMonth(monthOf(cutOff) - 1);
}

/** How far a chain had come by the first anchor that was made after the seals which retention dropped. */
export interface AnchoredReach {
  day: string;
  /** By chain; a chain without an entry had no seal that was old enough. */
  positions: ReadonlyMap<string, number>;
}

/**
 * Why retention cannot have dropped a chain's links up to a checkpoint; null when it can.
 *
 * @param position of the checkpoint; 0 for none
 * @param reach null when there is no anchor of that time
 */
export function uncoveredStart(
  chain: string,
  position: number,
  dropped: Dropped,
  reach: AnchoredReach | null,
): string | null {
  if (position === 0) return null;
  const gone = `the seals up to position ${position} are gone`;
  if (dropped.sealsBefore === null) return `${gone}, but retention has not dropped any`;
  const reached = reach?.positions.get(chain) ?? 0;
  return reach === null || position <= reached
    ? null
    : `${gone}, but by the anchor of ${reach.day} only those up to ${reached} were old enough for retention`;
}

/** Months since the year 0, which can be subtracted. */
function monthOf(at: string): number {
  return Number(at.slice(0, 4)) * 12 + Number(at.slice(5, 7)) - 1;
}

function startOfMonth(month: number): string {
  const year = String(Math.floor(month / 12)).padStart(4, '0');
  return `${year}-${String((month % 12) + 1).padStart(2, '0')}-01T00:00:00.000000Z`;
}

const isStartOfMonth = (at: string): boolean => /^\d{4}-\d\d-01T00:00:00\.000000Z$/.test(at);

const atLeastAYear = (months: number): number => Math.max(fewestMonths, months);

/** A change that names no number, because it was emptied, must not shorten anything. */
function retentionSetBy(event: AuditEvent): number {
  const months = fieldOf(event.after, 'retention_months');
  return typeof months === 'number' ? atLeastAYear(months) : mostMonths;
}

function claimedBy(event: AuditEvent): string | null {
  const day = fieldOf(event.details, 'dropped_before');
  return typeof day === 'string' && /^\d{4}-\d\d-01$/.test(day) ? `${day}T00:00:00.000000Z` : null;
}

function fieldOf(json: string | null, field: string): unknown {
  const value: unknown = json === null ? null : JSON.parse(json);
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}
