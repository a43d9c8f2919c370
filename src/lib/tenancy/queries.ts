import { supabase, type ChairsideClient } from '#lib/supabase/browser.ts';
import { parseAnswer, unwrap, unwrapFunction } from '#lib/supabase/result.ts';
import { queryOptions } from '@tanstack/svelte-query';
import {
  acceptanceSchema,
  accessSchema,
  clinicSettingsSchema,
  deliverySchema,
  invitationPreviewSchema,
  invitationSchema,
  teamSchema,
  type Acceptance,
  type Access,
  type ClinicSettings,
  type Delivery,
  type Invitation,
  type InvitationPreview,
  type Permission,
  type Team,
} from './schemas.ts';

/** Cache keys of this domain. Everything of one clinic starts with its id, so one call forgets it all. */
export const tenancyKeys = {
  access: ['access'] as const,
  team: (tenantId: string) => ['tenant', tenantId, 'team'] as const,
  settings: (tenantId: string) => ['tenant', tenantId, 'settings'] as const,
};

/** Who is signed in and which clinics they may enter; also answers suspended people. */
export async function readAccess(client: ChairsideClient = supabase()): Promise<Access> {
  return parseAnswer(accessSchema, unwrap(await client.rpc('my_access')));
}

/** Members, seats and open invitations of a clinic. Owners only. */
export async function listTeam(tenantId: string): Promise<Team> {
  return parseAnswer(teamSchema, unwrap(await supabase().rpc('list_team', { tenant_id: tenantId })));
}

/** Creates an invitation for a staff member; its e-mail is sent by `sendInvitation`. Owners only. */
export async function inviteMember(input: { tenantId: string; email: string }): Promise<Invitation> {
  const answer = await supabase().rpc('invite_member', { tenant_id: input.tenantId, email: input.email });
  return parseAnswer(invitationSchema, unwrap(answer));
}

/** Mails the invitation with a fresh link; earlier links stop working. */
export async function sendInvitation(invitationId: string): Promise<Delivery> {
  return callSendInvitation(invitationId, 'send');
}

/** Makes a fresh link to hand over by other means; refused while e-mail works. */
export async function revealInvitation(invitationId: string): Promise<Delivery> {
  return callSendInvitation(invitationId, 'reveal');
}

async function callSendInvitation(invitationId: string, action: 'send' | 'reveal'): Promise<Delivery> {
  const answer = await supabase().functions.invoke<unknown>('send-invitation', {
    body: { invitation_id: invitationId, action },
  });
  return unwrapFunction(deliverySchema, answer);
}

/** Withdraws an open invitation; its link stops working at once. */
export async function revokeInvitation(invitationId: string): Promise<Invitation> {
  const answer = await supabase().rpc('revoke_invitation', { invitation_id: invitationId });
  return parseAnswer(invitationSchema, unwrap(answer));
}

/** Ends a staff member's access at once. Owners only. */
export async function removeMember(input: { tenantId: string; userId: string }): Promise<void> {
  unwrap(await supabase().rpc('remove_member', { tenant_id: input.tenantId, user_id: input.userId }));
}

/** Gives a disabled member their access back, while a seat is free. Owners only. */
export async function restoreMember(input: {
  tenantId: string;
  userId: string;
  reason: string;
}): Promise<void> {
  unwrap(
    await supabase().rpc('restore_member', {
      tenant_id: input.tenantId,
      user_id: input.userId,
      reason: input.reason,
    }),
  );
}

/** Replaces a staff member's single permissions. Owners only. */
export async function setMemberPermissions(input: {
  tenantId: string;
  userId: string;
  permissions: Permission[];
}): Promise<void> {
  unwrap(
    await supabase().rpc('set_member_permissions', {
      tenant_id: input.tenantId,
      user_id: input.userId,
      permissions: input.permissions,
    }),
  );
}

/** Name, time zone and country of a clinic. Owners only. */
export async function readClinicSettings(tenantId: string): Promise<ClinicSettings> {
  const answer = await supabase().rpc('get_clinic_settings', { tenant_id: tenantId });
  return parseAnswer(clinicSettingsSchema, unwrap(answer));
}

/** Changes name and time zone of a clinic. Owners only. */
export async function saveClinicSettings(input: {
  tenantId: string;
  name: string;
  timeZone: string;
}): Promise<ClinicSettings> {
  const answer = await supabase().rpc('update_clinic_settings', {
    tenant_id: input.tenantId,
    name: input.name,
    time_zone: input.timeZone,
  });
  return parseAnswer(clinicSettingsSchema, unwrap(answer));
}

/** Changes the country in which phone numbers without a country code are read. Owners only. */
export async function setClinicCountry(input: {
  tenantId: string;
  country: string;
}): Promise<ClinicSettings> {
  const answer = await supabase().rpc('set_clinic_country', {
    tenant_id: input.tenantId,
    country: input.country,
  });
  return parseAnswer(clinicSettingsSchema, unwrap(answer));
}

/** What an invitation link is worth right now; never throws for a bad token. */
export async function previewInvitation(token: string): Promise<InvitationPreview> {
  return parseAnswer(invitationPreviewSchema, unwrap(await supabase().rpc('preview_invitation', { token })));
}

/** Accepts an invitation for the person signed in. */
export async function acceptInvitation(token: string): Promise<Acceptance> {
  return parseAnswer(acceptanceSchema, unwrap(await supabase().rpc('accept_invitation', { token })));
}

/** Access can end at any moment, so it is read again on every focus and once a minute. */
export const accessOptions = () =>
  queryOptions({
    queryKey: tenancyKeys.access,
    queryFn: () => readAccess(),
    staleTime: 5_000,
    refetchInterval: 60_000,
  });

export const teamOptions = (tenantId: string) =>
  queryOptions({ queryKey: tenancyKeys.team(tenantId), queryFn: () => listTeam(tenantId) });

export const settingsOptions = (tenantId: string) =>
  queryOptions({ queryKey: tenancyKeys.settings(tenantId), queryFn: () => readClinicSettings(tenantId) });
