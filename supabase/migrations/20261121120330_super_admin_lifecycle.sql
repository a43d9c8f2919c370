-- What: giving and taking the platform role.
-- Who:  super-admins, also towards themselves while another remains; bootstrap_super_admin: service_role alone.
-- Relies on: platform, status_transitions (which keeps the last super-admin), audit and user_lifecycle migrations.

create function private.admin_grant_super_admin(user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person public.profiles;
begin
  perform private.begin_lifecycle_change();
  reason := private.require_reason(reason);
  person := private.lock_user(user_id);
  if person.status <> 'active' then
    perform private.refuse(409, 'user_not_active', format('This account is %s.', person.status));
  elsif exists (select from auth.users u where u.id = person.user_id and u.email_confirmed_at is null) then
    -- Made with a revealed link: nobody has proved the mailbox yet.
    perform private.refuse(409, 'email_unconfirmed', 'This account has not confirmed its e-mail address yet.');
  elsif exists (select from public.platform_admins a where a.user_id = person.user_id and a.status = 'active') then
    perform private.refuse(409, 'already_super_admin', 'This person is a super-admin already.');
  end if;
  perform private.because(reason);
  insert into public.platform_admins (user_id, status_reason, created_by) values (person.user_id, reason, auth.uid())
  on conflict on constraint platform_admins_pkey do update
    set status = 'active', status_reason = excluded.status_reason, status_changed_at = clock_timestamp();
  return private.user_json(person);
end;
$$;
create function public.admin_grant_super_admin(user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_grant_super_admin(user_id, reason);
comment on function public.admin_grant_super_admin(uuid, text) is
  'Super-admin: makes a person a super-admin and returns the person. 422 reason_required; 409 already_super_admin, user_not_active, email_unconfirmed; 404 user_not_found.';

create function private.admin_revoke_super_admin(user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person public.profiles;
begin
  perform private.begin_lifecycle_change();
  reason := private.require_reason(reason);
  person := private.lock_user(user_id);
  update public.platform_admins a set status = 'revoked', status_reason = reason, status_changed_at = clock_timestamp()
  where a.user_id = person.user_id and a.status = 'active';
  if not found then
    perform private.refuse(409, 'not_super_admin', 'This person is not a super-admin.');
  end if;
  return private.user_json(person);
end;
$$;
create function public.admin_revoke_super_admin(user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_revoke_super_admin(user_id, reason);
comment on function public.admin_revoke_super_admin(uuid, text) is
  'Super-admin: takes the platform role from a person, oneself included, and returns the person. 422 reason_required; 409 not_super_admin, last_super_admin; 404 user_not_found.';

grant execute on function private.admin_grant_super_admin(uuid, text), public.admin_grant_super_admin(uuid, text),
  private.admin_revoke_super_admin(uuid, text), public.admin_revoke_super_admin(uuid, text) to authenticated;

create or replace function private.bootstrap_super_admin(email text, token_hash text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  address text := private.require_email(email);
  person public.profiles;
begin
  -- Two calls for one new address must not both write an invitation, and nobody named here changes meanwhile.
  perform private.lock_lifecycle();
  select p.* into person from public.profiles p where p.email = address;
  if person.user_id is null then
    update public.invitations i set revoked_at = now()
    where i.tenant_id is null and i.email = address and i.used_at is null and i.revoked_at is null;
    insert into public.invitations (role, email, token_hash) values ('super_admin', address, token_hash);
    return jsonb_build_object('outcome', 'invited', 'email', address);
  elsif person.status <> 'active' then
    perform private.refuse(409, 'account_inactive', 'This account is not active.');
  elsif exists (select from auth.users u where u.id = person.user_id and u.email_confirmed_at is null) then
    -- Made with a revealed link: nobody has proved the mailbox yet.
    perform private.refuse(409, 'email_unconfirmed', 'This account has not confirmed its e-mail address yet.');
  elsif exists (select from public.platform_admins a where a.user_id = person.user_id and a.status = 'active') then
    return jsonb_build_object('outcome', 'already_super_admin', 'email', address);
  end if;
  insert into public.platform_admins (user_id) values (person.user_id)
  on conflict (user_id) do update
    set status = 'active', status_reason = 'Promoted with npm run admin:create.', status_changed_at = clock_timestamp();
  return jsonb_build_object('outcome', 'promoted', 'email', address);
end;
$$;
