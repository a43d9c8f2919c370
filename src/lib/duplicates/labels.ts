import { formatCalendarDay } from '#lib/dates.ts';
import { channelLabel, clientFieldLabel } from '#lib/clients/labels.ts';
import { channelSchema } from '#lib/clients/schemas.ts';
import { m } from '#lib/paraglide/messages.js';
import type { Reason, Undone } from './schemas.ts';

const REASONS: Record<Reason, () => string> = {
  email: m.duplicates_reason_email,
  phone: m.duplicates_reason_phone,
  name: m.duplicates_reason_name,
  name_swapped: m.duplicates_reason_name_swapped,
  similar_name: m.duplicates_reason_similar_name,
  date_of_birth: m.duplicates_reason_date_of_birth,
};

export const reasonLabel = (reason: Reason): string => REASONS[reason]();

const FIELDS: Record<string, () => string> = {
  email: m.merge_field_email,
  phone: m.merge_field_phone,
  address: m.client_address,
};

/** What a field of a merge is called. */
export const mergeFieldLabel = (field: string): string => FIELDS[field]?.() ?? clientFieldLabel(field);

/** A field's value as people read it; null where the client has none. */
export function mergeFieldValue(field: string, value: string | null): string | null {
  if (value === null) return null;
  if (field === 'date_of_birth') return formatCalendarDay(value);
  if (field.startsWith('consent_')) return value === 'true' ? m.merge_yes() : m.merge_no();
  const channel = channelSchema.safeParse(value);
  return field === 'preferred_channel' && channel.success ? channelLabel(channel.data) : value;
}

const MOVES: Record<string, (input: { count: number }) => string> = {
  activities: m.merge_moves_activities,
  client_notes: m.merge_moves_client_notes,
  client_files: m.merge_moves_client_files,
  client_tags: m.merge_moves_client_tags,
  tasks: m.merge_moves_tasks,
  client_identifiers: m.merge_moves_client_identifiers,
  contact_points: m.merge_moves_contact_points,
};

/** What of one table moves, such as "Notes: 3". */
export const moveLabel = ({ table, count }: { table: string; count: number }): string =>
  (MOVES[table] ?? m.merge_moves_other)({ count });

/** What undoing a merge left as it had been changed since, in a few words; empty when nothing. */
export function leftLabel(left: Undone['left']): string {
  const names = left.map((each) =>
    each.kind === 'field' ? mergeFieldLabel(each.field) : m.merge_left_rows(),
  );
  return [...new Set(names)].join(', ');
}
