import { createHash } from 'node:crypto';

/** An event as the database stores it, every value in its text form; null where the column is null. */
export interface AuditEvent {
  id: string;
  /** UTC with microseconds: 2026-11-21T08:15:30.123456Z, which sorts as text. */
  occurred_at: string;
  tenant_id: string | null;
  actor_id: string | null;
  actor_role: string | null;
  action: string;
  target_type: string;
  target_id: string | null;
  succeeded: string;
  schema_version: string;
  actor_salt: string | null;
  actor_email: string | null;
  ip: string | null;
  user_agent: string | null;
  request_id: string | null;
  session_id: string | null;
  content_salt: string | null;
  target_label: string | null;
  before: string | null;
  after: string | null;
  details: string | null;
  reason: string | null;
}

/** The two parts of an event that hold personal data and can be erased; each begins with its salt. */
export type EventPart = 'actor' | 'content';

/** The columns of each part, in the order in which they are hashed. */
export const partColumns = {
  actor: ['actor_salt', 'actor_email', 'ip', 'user_agent', 'request_id', 'session_id'],
  content: ['content_salt', 'target_label', 'before', 'after', 'details', 'reason'],
} as const satisfies Record<EventPart, readonly (keyof AuditEvent)[]>;

/**
 * Values in one unambiguous row of bytes: length in octets, colon, value; a hyphen for null.
 *
 * The same as `private.canonical` of the database, written anew so that a changed function there is noticed.
 */
export function canonical(values: readonly (string | null)[]): Buffer {
  return Buffer.from(
    values.map((value) => (value === null ? '-' : `${Buffer.byteLength(value)}:${value}`)).join(''),
  );
}

export function sha256(...pieces: readonly (Buffer | string)[]): Buffer {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/** SHA-256 of one part of an event, salt included. */
export function partHash(event: AuditEvent, part: EventPart): Buffer {
  return sha256(canonical(partColumns[part].map((column) => event[column])));
}

/** SHA-256 of a whole event: its facts, which are never erased, and the hashes of its two parts. */
export function eventHash(event: AuditEvent, actorHash: Buffer, contentHash: Buffer): Buffer {
  const facts = canonical([
    event.id,
    event.occurred_at,
    event.tenant_id,
    event.actor_id,
    event.actor_role,
    event.action,
    event.target_type,
    event.target_id,
    event.succeeded,
    event.schema_version,
  ]);
  return sha256(facts, actorHash, contentHash);
}

/** The chain of the events that belong to no clinic. */
export const platformChain = '00000000-0000-0000-0000-000000000000';

/** What the first seal of a chain takes for the hash before it. */
export function chainStart(chain: string): Buffer {
  return sha256(`chairside audit chain ${chain}`);
}
