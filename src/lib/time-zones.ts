/** An IANA time zone as a list shows it. */
export type TimeZone = { id: string; label: string; offset: string };

/** Every zone the browser knows, by name, each with its present offset from UTC ("GMT+02:00"). */
export function listTimeZones(now = new Date()): TimeZone[] {
  return Intl.supportedValuesOf('timeZone').map((id) => describeTimeZone(id, now));
}

/** A zone with its name for people ("Europe/Bucharest" → "Europe / Bucharest") and its present offset. */
export function describeTimeZone(id: string, now = new Date()): TimeZone {
  return { id, label: id.replaceAll('_', ' ').replaceAll('/', ' / '), offset: offsetOf(id, now) };
}

/** Zones whose name or offset contains every word of `search`. */
export function searchTimeZones(zones: TimeZone[], search: string): TimeZone[] {
  const words = search
    .toLowerCase()
    .split(/[\s/]+/)
    .filter(Boolean);
  return zones.filter(({ label, offset }) => {
    const text = `${label} ${offset}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function offsetOf(timeZone: string, now: Date): string {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now);
    return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
  } catch {
    // A zone of the database that this browser does not know yet.
    return '';
  }
}
