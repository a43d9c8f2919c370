import { confirmDone } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import ArrowLeftRight from '@lucide/svelte/icons/arrow-left-right';
import ShieldHalf from '@lucide/svelte/icons/shield-half';
import UserCheck from '@lucide/svelte/icons/user-check';
import UserMinus from '@lucide/svelte/icons/user-minus';
import UserRound from '@lucide/svelte/icons/user-round';
import type { QueryClient } from '@tanstack/svelte-query';
import { removeFromClinic, restoreToClinic, setMemberRole, transferOwnership } from './member-commands.ts';
import { performOnPlatform, type ReasonedAct } from './reasoned-act.ts';
import type { MembershipStatus } from './statuses.ts';

/** A person in a clinic, as far as acting on that needs it. */
export type MemberInClinic = {
  clinic: { id: string; name: string };
  user: { id: string; name: string };
  role: 'owner' | 'staff';
  status: MembershipStatus;
  /** Who else is active there, to whom an owner could hand the clinic over; left out where that is not known. */
  others?: { id: string; name: string; role: 'owner' | 'staff' }[];
};

/**
 * What can be done with this membership in its present state. A membership that a person's deletion revoked comes
 * back only with that person.
 */
export function memberActs(queries: QueryClient, member: MemberInClinic): ReasonedAct[] {
  if (member.status === 'revoked') return [];
  if (member.status !== 'active') return [restoreAct(queries, member)];
  const isOwner = member.role === 'owner';
  // The last owner can hand the clinic over, but neither leave it nor step down.
  const isLastOwner = isOwner && member.others?.every(({ role }) => role !== 'owner');
  const heirs = member.others?.filter(({ role }) => role === 'staff') ?? [];
  return [
    ...(isOwner && heirs.length > 0 ? [transferAct(queries, member, heirs)] : []),
    ...(isLastOwner ? [] : [roleAct(queries, member), removeAct(queries, member)]),
  ];
}

function roleAct(queries: QueryClient, { clinic, user, role }: MemberInClinic): ReasonedAct {
  const names = { name: user.name, clinic: clinic.name };
  const wanted = role === 'owner' ? 'staff' : 'owner';
  const words = {
    owner: {
      label: m.platform_make_owner(),
      icon: ShieldHalf,
      title: m.platform_make_owner_title(names),
      text: m.platform_make_owner_text(),
      done: m.platform_made_owner(names),
    },
    staff: {
      label: m.platform_make_staff(),
      icon: UserRound,
      title: m.platform_make_staff_title(names),
      text: m.platform_make_staff_text(),
      done: m.platform_made_staff(names),
    },
  };
  const { done, ...shown } = words[wanted];
  return {
    ...shown,
    isDestructive: false,
    act: async ({ reason }) => {
      await performOnPlatform(queries, () =>
        setMemberRole({ clinicId: clinic.id, userId: user.id, role: wanted, reason }),
      );
      confirmDone(done);
    },
  };
}

function transferAct(
  queries: QueryClient,
  { clinic, user }: MemberInClinic,
  heirs: { id: string; name: string }[],
): ReasonedAct {
  return {
    label: m.platform_transfer(),
    icon: ArrowLeftRight,
    isDestructive: false,
    title: m.platform_transfer_title({ clinic: clinic.name }),
    text: m.platform_transfer_text({ name: user.name }),
    choice: {
      label: m.platform_transfer_to(),
      options: heirs.map(({ id, name }) => ({ value: id, label: name })),
    },
    act: async ({ reason, choice }) => {
      await performOnPlatform(queries, () =>
        transferOwnership({ clinicId: clinic.id, fromUserId: user.id, toUserId: choice, reason }),
      );
      const name = heirs.find(({ id }) => id === choice)?.name ?? '';
      confirmDone(m.platform_made_owner({ name, clinic: clinic.name }));
    },
  };
}

function removeAct(queries: QueryClient, { clinic, user }: MemberInClinic): ReasonedAct {
  const names = { name: user.name, clinic: clinic.name };
  return {
    label: m.member_remove_action(),
    icon: UserMinus,
    isDestructive: true,
    title: m.platform_member_remove_title(names),
    text: m.member_remove_text(),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () =>
        removeFromClinic({ clinicId: clinic.id, userId: user.id, reason }),
      );
      confirmDone(m.member_removed({ name: user.name }));
    },
  };
}

function restoreAct(queries: QueryClient, { clinic, user }: MemberInClinic): ReasonedAct {
  const names = { name: user.name, clinic: clinic.name };
  return {
    label: m.platform_member_restore(),
    icon: UserCheck,
    isDestructive: false,
    title: m.platform_member_restore_title(names),
    text: m.platform_member_restore_text(),
    act: async ({ reason }) => {
      await performOnPlatform(queries, () =>
        restoreToClinic({ clinicId: clinic.id, userId: user.id, reason }),
      );
      confirmDone(m.platform_member_restored(names));
    },
  };
}
