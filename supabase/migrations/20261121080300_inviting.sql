-- What: writing, sending and withdrawing invitations, under the seat rule.
-- Who:  owners of the clinic and super-admins; issuing and recording tokens: service_role alone, for the Edge Function send-invitation.
-- Relies on: tenancy and invitations migrations. Order of locks: tenant, then invitation, then membership.

-- seats and invitations --------------------------------------------------------------------------------------------

create function private.seat_usage(tenant_id uuid, out active integer, out open integer)
language sql
stable
set search_path = ''
begin atomic
  select
    (select count(*)::integer from public.memberships m where m.tenant_id = seat_usage.tenant_id and m.status = 'active'),
    (select count(*)::integer from public.invitations i where i.tenant_id = seat_usage.tenant_id
      and i.used_at is null and i.revoked_at is null and i.expires_at > now());
end;
comment on function private.seat_usage(uuid) is 'Seats taken: active members and open invitations. Count only after locking the tenant.';

create function private.require_free_seat(clinic public.tenants) returns void
language plpgsql
set search_path = ''
as $$
declare
  taken record;
begin
  if clinic.max_seats = 0 then
    perform private.refuse(409, 'no_seat_allocation', 'No seats are allocated to this clinic.');
  end if;
  select * into taken from private.seat_usage(clinic.id);
  if taken.active + taken.open >= clinic.max_seats then
    perform private.refuse(409, 'no_seats_left', 'All seats of this clinic are taken.',
      format('%s members, %s open invitations, %s seats', taken.active, taken.open, clinic.max_seats));
  end if;
end;
$$;
comment on function private.require_free_seat(public.tenants) is 'Refuses without a free seat. The caller holds the lock on the tenant.';

create function private.create_invitation(tenant_id uuid, email text, role text) returns public.invitations
language plpgsql
set search_path = ''
as $$
declare
  address text := private.require_email(email);
  clinic public.tenants;
  existing public.invitations;
  invitation public.invitations;
begin
  select * into clinic from public.tenants t where t.id = create_invitation.tenant_id for no key update;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  elsif clinic.status <> 'active' then
    perform private.refuse(409, 'tenant_not_active', 'This clinic is not active.');
  end if;
  if exists (
    select from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = clinic.id and m.status = 'active' and p.email = address
  ) then
    perform private.refuse(409, 'already_member', 'This person already belongs to the clinic.');
  end if;
  select * into existing from public.invitations i
  where i.tenant_id = clinic.id and i.email = address and i.used_at is null and i.revoked_at is null for update;
  if existing.id is not null and private.invitation_state(existing) = 'open' then
    perform private.refuse(409, 'invitation_open', 'There is already an open invitation for this address.');
  end if;
  perform private.require_free_seat(clinic);
  update public.invitations set revoked_at = now(), revoked_by = auth.uid() where id = existing.id;
  insert into public.invitations (tenant_id, role, email, created_by)
  values (clinic.id, create_invitation.role, address, auth.uid())
  returning * into invitation;
  return invitation;
end;
$$;
comment on function private.create_invitation(uuid, text, text) is
  'Writes an invitation without a token, under the seat rule; an expired one for the same address is superseded. The caller has checked who may.';

