-- What: which tables the audit log watches, who counts as the actor where no person's token is at hand, failed sign-ins.
-- Who:  triggers; record_password_attempt is called by the Auth service as a hook (config.toml).
-- Relies on: audit migration and those of the watched tables.

create trigger audit_change after insert or update or delete on public.tenants
  for each row execute function private.audit_row_change('tenant');
create trigger audit_change after insert or update or delete on public.profiles
  for each row execute function private.audit_row_change('user');
create trigger audit_change after insert or update or delete on public.memberships
  for each row execute function private.audit_row_change('member', 'insert:joined');
create trigger audit_change after insert or update or delete on public.platform_admins
  for each row execute function private.audit_row_change('super_admin', 'insert:granted');
create trigger audit_change after insert or update or delete on public.invitations
  for each row execute function private.audit_row_change('invitation', 'used_at:accepted', 'revoked_at:revoked', 'token_hash:link_issued', 'delivery:delivered');
create trigger audit_change after insert or update or delete on public.clients
  for each row execute function private.audit_row_change('client', 'archived_at:archived');

-- who acts ---------------------------------------------------------------------------------------------------------

create function private.act_for_new_user() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.act_for(new.id, private.normal_email(new.email));
  return new;
end;
$$;
comment on function private.act_for_new_user() is
  'Trigger before insert on auth.users: who signs up is the actor of what follows. Named to fire before admit_new_user (triggers fire by name).';
create trigger act_for_new_user before insert on auth.users for each row execute function private.act_for_new_user();

create or replace function private.lock_managed_invitation(invitation_id uuid, person uuid) returns public.invitations
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
  -- send-invitation names the person it acts for; without this the event would only know the service role.
  perform private.act_for(person);
  return invitation;
end;
$$;

-- failed sign-ins --------------------------------------------------------------------------------------------------

create function private.record_password_attempt(event jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person public.profiles;
begin
  if not coalesce((event ->> 'valid')::boolean, true) then
    select * into person from public.profiles p where p.user_id = (event ->> 'user_id')::uuid;
    -- Nobody is named as the actor: who typed a wrong password is exactly what is not known.
    perform private.act_for(null);
    -- The hook is no request of the Data API; what the Auth service knows of the address comes with the event.
    perform set_config('request.headers', jsonb_build_object('x-forwarded-for', event #>> '{metadata,ip_address}')::text, true);
    perform private.record_event('sign_in.failed', null, 'user', person.user_id::text, person.email, succeeded => false);
  end if;
  return jsonb_build_object('decision', 'continue');
end;
$$;
create function public.record_password_attempt(event jsonb) returns jsonb language sql set search_path = ''
return private.record_password_attempt(event);
comment on function public.record_password_attempt(jsonb) is
  'Auth hook password_verification_attempt: records a wrong password for a known account as sign_in.failed, and never decides otherwise than to continue.';
grant usage on schema public to supabase_auth_admin;
grant execute on function private.record_password_attempt(jsonb), public.record_password_attempt(jsonb) to supabase_auth_admin;
