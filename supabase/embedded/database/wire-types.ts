/** How values travel between lite and Postgres, so that answers look as the official services send them. */
import type postgres from 'postgres';

/** `2026-11-21 02:34:41+00` to `2026-11-21T02:34:41+00:00`, the form of PostgreSQL's to_json. */
export function isoTimestamp(text: string): string {
  return text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

/** The same instant as the Auth and Storage services (Go, JavaScript) write it: `2026-11-21T02:34:41Z`. */
export function utcTimestamp(text: string): string {
  return isoTimestamp(text).replace(/\+00:00$/, 'Z');
}

/** numeric to a JSON number; to_json writes NaN and Infinity as strings. */
export function jsonNumeric(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/** A JSON parameter. Lite hands some over as JSON text already; encoding those again would store a string. */
function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const asIs = (value: string) => value;

/** Overrides for the driver's types. `timestamptz` differs between the Data API and the other services. */
export function wireTypes(timestamptz: (text: string) => string): Record<string, postgres.PostgresType> {
  return {
    json: { to: 114, from: [114], serialize: jsonText, parse: (text: string) => JSON.parse(text) as unknown },
    jsonb: {
      to: 3802,
      from: [3802],
      serialize: jsonText,
      parse: (text: string) => JSON.parse(text) as unknown,
    },
    numeric: { to: 1700, from: [1700], serialize: String, parse: jsonNumeric },
    timestamp: { to: 1114, from: [1114], serialize: asIs, parse: isoTimestamp },
    timestamptz: { to: 1184, from: [1184], serialize: asIs, parse: timestamptz },
  };
}
