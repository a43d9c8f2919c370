/**
 * Who may do what with the rows of a table through the Data API. The isolation matrix proves it for every table there is.
 *
 * - `members`: owner and staff of the row's clinic; `owners`: its owners; `self`: the person the row is about; `nobody`.
 * - A clinic's table that is not listed here is held to the default: whatever is granted at all is for members.
 *   Nobody outside the clinic is ever let in, listed or not.
 */
export type Audience = 'members' | 'owners' | 'self' | 'nobody';
export type Command = 'select' | 'insert' | 'update' | 'delete';
export type Rights = Record<Command, Audience>;

const closed: Rights = { select: 'nobody', insert: 'nobody', update: 'nobody', delete: 'nobody' };

export const declared: Record<string, Rights> = {
  tenants: { ...closed, select: 'members' },
  profiles: { ...closed, select: 'self', update: 'self' },
  memberships: closed,
  invitations: closed,
  platform_admins: closed,
  support_grants: closed,
  audit_events: closed,
};

/** Functions anybody may call without a session. */
export const openFunctions = ['preview_invitation'];

/** Functions of a clinic that staff may call too; all others that take a `tenant_id` are for its owners. */
export const memberFunctions: string[] = ['active_support'];

/** Values the generator cannot guess from the catalog. */
export const sampleValues: Record<string, Record<string, unknown>> = {
  audit_events: { action: 'sample.made' },
};