create function private.invite_member(tenant_id uuid, email text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return private.invitation_json(private.create_invitation(tenant_id, email, 'staff'));
end;
$$;
create function public.invite_member(tenant_id uuid, email text) returns jsonb language sql set search_path = ''
return private.invite_member(tenant_id, email);
comment on function public.invite_member(uuid, text) is
  'Owner: invites a person as staff and returns the invitation; send-invitation mails it. 422 email_invalid; 409 already_member, invitation_open, no_seat_allocation, no_seats_left.';
grant execute on function private.invite_member(uuid, text), public.invite_member(uuid, text) to authenticated;

create function private.manages_invitation(invitation public.invitations, person uuid) returns boolean
language sql
stable
security definer
set search_path = ''
begin atomic
  select exists (
    select from public.profiles p
    where p.user_id = person and p.status = 'active' and (
      exists (select from public.platform_admins a where a.user_id = p.user_id and a.status = 'active')
      or exists (
        select from public.memberships m join public.tenants t on t.id = m.tenant_id and t.status = 'active'
        where m.tenant_id = (invitation).tenant_id and m.user_id = p.user_id and m.role = 'owner' and m.status = 'active'
          and (invitation).role = 'staff')
    )
  );
end;
comment on function private.manages_invitation(public.invitations, uuid) is
  'Whether the person may send, reveal or revoke the invitation: a super-admin, or for staff an owner of the clinic.';

create function private.works_in(tenant_id uuid, person uuid) returns boolean
language sql
stable
security definer
set search_path = ''
begin atomic
  select exists (
    select from public.memberships m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    where m.tenant_id = works_in.tenant_id and m.user_id = person and m.status = 'active'
  );
end;
comment on function private.works_in(uuid, uuid) is 'Whether the person belongs to the clinic now; for functions that act for somebody named by the service role.';

create function private.lock_managed_invitation(invitation_id uuid, person uuid) returns public.invitations
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  perform from public.tenants t
  where t.id = (select i.tenant_id from public.invitations i where i.id = invitation_id)
  for no key update;
  select * into invitation from public.invitations i where i.id = invitation_id for update;
  if invitation.id is not null and not private.manages_invitation(invitation, person) and private.works_in(invitation.tenant_id, person) then
    perform private.refuse(403, 'not_allowed', 'Only an owner may manage staff invitations, and only a super-admin the others.');
  elsif invitation.id is null or not private.manages_invitation(invitation, person) then
    perform private.refuse(404, 'invitation_not_found', 'There is no such invitation.');
  end if;
  case private.invitation_state(invitation)
    when 'used' then perform private.refuse(409, 'invitation_used', 'This invitation has already been used.');
    when 'revoked' then perform private.refuse(409, 'invitation_revoked', 'This invitation has been withdrawn.');
    else null;
  end case;
  return invitation;
end;
$$;
comment on function private.lock_managed_invitation(uuid, uuid) is
  'The open or expired invitation, locked after its tenant, if the person may manage it; else 404 or 409.';

create function private.revoke_invitation(invitation_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations := private.lock_managed_invitation(invitation_id, auth.uid());
begin
  update public.invitations set revoked_at = now(), revoked_by = auth.uid() where id = invitation.id returning * into invitation;
  return private.invitation_json(invitation);
end;
$$;
create function public.revoke_invitation(invitation_id uuid) returns jsonb language sql set search_path = ''
return private.revoke_invitation(invitation_id);
comment on function public.revoke_invitation(uuid) is
  'Owner of the clinic or super-admin: withdraws an open or expired invitation. 403 not_allowed; 404 invitation_not_found; 409 invitation_used, invitation_revoked.';
grant execute on function private.revoke_invitation(uuid), public.revoke_invitation(uuid) to authenticated;

-- sending: for the Edge Function alone -----------------------------------------------------------------------------

create function private.issue_invitation_token(invitation_id uuid, actor_id uuid, token_hash text, revealed boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations := private.lock_managed_invitation(invitation_id, actor_id);
  clinic public.tenants;
  wait integer;
begin
  -- Over all unused invitations of the address, else withdrawing and inviting anew would get round the pause.
  select ceil(extract(epoch from max(private.resend_available_at(i)) - now())) into wait
  from public.invitations i
  where i.tenant_id is not distinct from invitation.tenant_id and i.email = invitation.email and i.used_at is null;
  if wait is not null then
    -- The form with status and headers, because a client that has to wait should be told how long.
    raise sqlstate 'PGRST' using
      message = json_build_object('code', 'PT429', 'message', 'An e-mail has just gone out. Please wait a moment.',
        'hint', 'resend_cooldown', 'details', wait::text)::text,
      detail = json_build_object('status', 429, 'headers', json_build_object('Retry-After', wait::text))::text;
  end if;
  select * into clinic from public.tenants t where t.id = invitation.tenant_id;
  if clinic.status <> 'active' then
    perform private.refuse(409, 'tenant_not_active', 'This clinic is not active.');
  elsif clinic.id is not null and private.invitation_state(invitation) = 'expired' then
    perform private.require_free_seat(clinic);
  end if;
  update public.invitations i
  set token_hash = issue_invitation_token.token_hash, token_issued_at = now(), revealed = issue_invitation_token.revealed, expires_at = default,
      delivery = case when issue_invitation_token.revealed then 'revealed' else 'pending' end,
      delivery_error = null, delivery_provider_id = null,
      delivered_at = case when issue_invitation_token.revealed then now() end
  where i.id = invitation.id
  returning * into invitation;
  return jsonb_build_object(
    'email', invitation.email, 'role', invitation.role, 'clinic_name', clinic.name, 'expires_at', invitation.expires_at,
    'inviter_name', (select nullif(btrim(p.first_name || ' ' || p.last_name), '') from public.profiles p where p.user_id = actor_id),
    'language', (select p.language from public.profiles p where p.user_id = actor_id)
  );
end;
$$;
create function public.issue_invitation_token(invitation_id uuid, actor_id uuid, token_hash text, revealed boolean default false)
returns jsonb language sql set search_path = ''
return private.issue_invitation_token(invitation_id, actor_id, token_hash, revealed);
comment on function public.issue_invitation_token(uuid, uuid, text, boolean) is
  'Service role: stores the hash of a new token if the actor may manage the invitation, and returns what the mail needs. The previous link stops working. 429 resend_cooldown within 60 s of a delivered link and while one is being delivered.';
grant execute on function private.issue_invitation_token(uuid, uuid, text, boolean), public.issue_invitation_token(uuid, uuid, text, boolean)
  to service_role;

create function private.record_invitation_delivery(invitation_id uuid, token_hash text, outcome text, error text, provider_id text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  invitation public.invitations;
begin
  -- Only for the token this mail carried: a slower, older attempt must not overwrite the state of a newer one.
  update public.invitations i
  set delivery = outcome, delivery_error = left(error, 500), delivery_provider_id = provider_id,
      delivered_at = case when outcome = 'sent' then now() end
  where i.id = invitation_id and i.token_hash = record_invitation_delivery.token_hash and not i.revealed;
  select * into invitation from public.invitations i where i.id = invitation_id;
  return private.invitation_json(invitation);
end;
$$;
create function public.record_invitation_delivery(
  invitation_id uuid, token_hash text, outcome text, error text default null, provider_id text default null)
returns jsonb language sql set search_path = ''
return private.record_invitation_delivery(invitation_id, token_hash, outcome, error, provider_id);
comment on function public.record_invitation_delivery(uuid, text, text, text, text) is
  'Service role: records what became of the mail with this token (sent, not_configured, failed) and returns the invitation as it is now.';
grant execute on function private.record_invitation_delivery(uuid, text, text, text, text),
  public.record_invitation_delivery(uuid, text, text, text, text) to service_role;
