import { m } from '#lib/paraglide/messages.js';
import { roleLabel } from '#lib/tenancy/labels.ts';
import { ACTION_GROUPS, PLATFORM_GROUPS } from './action-groups.ts';
import type { AuditEvent } from './schemas.ts';

export type ActionChoices = { prefix: string; label: string; actions: { value: string; label: string }[] };

/** What the filter by action offers, in groups; for a clinic without the groups that never happen in one. */
export function actionChoices(inClinic: boolean): ActionChoices[] {
  return Object.entries(ACTION_GROUPS)
    .filter(([entity]) => !inClinic || !PLATFORM_GROUPS.has(entity))
    .map(([entity, { label, actions }]) => ({
      prefix: `${entity}.`,
      label: label(),
      actions: Object.entries(actions).map(([verb, phrase]) => ({
        value: `${entity}.${verb}`,
        label: capitalise(phrase()),
      })),
    }));
}

/** What happened, as the words between actor and target ("suspended the clinic"); unknown actions by their raw name. */
export function actionPhrase(event: AuditEvent): string {
  const only = onlyChangedField(event);
  if (event.action === 'tenant.updated' && only === 'max_seats') return m.audit_action_tenant_seats();
  if (event.action === 'member.updated' && only === 'role') return m.audit_action_member_role();
  if (event.action === 'member.updated' && only === 'permissions') return m.audit_action_member_permissions();
  if (event.action === 'member.joined' && !isAboutActor(event)) return m.audit_action_member_added();
  if (event.action === 'super_admin.granted' && isAboutActor(event))
    return m.audit_action_super_admin_became();
  const [entity = '', verb = ''] = event.action.split('.');
  return (
    (verb === 'updated' ? changePhrase(entity, event) : undefined) ??
    ACTION_GROUPS[entity]?.actions[verb]?.() ??
    event.action
  );
}

/** What a change of a clinic's record amounts to, where one field tells it. */
function changePhrase(entity: string, { before, after }: AuditEvent): string | undefined {
  const isEmptied = (field: string): boolean => before?.[field] != null && after?.[field] == null;
  if (isEmptied('archived_at')) return RESTORED[entity]?.();
  if (entity !== 'note') return undefined;
  if (isEmptied('deleted_at')) return m.audit_action_note_restored();
  // Written along with the text, it is the text that matters.
  if (after?.body !== undefined || after?.is_pinned === undefined) return undefined;
  return after.is_pinned ? m.audit_action_note_pinned() : m.audit_action_note_unpinned();
}

const RESTORED: Record<string, () => string> = {
  client: m.audit_action_client_restored,
  provider: m.audit_action_provider_restored,
  resource: m.audit_action_resource_restored,
  service: m.audit_action_service_restored,
};

/** What an action is called by itself, for a filter that names one. */
export function actionLabel(action: string): string {
  const [entity = '', verb = ''] = action.split('.');
  const group = ACTION_GROUPS[entity];
  if (group && verb === '') return group.label();
  const phrase = group?.actions[verb]?.();
  return phrase ? capitalise(phrase) : action;
}

/** Who acted: their address, or what acted where it was no person. */
export function actorLabel({ actor_id, actor_email, actor_role, erased }: AuditEvent): string {
  if (actor_email) return actor_email;
  if (actor_id && erased) return m.audit_actor_erased();
  return actor_id ?? actorRoleLabel(actor_role ?? '');
}

/** The role in which somebody or something acted. */
export function actorRoleLabel(role: string): string {
  if (role === 'owner' || role === 'staff' || role === 'super_admin') return roleLabel(role);
  if (role === 'user') return m.audit_role_user();
  if (role === 'service_role') return m.audit_role_service();
  if (role === 'anon') return m.audit_role_anon();
  if (role === 'supabase_auth_admin') return m.audit_role_auth();
  return role ? m.audit_role_database({ name: role }) : m.audit_unknown();
}

/** What people do with themselves; naming them twice would say nothing more. */
const REFLEXIVE = new Set([
  'invitation.accepted',
  'member.joined',
  'super_admin.granted',
  'user.created',
  'user.updated',
]);

/** What the event is about, where the sentence needs it. */
export function targetLabel(event: AuditEvent): string | null {
  if (REFLEXIVE.has(event.action) && isAboutActor(event)) return null;
  // A merge has two sides.
  if (event.action === 'client.merged' && event.target_label && typeof event.details?.into === 'string')
    return `${event.target_label} → ${event.details.into}`;
  return event.target_label ?? null;
}

/** The whole event in one sentence. */
export function eventSentence(event: AuditEvent): string {
  return [actorLabel(event), actionPhrase(event), targetLabel(event)].filter(Boolean).join(' ');
}

function isAboutActor({ actor_id, actor_email, target_id, target_label }: AuditEvent): boolean {
  return (
    (actor_id !== null && target_id === actor_id) || (target_label != null && target_label === actor_email)
  );
}

function onlyChangedField({ before, after }: AuditEvent): string | undefined {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return fields.size === 1 ? [...fields][0] : undefined;
}

function capitalise(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
