import { m } from '#lib/paraglide/messages.js';
import { roleLabel } from '#lib/tenancy/labels.ts';
import type { AuditEvent } from './schemas.ts';

type Group = { label: () => string; actions: Record<string, () => string> };

/** Every kind of event, as the filter offers it; the phrase goes between who did it and what it was done to. */
const GROUPS: Record<string, Group> = {
  tenant: {
    label: m.audit_group_tenant,
    actions: {
      created: m.audit_action_tenant_created,
      updated: m.audit_action_tenant_updated,
      suspended: m.audit_action_tenant_suspended,
      resumed: m.audit_action_tenant_resumed,
      deleted: m.audit_action_tenant_deleted,
      restored: m.audit_action_tenant_restored,
    },
  },
  user: {
    label: m.audit_group_user,
    actions: {
      created: m.audit_action_user_created,
      updated: m.audit_action_user_updated,
      suspended: m.audit_action_user_suspended,
      resumed: m.audit_action_user_resumed,
      deleted: m.audit_action_user_deleted,
      restored: m.audit_action_user_restored,
      erased: m.audit_action_user_erased,
      second_factor_removed: m.audit_action_user_second_factor_removed,
    },
  },
  member: {
    label: m.audit_group_member,
    actions: {
      joined: m.audit_action_member_joined,
      updated: m.audit_action_member_updated,
      removed: m.audit_action_member_removed,
      disabled: m.audit_action_member_disabled,
      revoked: m.audit_action_member_revoked,
      restored: m.audit_action_member_restored,
    },
  },
  invitation: {
    label: m.audit_group_invitation,
    actions: {
      created: m.audit_action_invitation_created,
      updated: m.audit_action_invitation_updated,
      link_issued: m.audit_action_invitation_link_issued,
      delivered: m.audit_action_invitation_delivered,
      accepted: m.audit_action_invitation_accepted,
      revoked: m.audit_action_invitation_revoked,
    },
  },
  super_admin: {
    label: m.audit_group_super_admin,
    actions: {
      granted: m.audit_action_super_admin_granted,
      revoked: m.audit_action_super_admin_revoked,
      restored: m.audit_action_super_admin_restored,
    },
  },
  support: {
    label: m.audit_group_support,
    actions: {
      opened: m.audit_action_support_opened,
      ended: m.audit_action_support_ended,
      clients_listed: m.audit_action_support_clients_listed,
      client_read: m.audit_action_support_client_read,
    },
  },
  client: {
    label: m.audit_group_client,
    actions: {
      created: m.audit_action_client_created,
      updated: m.audit_action_client_updated,
      archived: m.audit_action_client_archived,
      deleted: m.audit_action_client_deleted,
    },
  },
  sign_in: {
    label: m.audit_group_sign_in,
    actions: { failed: m.audit_action_sign_in_failed },
  },
  audit: {
    label: m.audit_group_audit,
    actions: {
      exported: m.audit_action_audit_exported,
      erased: m.audit_action_audit_erased,
      retention_changed: m.audit_action_audit_retention_changed,
      retention_applied: m.audit_action_audit_retention_applied,
    },
  },
};

/** Groups whose events belong to no clinic. */
const PLATFORM_GROUPS = new Set(['user', 'super_admin', 'sign_in']);

export type ActionChoices = { prefix: string; label: string; actions: { value: string; label: string }[] };

/** What the filter by action offers, in groups; for a clinic without the groups that never happen in one. */
export function actionChoices(inClinic: boolean): ActionChoices[] {
  return Object.entries(GROUPS)
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
  return GROUPS[entity]?.actions[verb]?.() ?? event.action;
}

/** What an action is called by itself, for a filter that names one. */
export function actionLabel(action: string): string {
  const [entity = '', verb = ''] = action.split('.');
  const group = GROUPS[entity];
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
