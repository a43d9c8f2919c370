import * as z from 'zod/mini';

/** The states that clinics, people and memberships can be in; how they change is read from the database. */
export const accountStatusSchema = z.enum(['active', 'suspended', 'deleted']);
/** Of a clinic or a person. */
export type AccountStatus = z.output<typeof accountStatusSchema>;

export const membershipStatusSchema = z.enum(['active', 'disabled', 'revoked', 'removed']);
export type MembershipStatus = z.output<typeof membershipStatusSchema>;

/** A filter of a list by status; everything where it is empty. */
export type StatusFilter = AccountStatus | '';

/** The filter named in an address, or none where the text is no status. */
export function readStatusFilter(text: string | null): StatusFilter {
  return accountStatusSchema.safeParse(text).data ?? '';
}
