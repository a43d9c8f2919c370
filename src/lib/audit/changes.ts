import { m } from '#lib/paraglide/messages.js';

/** One field of an event: what it was and what it became, as texts; null where it was empty. */
export type FieldChange = {
  field: string;
  kind: 'added' | 'removed' | 'changed';
  before: string | null;
  after: string | null;
  /** The value is secret: only that it changed is on record. */
  isRedacted: boolean;
};

/** How the database records a value it does not show. */
const REDACTED = '[redacted]';

type Fields = Record<string, unknown> | null | undefined;

/** The fields of an event one by one, in the order of their names. */
export function listChanges(before: Fields, after: Fields): FieldChange[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].toSorted().map((field) => {
    const [was, is] = [before?.[field] ?? null, after?.[field] ?? null];
    return {
      field,
      kind: was === null ? 'added' : is === null ? 'removed' : 'changed',
      before: was === null ? null : formatValue(was),
      after: is === null ? null : formatValue(is),
      isRedacted: was === REDACTED || is === REDACTED,
    };
  });
}

/** A recorded value as text: yes and no in words, lists joined by commas, anything deeper as JSON. */
export function formatValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? m.audit_yes() : m.audit_no();
  if (Array.isArray(value) && value.every((each) => typeof each === 'string' || typeof each === 'number'))
    return value.join(', ');
  return JSON.stringify(value) ?? '';
}
