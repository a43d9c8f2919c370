-- What: memberships after joining: role, ownership, removal, restore; and joining again by invitation under the rules of status_transitions.
-- Who:  super-admins; owners remove staff and restore disabled members.
-- Relies on: invitations, inviting, team, status_transitions, audit and tenant_lifecycle migrations.

-- roles ------------------------------------------------------------------------------------------------------------

create function private.admin_set_member_role(tenant_id uuid, user_id uuid, role text, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  member public.memberships;
begin
  perform private.require_super_admin();
  perform private.because(private.require_reason(reason));
  if role is null or role not in ('owner', 'staff') then
    perform private.refuse(422, 'role_unknown', 'The role must be owner or staff.');
  end if;
  perform private.lock_tenant(tenant_id);
  member := private.lock_member(tenant_id, user_id);
  -- Single permissions belong to staff and were given to this person in that role.
  update public.memberships m set role = admin_set_member_role.role, permissions = '{}'
  where m.id = member.id and m.role <> admin_set_member_role.role;
  return jsonb_build_object('user_id', member.user_id, 'role', role);
end;
$$;
create function public.admin_set_member_role(tenant_id uuid, user_id uuid, role text, reason text) returns jsonb language sql set search_path = ''
return private.admin_set_member_role(tenant_id, user_id, role, reason);
comment on function public.admin_set_member_role(uuid, uuid, text, text) is
  'Super-admin: makes a member owner or staff: { user_id, role }. 422 reason_required, role_unknown; 409 last_owner; 404 clinic_not_found, member_not_found.';

create function private.admin_transfer_ownership(tenant_id uuid, from_user_id uuid, to_user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  giver public.memberships;
  taker public.memberships;
begin
  perform private.require_super_admin();
  perform private.because(private.require_reason(reason));
  if from_user_id = to_user_id then
    perform private.refuse(422, 'same_person', 'Ownership is transferred from one person to another.');
  end if;
  perform private.lock_tenant(tenant_id);
  if exists (select from public.profiles p where p.user_id = to_user_id and p.status <> 'active') then
    perform private.refuse(409, 'user_not_active', 'The new owner''s account is not active.');
  end if;
  giver := private.lock_member(tenant_id, from_user_id);
  taker := private.lock_member(tenant_id, to_user_id);
  if giver.status <> 'active' or taker.status <> 'active' then
    perform private.refuse(404, 'member_not_found', 'This person does not belong to the clinic.');
  elsif giver.role <> 'owner' then
    perform private.refuse(409, 'not_an_owner', 'This member is not an owner.');
  end if;
  -- In this order, so that the clinic is never without an owner.
  update public.memberships m set role = 'owner', permissions = '{}' where m.id = taker.id and m.role <> 'owner';
  update public.memberships m set role = 'staff', permissions = '{}' where m.id = giver.id;
  return jsonb_build_object('tenant_id', giver.tenant_id, 'from_user_id', giver.user_id, 'to_user_id', taker.user_id);
end;
$$;
create function public.admin_transfer_ownership(tenant_id uuid, from_user_id uuid, to_user_id uuid, reason text)
returns jsonb language sql set search_path = ''
return private.admin_transfer_ownership(tenant_id, from_user_id, to_user_id, reason);
comment on function public.admin_transfer_ownership(uuid, uuid, uuid, text) is
  'Super-admin: makes one active member an owner in place of another, who becomes staff: { tenant_id, from_user_id, to_user_id }. 422 reason_required, same_person; 409 not_an_owner, user_not_active; 404 clinic_not_found, member_not_found.';

grant execute on function private.admin_set_member_role(uuid, uuid, text, text), public.admin_set_member_role(uuid, uuid, text, text),
  private.admin_transfer_ownership(uuid, uuid, uuid, text), public.admin_transfer_ownership(uuid, uuid, uuid, text) to authenticated;

-- removal ----------------------------------------------------------------------------------------------------------

create function private.end_membership(member public.memberships, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  update public.memberships m
  set status = 'removed', permissions = '{}', status_reason = reason, status_changed_at = clock_timestamp(),
      status_changed_by = auth.uid(), deletion_id = null
  where m.id = member.id;
  return jsonb_build_object('user_id', member.user_id, 'status', 'removed');
end;
$$;
comment on function private.end_membership(public.memberships, text) is
  'active or disabled → removed; a later restore of the clinic leaves it alone. The caller holds the locks.';

create or replace function private.remove_member(tenant_id uuid, user_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  member public.memberships;
begin
  perform private.require_owner(tenant_id);
  member := private.lock_member(tenant_id, user_id);
  if member.user_id = auth.uid() then
    perform private.refuse(409, 'cannot_remove_self', 'You cannot remove yourself.');
  elsif member.role = 'owner' then
    perform private.refuse(409, 'cannot_remove_owner', 'An owner cannot be removed by another owner.');
  end if;
  -- Owners are asked for no reason; the one of an earlier change must not stay behind.
  return private.end_membership(member, null);
end;
$$;

create function private.admin_remove_member(tenant_id uuid, user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  reason := private.require_reason(reason);
  perform private.lock_tenant(tenant_id);
  return private.end_membership(private.lock_member(tenant_id, user_id), reason);
end;
$$;
create function public.admin_remove_member(tenant_id uuid, user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_remove_member(tenant_id, user_id, reason);
comment on function public.admin_remove_member(uuid, uuid, text) is
  'Super-admin: ends a member''s access at once: { user_id, status }. 422 reason_required; 409 last_owner; 404 clinic_not_found, member_not_found.';
grant execute on function private.admin_remove_member(uuid, uuid, text), public.admin_remove_member(uuid, uuid, text) to authenticated;

-- restore ----------------------------------------------------------------------------------------------------------

create function private.restore_membership(clinic public.tenants, person uuid, statuses text[], reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  person_status text;
  member public.memberships;
begin
  -- Shared: the person cannot be deleted before this is done, else the deletion would miss the membership.
  select p.status into person_status from public.profiles p where p.user_id = person for share;
  select * into member from public.memberships m
  where m.tenant_id = clinic.id and m.user_id = person and m.status = any (statuses)
  for no key update;
  if member.id is null then
    perform private.refuse(404, 'member_not_found', 'This person does not belong to the clinic.');
  elsif member.status = 'active' then
    perform private.refuse(409, 'member_already_active', 'This member is active already.');
  elsif clinic.status <> 'active' then
    perform private.refuse(409, 'tenant_not_active', 'This clinic is not active.');
  elsif person_status <> 'active' then
    perform private.refuse(409, 'user_not_active', 'This person''s account is not active.');
  end if;
  perform private.require_free_seat(clinic);
  update public.memberships m
  set status = 'active', status_reason = reason, status_changed_at = clock_timestamp(), status_changed_by = auth.uid(), deletion_id = null
  where m.id = member.id
  returning * into member;
  return jsonb_build_object('user_id', member.user_id, 'status', member.status);
end;
$$;
comment on function private.restore_membership(public.tenants, uuid, text[], text) is
  'Re-activates one membership that is in one of these statuses, under the seat rule. The caller holds the lock on the clinic.';

create function private.admin_restore_member(tenant_id uuid, user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  reason := private.require_reason(reason);
  return private.restore_membership(private.lock_tenant(tenant_id), user_id, array['active', 'disabled', 'removed', 'revoked'], reason);
end;
$$;
create function public.admin_restore_member(tenant_id uuid, user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_restore_member(tenant_id, user_id, reason);
comment on function public.admin_restore_member(uuid, uuid, text) is
  'Super-admin: gives a disabled or removed member their access back: { user_id, status }. 422 reason_required; 409 no_seats_left, no_seat_allocation, member_already_active, user_not_active, tenant_not_active; 404 clinic_not_found, member_not_found.';

create function private.restore_member(tenant_id uuid, user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  reason := private.require_reason(reason);
  return private.restore_membership(private.lock_tenant(tenant_id), user_id, array['disabled'], reason);
end;
$$;
create function public.restore_member(tenant_id uuid, user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.restore_member(tenant_id, user_id, reason);
comment on function public.restore_member(uuid, uuid, text) is
  'Owner: gives a disabled member their access back when a seat is free: { user_id, status }. 422 reason_required; 409 no_seats_left, no_seat_allocation, user_not_active; 403 owner_required; 404 clinic_not_found, member_not_found.';

grant execute on function private.admin_restore_member(uuid, uuid, text), public.admin_restore_member(uuid, uuid, text),
  private.restore_member(uuid, uuid, text), public.restore_member(uuid, uuid, text) to authenticated;

-- joining, again ---------------------------------------------------------------------------------------------------

create or replace function private.consume_invitation(token text, address text, person uuid) returns public.invitations
language plpgsql
security definer
set search_path = ''
as $$
declare
  hash text := private.hash_token(token);
  clinic public.tenants;
  invitation public.invitations;
begin
  if exists (select from public.invitations i where i.token_hash = hash and i.tenant_id is null) then
    perform private.lock_lifecycle();
  end if;
  select t.* into clinic
  from public.invitations i join public.tenants t on t.id = i.tenant_id
  where i.token_hash = hash
  for no key update of t;
  -- Whoever accepts with an account must not be deleted in the same moment: the deletion would miss the new membership.
  perform from public.profiles p where p.user_id = person for share;
  if exists (select from public.profiles p where p.user_id = person and p.status <> 'active') then
    perform private.refuse(403, 'account_inactive', 'This account is not active.');
  end if;

  select * into invitation from public.invitations i where i.token_hash = hash for update;
  if invitation.id is null then
    perform private.refuse(404, 'invitation_unknown', 'There is no such invitation.');
  end if;
  case private.invitation_state(invitation)
    when 'used' then perform private.refuse(409, 'invitation_used', 'This invitation has already been used.');
    when 'revoked' then perform private.refuse(409, 'invitation_revoked', 'This invitation has been withdrawn.');
    when 'expired' then perform private.refuse(409, 'invitation_expired', 'This invitation has expired.');
    else null;
  end case;
  if invitation.email is distinct from private.normal_email(address) then
    perform private.refuse(409, 'invitation_wrong_address', 'This invitation is for another e-mail address.');
  end if;
  if invitation.tenant_id is not null then
    if clinic.status <> 'active' then
      perform private.refuse(409, 'invitation_unavailable', 'This clinic is not active at the moment.');
    end if;
    -- The invitation holds a seat while it is open, but the number of seats may have been lowered since.
    if (select count(*) from public.memberships m where m.tenant_id = clinic.id and m.status = 'active') >= clinic.max_seats then
      perform private.refuse(409, 'no_seats_left', 'All seats of this clinic are taken.');
    end if;
  end if;

  update public.invitations set used_at = now(), used_by = person where id = invitation.id returning * into invitation;
  return invitation;
end;
$$;

create or replace function private.join_by_invitation(invitation public.invitations, person uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  status text;
  changed_at timestamptz;
begin
  if invitation.tenant_id is null then
    select a.status, a.status_changed_at into status, changed_at
    from public.platform_admins a where a.user_id = person for no key update;
  else
    select m.status, m.status_changed_at into status, changed_at
    from public.memberships m where m.tenant_id = invitation.tenant_id and m.user_id = person for no key update;
  end if;
  if status = 'active' then
    perform private.refuse(409, 'already_member', 'You already have this access.');
  elsif changed_at >= invitation.created_at then
    -- Ended after the invitation was written: only a newer invitation brings the person back.
    perform private.refuse(409, 'membership_removed', 'Your access was ended after this invitation was sent.');
  end if;

  -- The reason says how the person came back; the one for which the access had ended must not stay behind.
  if invitation.tenant_id is null then
    insert into public.platform_admins (user_id, created_by) values (person, invitation.created_by)
    on conflict (user_id) do update
      set status = 'active', status_reason = 'Accepted a new invitation.', status_changed_at = clock_timestamp();
  else
    insert into public.memberships (tenant_id, user_id, role) values (invitation.tenant_id, person, invitation.role)
    on conflict (tenant_id, user_id) do update
      set role = excluded.role, status = 'active', permissions = '{}', joined_at = now(), deletion_id = null,
          status_reason = 'Accepted a new invitation.', status_changed_at = clock_timestamp(), status_changed_by = person;
  end if;
end;
$$;
