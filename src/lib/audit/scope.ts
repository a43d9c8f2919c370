/**
 * Whose events a list shows: one clinic's, as its owners see them, or the platform's, narrowed to a clinic or to
 * what an event is about (for a user: what they did as well).
 */
export type AuditScope =
  | { kind: 'clinic'; tenantId: string }
  | { kind: 'platform'; tenantId?: string; targetType?: string; targetId?: string };
