import { confirmDone, handleError } from '#lib/feedback.ts';
import { m } from '#lib/paraglide/messages.js';
import { displayName } from '#lib/people.ts';
import { perform } from '#lib/query/client.ts';
import type { QueryClient, QueryKey } from '@tanstack/svelte-query';
import {
  inviteMember,
  removeMember,
  restoreMember,
  revealInvitation,
  revokeInvitation,
  saveClinicSettings,
  sendInvitation,
  setClinicCountry,
  setMemberPermissions,
  tenancyKeys,
} from './queries.ts';
import type { ClinicSettings, Delivery, Invitation, Member, Permission } from './schemas.ts';

/** What can be done with an invitation, on the team page and on the platform's page of a clinic alike. */
export type InvitationActions = {
  /** Mails it with a fresh link. Throws what went wrong with the request; a mail that failed is an answer. */
  send: (invitation: Invitation) => Promise<Delivery>;
  /** Makes a link to hand over by other means. */
  reveal: (invitation: Invitation) => Promise<Delivery>;
  /** Withdraws it; true when that worked. */
  revoke: (invitation: Invitation) => Promise<boolean>;
};

/** The invitation actions for a page whose cached data is `affected` by them. */
export function invitationActions(queries: QueryClient, affected: QueryKey): InvitationActions {
  return {
    send: ({ id }) => perform(queries, [affected], () => sendInvitation(id)),
    reveal: ({ id }) => perform(queries, [affected], () => revealInvitation(id)),
    revoke: (invitation) =>
      succeeds(async () => {
        await perform(queries, [affected], () => revokeInvitation(invitation.id));
        confirmDone(m.invitation_revoked({ email: invitation.email }));
      }),
  };
}

/** What an owner can do with the people of a clinic. */
export function teamActions(queries: QueryClient, tenantId: string) {
  const affected = [tenancyKeys.team(tenantId)];
  return {
    /** Creates the invitation; its mail is a second step. Throws what went wrong. */
    invite: (email: string) => perform(queries, affected, () => inviteMember({ tenantId, email })),

    /** Ends a member's access; true when that worked. */
    remove: (member: Member) =>
      succeeds(async () => {
        await perform(queries, affected, () => removeMember({ tenantId, userId: member.user_id }));
        confirmDone(m.member_removed({ name: displayName(member) }));
      }),

    /** Gives a disabled member their access back. Throws what went wrong. */
    restore: async (member: Member, reason: string): Promise<void> => {
      await perform(queries, affected, () => restoreMember({ tenantId, userId: member.user_id, reason }));
      confirmDone(m.member_restored({ name: displayName(member) }));
    },

    /** Gives or takes one permission; true when that worked. */
    setPermission: (member: Member, permission: Permission, granted: boolean) =>
      succeeds(async () => {
        const others = member.permissions.filter((name) => name !== permission) as Permission[];
        const permissions = granted ? [...others, permission] : others;
        await perform(queries, affected, () =>
          setMemberPermissions({ tenantId, userId: member.user_id, permissions }),
        );
      }),
  };
}

/**
 * Saves a clinic's settings; the name shows in the frame of every page. The country is a step of its own, taken only
 * when it has changed. Throws what went wrong; saving again is harmless.
 */
export async function saveSettings(
  queries: QueryClient,
  input: { settings: ClinicSettings; name: string; timeZone: string; country: string },
): Promise<ClinicSettings> {
  const { settings, name, timeZone, country } = input;
  const tenantId = settings.tenant_id;
  const saved = await perform(queries, [tenancyKeys.settings(tenantId), tenancyKeys.access], async () => {
    const first = await saveClinicSettings({ tenantId, name, timeZone });
    return country === settings.country ? first : setClinicCountry({ tenantId, country });
  });
  confirmDone(m.settings_saved());
  return saved;
}

async function succeeds(act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    handleError(error, { retry: () => void succeeds(act) });
    return false;
  }
}
