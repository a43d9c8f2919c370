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

/** For owners, and for members whom an owner has given the permission: the plain staff of the matrix have none. */
const permitted: Rights = { select: 'members', insert: 'owners', update: 'owners', delete: 'owners' };

export const declared: Record<string, Rights> = {
  tenants: { ...closed, select: 'members' },
  profiles: { ...closed, select: 'self', update: 'self' },
  memberships: closed,
  invitations: closed,
  platform_admins: closed,
  support_grants: closed,
  audit_events: closed,
  providers: permitted,
  resources: permitted,
  services: permitted,
  service_providers: { ...permitted, update: 'nobody' },
  service_resources: { ...permitted, update: 'nobody' },
};

/** Functions anybody may call without a session. */
export const openFunctions = ['preview_invitation'];

/** Functions of a clinic that staff may call too; all others that take a `tenant_id` are for its owners. */
export const memberFunctions: string[] = [
  'active_support',
  'archive_clients',
  'tag_clients',
  'save_client',
  'get_client',
  'set_primary_identifier',
  'list_clients',
  'count_clients',
  'dashboard',
  'begin_client_import',
  'import_clients',
  'finish_client_import',
  // Of members with the permission "exports".
  'begin_client_export',
  'client_record',
  'begin_upload',
  'finish_upload',
  'cancel_upload',
  'delete_file',
  'restore_file',
  'open_file',
  'delete_note',
  'restore_note',
  'save_task',
  'set_task_status',
  'delete_task',
  'list_tasks',
  'task_counts',
  'list_colleagues',
  'save_service',
  'find_clients_by_identifier',
  'assign_contact_point',
  'find_duplicates',
  'list_duplicates',
  'dismiss_duplicate',
  'preview_merge',
  'merge_clients',
  'undo_merge',
  'list_merges',
];

/** Values the generator cannot guess from the catalog. */
export const sampleValues: Record<string, Record<string, unknown>> = {
  audit_events: { action: 'sample.made' },
  client_identifiers: { kind: 'phone', raw: '0721' },
  activities: { kind: 'sample_made' },
  providers: { colour: 'blue' },
  resources: { colour: 'slate' },
  services: { colour: 'teal', currency: 'EUR' },
};
