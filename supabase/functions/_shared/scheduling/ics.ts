/** One visit in a calendar; moments are ISO 8601. */
export interface CalendarEvent {
  /** The same for as long as the visit exists, whoever reads it. */
  uid: string;
  /** Grows with every change. */
  sequence: number;
  createdAt: string;
  changedAt: string;
  startsAt: string;
  endsAt: string;
  summary: string;
  location?: string;
  /** Its time has been given up. */
  isCancelled: boolean;
}

/**
 * A calendar as iCalendar (RFC 5545). All times are in UTC, so that no reader needs to know our zones. The same input gives
 * the same bytes: DTSTAMP is when an event changed, as §3.8.7.2 has it for what is published without a method.
 */
export function toIcs(calendar: { name: string; events: CalendarEvent[] }): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Chairside//Calendar feed//EN',
    'CALSCALE:GREGORIAN',
    property('NAME', text(calendar.name)),
    property('X-WR-CALNAME', text(calendar.name)),
    'REFRESH-INTERVAL;VALUE=DURATION:PT15M',
    'X-PUBLISHED-TTL:PT15M',
  ];
  for (const event of calendar.events) {
    lines.push(
      'BEGIN:VEVENT',
      property('UID', text(event.uid)),
      `DTSTAMP:${utc(event.changedAt)}`,
      `CREATED:${utc(event.createdAt)}`,
      `LAST-MODIFIED:${utc(event.changedAt)}`,
      `SEQUENCE:${event.sequence}`,
      `DTSTART:${utc(event.startsAt)}`,
      `DTEND:${utc(event.endsAt)}`,
      property('SUMMARY', text(event.summary)),
    );
    if (event.location) lines.push(property('LOCATION', text(event.location)));
    lines.push(
      `STATUS:${event.isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
      `TRANSP:${event.isCancelled ? 'TRANSPARENT' : 'OPAQUE'}`,
      'END:VEVENT',
    );
  }
  if (calendar.events.length === 0) lines.push(...utcZone);
  return `${[...lines, 'END:VCALENDAR'].join('\r\n')}\r\n`;
}

/** What an empty calendar has: §3.6 wants one component at least, and this one shows nothing. */
const utcZone = [
  'BEGIN:VTIMEZONE',
  'TZID:Etc/UTC',
  'BEGIN:STANDARD',
  'DTSTART:19700101T000000',
  'TZOFFSETFROM:+0000',
  'TZOFFSETTO:+0000',
  'TZNAME:UTC',
  'END:STANDARD',
  'END:VTIMEZONE',
];

/** A moment as `20261121T143000Z`. */
function utc(moment: string): string {
  return `${new Date(moment).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
}

/** A TEXT value (§3.3.11); control characters, which no calendar may contain, are left out. */
function text(value: string): string {
  return value
    .replace(/\r\n?/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .replace(/[\\;,]/g, String.raw`\$&`)
    .replaceAll('\n', String.raw`\n`);
}

const property = (name: string, value: string): string => fold(`${name}:${value}`);

const octetsPerLine = 75;

/** Folds a line (§3.1) at 75 octets, never within a character. */
function fold(line: string): string {
  // Every UTF-16 unit is at most three octets.
  if (line.length * 3 <= octetsPerLine) return line;
  let folded = '';
  let octets = 0;
  for (const character of line) {
    const size = octetsOf(character.codePointAt(0) ?? 0);
    if (octets + size > octetsPerLine) {
      folded += '\r\n ';
      octets = 1;
    }
    folded += character;
    octets += size;
  }
  return folded;
}

function octetsOf(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x1_0000 ? 3 : 4;
}
