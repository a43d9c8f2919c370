import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import ArchiveRestore from '@lucide/svelte/icons/archive-restore';
import Pause from '@lucide/svelte/icons/pause';
import Play from '@lucide/svelte/icons/play';
import ShieldCheck from '@lucide/svelte/icons/shield-check';
import ShieldOff from '@lucide/svelte/icons/shield-off';
import Trash2 from '@lucide/svelte/icons/trash-2';
import type { QueryClient } from '@tanstack/svelte-query';
import { performOnPlatform, type ActOutcome, type ReasonedAct } from './reasoned-act.ts';
import {
  deleteUser,
  grantSuperAdmin,
  restoreUser,
  resumeUser,
  revokeSuperAdmin,
  suspendUser,
  updateUser,
} from './user-commands.ts';
import type { DeletedUser, RestoredUser, User, UserForm } from './user-schemas.ts';

/** Saves a person's names, language and zone, unless somebody else did since `user` was read. Throws what went wrong. */
export async function saveUser(queries: QueryClient, user: User, values: UserForm): Promise<void> {
  await performOnPlatform(queries, () => updateUser(user.user_id, values, user.updated_at));
  confirmDone(m.platform_user_saved({ name: displayName({ ...user, ...values }) }));
}

/** What can be done with this person in their present state, in the order of a menu. Nobody acts on themselves. */
export function userActs(queries: QueryClient, user: User, selfId: string): ReasonedAct[] {
  const statusActs = {
    active: [suspendAct, deleteAct],
    suspended: [resumeAct, deleteAct],
    deleted: [restoreAct],
  };
  if (user.erased_at) return [];
  const acts = user.user_id === selfId ? [] : statusActs[user.status];
  const ofPlatform = user.is_super_admin ? [revokeAct] : user.status === 'active' ? [grantAct] : [];
  return [...ofPlatform, ...acts].map((act) => act(queries, user));
}

type MakeAct = (queries: QueryClient, user: User) => ReasonedAct;

const suspendAct: MakeAct = (queries, user) => {
  const name = displayName(user);
  return {
    label: m.platform_user_suspend(),
    icon: Pause,
    isDestructive: true,
    title: m.platform_user_suspend_title({ name }),
    text: m.platform_user_suspend_text(),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () => suspendUser(user.user_id, reason));
      confirmDone(m.platform_user_suspended({ name }));
    },
  };
};

const resumeAct: MakeAct = (queries, user) => {
  const name = displayName(user);
  return {
    label: m.platform_user_resume(),
    icon: Play,
    isDestructive: false,
    title: m.platform_user_resume_title({ name }),
    text: m.platform_user_resume_text(),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () => resumeUser(user.user_id, reason));
      confirmDone(m.platform_user_resumed({ name }));
    },
  };
};

const deleteAct: MakeAct = (queries, user) => {
  const name = displayName(user);
  const owned = user.memberships
    .filter(
      ({ role, status, tenant_status }) =>
        role === 'owner' && status === 'active' && tenant_status !== 'deleted',
    )
    .map((membership) => membership.name);
  return {
    label: m.platform_user_delete(),
    icon: Trash2,
    isDestructive: true,
    title: m.platform_user_delete_title({ name }),
    text: m.platform_user_delete_text(),
    warning: owned.length > 0 ? { text: m.platform_user_delete_owner(), names: owned } : undefined,
    act: async ({ reason }) => {
      const deleted = await performOnPlatform(queries, () => deleteUser(user.user_id, reason));
      confirmDone(m.platform_user_deleted({ name }));
      return withoutOwnerOutcome(deleted);
    },
  };
};

const restoreAct: MakeAct = (queries, user) => {
  const name = displayName(user);
  return {
    label: m.platform_user_restore(),
    icon: ArchiveRestore,
    isDestructive: false,
    title: m.platform_user_restore_title({ name }),
    text: m.platform_user_restore_text(),
    act: async ({ reason }) => {
      const restored = await performOnPlatform(queries, () => restoreUser(user.user_id, reason));
      confirmDone(m.platform_user_restored({ name }));
      return leftDisabledOutcome(restored);
    },
  };
};

const grantAct: MakeAct = (queries, user) => {
  const name = displayName(user);
  return {
    label: m.platform_admin_grant(),
    icon: ShieldCheck,
    isDestructive: false,
    title: m.platform_admin_grant_title({ name }),
    text: m.platform_admin_grant_text(),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () => grantSuperAdmin(user.user_id, reason));
      confirmDone(m.platform_admin_granted({ name }));
    },
  };
};

const revokeAct: MakeAct = (queries, user) => {
  const name = displayName(user);
  return {
    label: m.platform_admin_revoke(),
    icon: ShieldOff,
    isDestructive: true,
    title: m.platform_admin_revoke_title({ name }),
    text: m.platform_admin_revoke_text(),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () => revokeSuperAdmin(user.user_id, reason));
      confirmDone(m.platform_admin_revoked({ name }));
    },
  };
};

function withoutOwnerOutcome({ clinics_without_owner }: DeletedUser): ActOutcome | undefined {
  if (clinics_without_owner.length === 0) return undefined;
  return {
    title: m.platform_without_owner_title(),
    text: m.platform_without_owner_text(),
    items: clinics_without_owner.map(({ tenant_id, name }) => ({
      name,
      href: `/admin/clinics/${tenant_id}`,
    })),
  };
}

function leftDisabledOutcome({ left_disabled }: RestoredUser): ActOutcome | undefined {
  if (left_disabled.length === 0) return undefined;
  const notes = { no_seats_left: m.platform_left_no_seats, tenant_deleted: m.platform_left_clinic_deleted };
  return {
    title: m.platform_user_left_title(),
    text: m.platform_user_left_text(),
    items: left_disabled.map(({ tenant_id, name, why }) => ({
      name,
      note: notes[why](),
      href: `/admin/clinics/${tenant_id}`,
    })),
  };
}
