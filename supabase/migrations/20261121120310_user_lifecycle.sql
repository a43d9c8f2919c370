-- What: a person's life on the platform: edit, suspend, resume, delete, restore.
-- Who:  super-admins; never towards themselves where access would end.
-- Relies on: tenancy, inviting, status_transitions, audit and tenant_lifecycle migrations; auth.users and auth.sessions.

create function private.last_seen_at(user_id uuid) returns timestamptz
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return greatest(
    (select u.last_sign_in_at from auth.users u where u.id = last_seen_at.user_id),
    -- The Auth service writes refreshed_at without a zone, in UTC.
    (select max(greatest(s.created_at, s.refreshed_at at time zone 'UTC')) from auth.sessions s where s.user_id = last_seen_at.user_id));
end;
$$;
comment on function private.last_seen_at(uuid) is
  'When the person last signed in or renewed a session, null for never; at most as old as an access token lives.';

create function private.user_json(person public.profiles) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'user_id', (person).user_id, 'email', (person).email, 'first_name', (person).first_name, 'last_name', (person).last_name,
    'language', (person).language, 'time_zone', (person).time_zone,
    'status', (person).status, 'status_reason', (person).status_reason, 'status_changed_at', (person).status_changed_at,
    'deleted_at', (person).deleted_at, 'erased_at', (person).erased_at,
    'is_super_admin', exists (select from public.platform_admins a where a.user_id = (person).user_id and a.status = 'active'),
    'created_at', (person).created_at, 'updated_at', (person).updated_at, 'last_seen_at', private.last_seen_at((person).user_id),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'tenant_id', t.id, 'slug', t.slug, 'name', t.name, 'tenant_status', t.status, 'role', m.role, 'status', m.status)
        order by t.name, t.id)
      from public.memberships m join public.tenants t on t.id = m.tenant_id
      where m.user_id = (person).user_id
    ), '[]'));
end;
comment on function private.user_json(public.profiles) is 'A person as the platform pages show them, with all memberships, ended ones too.';

create function private.lock_user(user_id uuid) returns public.profiles
language plpgsql
set search_path = ''
as $$
declare
  person public.profiles;
begin
  select * into person from public.profiles p where p.user_id = lock_user.user_id for no key update;
  if person.user_id is null then
    perform private.refuse(404, 'user_not_found', 'There is no such person.');
  end if;
  return person;
end;
$$;
comment on function private.lock_user(uuid) is 'The person''s profile, locked; else 404 user_not_found. The caller has checked who may.';

create function private.end_sessions(person uuid) returns void
language plpgsql
set search_path = ''
as $$
begin
  delete from auth.sessions s where s.user_id = person;
end;
$$;
comment on function private.end_sessions(uuid) is
  'Signs a person out everywhere: no session can be renewed. Access tokens live on until they expire, but open nothing for somebody who is not active.';

-- edit -------------------------------------------------------------------------------------------------------------

create function private.require_person_name(name text) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if length(btrim(name)) > 100 then
    perform private.refuse(422, 'name_too_long', 'The name is longer than 100 characters.');
  elsif private.has_hidden_characters(btrim(name)) then
    perform private.refuse(422, 'name_invalid', 'The name holds characters that cannot be seen.');
  end if;
  return coalesce(btrim(name), '');
end;
$$;
comment on function private.require_person_name(text) is 'The trimmed first or last name, which may be empty, or refusal name_too_long or name_invalid (422).';

create function private.admin_update_user(
  user_id uuid, first_name text, last_name text, language text, time_zone text, seen_updated_at timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person public.profiles;
begin
  perform private.require_super_admin();
  if language is null or language not in ('en', 'ro') then
    perform private.refuse(422, 'language_unknown', 'There is no such language.');
  end if;
  person := private.lock_user(user_id);
  perform private.require_unchanged(person.updated_at, seen_updated_at);
  if person.status = 'deleted' then
    perform private.refuse(409, 'user_already_deleted', 'This account has been deleted.');
  end if;
  update public.profiles p
  set first_name = private.require_person_name(admin_update_user.first_name),
      last_name = private.require_person_name(admin_update_user.last_name),
      language = admin_update_user.language, time_zone = admin_update_user.time_zone
  where p.user_id = person.user_id
  returning * into person;
  return private.user_json(person);
end;
$$;
create function public.admin_update_user(
  user_id uuid, first_name text, last_name text, language text, time_zone text default null, seen_updated_at timestamptz default null)
returns jsonb language sql set search_path = ''
return private.admin_update_user(user_id, first_name, last_name, language, time_zone, seen_updated_at);
comment on function public.admin_update_user(uuid, text, text, text, text, timestamptz) is
  'Super-admin: changes a person''s name, language and time zone (null: the clinic''s) and returns the person. 409 changed_meanwhile, user_already_deleted; 404 user_not_found; 422 name_too_long, name_invalid, language_unknown, time_zone_unknown.';
grant execute on function private.admin_update_user(uuid, text, text, text, text, timestamptz),
  public.admin_update_user(uuid, text, text, text, text, timestamptz) to authenticated;

-- suspend and resume -----------------------------------------------------------------------------------------------

create function private.admin_suspend_user(user_id uuid, reason text) returns jsonb
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
  if person.user_id = auth.uid() then
    perform private.refuse(409, 'cannot_act_on_self', 'You cannot suspend yourself.');
  elsif person.status <> 'active' then
    perform private.refuse(409, 'user_not_active', format('This account is %s.', person.status));
  end if;
  update public.profiles p set status = 'suspended', status_reason = reason, status_changed_at = clock_timestamp()
  where p.user_id = person.user_id
  returning * into person;
  perform private.end_sessions(person.user_id);
  return private.user_json(person);
end;
$$;
create function public.admin_suspend_user(user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_suspend_user(user_id, reason);
comment on function public.admin_suspend_user(uuid, text) is
  'Super-admin: suspends a person, who loses access with the next request and is signed out; returns the person. 422 reason_required; 409 user_not_active, cannot_act_on_self, last_super_admin; 404 user_not_found.';

create function private.admin_resume_user(user_id uuid, reason text) returns jsonb
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
  if person.status <> 'suspended' then
    perform private.refuse(409, 'user_not_suspended', format('This account is %s.', person.status));
  end if;
  update public.profiles p set status = 'active', status_reason = reason, status_changed_at = clock_timestamp()
  where p.user_id = person.user_id
  returning * into person;
  return private.user_json(person);
end;
$$;
create function public.admin_resume_user(user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_resume_user(user_id, reason);
comment on function public.admin_resume_user(uuid, text) is
  'Super-admin: gives a suspended person their access back and returns the person. 422 reason_required; 409 user_not_suspended; 404 user_not_found.';

grant execute on function private.admin_suspend_user(uuid, text), public.admin_suspend_user(uuid, text),
  private.admin_resume_user(uuid, text), public.admin_resume_user(uuid, text) to authenticated;

-- delete and restore -----------------------------------------------------------------------------------------------

create function private.admin_delete_user(user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person public.profiles;
  revoked uuid[];
  owned uuid[];
begin
  perform private.begin_lifecycle_change();
  reason := private.require_reason(reason);
  perform from public.tenants t
  where t.id in (select m.tenant_id from public.memberships m where m.user_id = admin_delete_user.user_id and m.status = 'active')
  order by t.id
  for no key update;
  person := private.lock_user(user_id);
  if person.user_id = auth.uid() then
    perform private.refuse(409, 'cannot_act_on_self', 'You cannot delete yourself.');
  elsif person.status = 'deleted' then
    perform private.refuse(409, 'user_already_deleted', 'This account has already been deleted.');
  end if;
  update public.profiles p
  set status = 'deleted', status_reason = reason, status_changed_at = clock_timestamp(),
      deleted_at = now(), deleted_by = auth.uid(), deletion_id = gen_random_uuid()
  where p.user_id = person.user_id
  returning * into person;
  with ended as (
    update public.memberships m
    set status = 'revoked', status_reason = reason, status_changed_at = clock_timestamp(), status_changed_by = auth.uid(),
        deletion_id = person.deletion_id
    where m.user_id = person.user_id and m.status = 'active'
    returning m.tenant_id, m.role
  )
  select array_agg(e.tenant_id), array_agg(e.tenant_id) filter (where e.role = 'owner') into revoked, owned from ended e;
  perform private.end_sessions(person.user_id);
  return jsonb_build_object(
    'user', private.user_json(person),
    'memberships_revoked', coalesce((
      select jsonb_agg(jsonb_build_object('tenant_id', t.id, 'name', t.name) order by t.name, t.id)
      from public.tenants t where t.id = any (revoked)), '[]'),
    'clinics_without_owner', coalesce((
      select jsonb_agg(jsonb_build_object('tenant_id', t.id, 'name', t.name) order by t.name, t.id)
      from public.tenants t
      where t.id = any (owned) and not exists (
        select from public.memberships m join public.profiles p on p.user_id = m.user_id
        where m.tenant_id = t.id and m.role = 'owner' and m.status = 'active' and p.status = 'active')), '[]'));
end;
$$;
create function public.admin_delete_user(user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_delete_user(user_id, reason);
comment on function public.admin_delete_user(uuid, text) is
  'Super-admin: marks a person as deleted, revokes their active memberships and signs them out: { user, memberships_revoked: [{ tenant_id, name }], clinics_without_owner: [{ tenant_id, name }] }. Nothing is removed. 422 reason_required; 409 user_already_deleted, cannot_act_on_self, last_super_admin; 404 user_not_found.';

create function private.restore_memberships(
  person public.profiles, deletion uuid, reason text, out restored jsonb, out left_disabled jsonb)
language plpgsql
set search_path = ''
as $$
declare
  membership record;
  seats record;
  why text;
begin
  restored := '[]';
  left_disabled := '[]';
  for membership in
    select m.id, t.id as tenant_id, t.name, t.status as tenant_status, t.deletion_id as tenant_deletion, t.max_seats
    from public.memberships m join public.tenants t on t.id = m.tenant_id
    where m.user_id = person.user_id and m.status = 'revoked' and m.deletion_id = deletion
    order by t.name, t.id
    for no key update of m
  loop
    select * into seats from private.seat_usage(membership.tenant_id);
    why := case
      when membership.tenant_status = 'deleted' then 'tenant_deleted'
      when seats.active + seats.open >= membership.max_seats then 'no_seats_left'
    end;
    -- In a deleted clinic it is from here on the clinic's deletion that keeps the membership, so the clinic's restore revives it.
    update public.memberships m
    set status = case when why is null then 'active' else 'disabled' end,
        deletion_id = case when why = 'tenant_deleted' then membership.tenant_deletion end,
        status_reason = reason, status_changed_at = clock_timestamp(), status_changed_by = auth.uid()
    where m.id = membership.id;
    if why is null then
      restored := restored || jsonb_build_object('tenant_id', membership.tenant_id, 'name', membership.name);
    else
      left_disabled := left_disabled || jsonb_build_object('tenant_id', membership.tenant_id, 'name', membership.name, 'why', why);
    end if;
  end loop;
end;
$$;
comment on function private.restore_memberships(public.profiles, uuid, text) is
  'Re-activates the memberships that this deletion of the person revoked, where a seat is free. The caller holds the lifecycle lock and the locks on the clinics.';

create function private.admin_restore_user(user_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  person public.profiles;
  deletion uuid;
  memberships record;
begin
  perform private.begin_lifecycle_change();
  reason := private.require_reason(reason);
  perform from public.tenants t
  where t.id in (select m.tenant_id from public.memberships m where m.user_id = admin_restore_user.user_id and m.status = 'revoked')
  order by t.id
  for no key update;
  person := private.lock_user(user_id);
  if person.status <> 'deleted' then
    perform private.refuse(409, 'user_not_deleted', 'This account is not deleted.');
  elsif person.erased_at is not null then
    perform private.refuse(409, 'user_erased', 'The personal data of this account were erased. Invite the person again.');
  end if;
  deletion := person.deletion_id;
  update public.profiles p
  set status = 'active', status_reason = reason, status_changed_at = clock_timestamp(),
      deleted_at = null, deleted_by = null, deletion_id = null
  where p.user_id = person.user_id
  returning * into person;
  select * into memberships from private.restore_memberships(person, deletion, reason);
  return jsonb_build_object('user', private.user_json(person), 'restored', memberships.restored, 'left_disabled', memberships.left_disabled);
end;
$$;
create function public.admin_restore_user(user_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_restore_user(user_id, reason);
comment on function public.admin_restore_user(uuid, text) is
  'Super-admin: brings a deleted person back with the memberships this deletion revoked: { user, restored: [{ tenant_id, name }], left_disabled: [{ tenant_id, name, why: no_seats_left|tenant_deleted }] }. 422 reason_required; 409 user_not_deleted, user_erased; 404 user_not_found.';

grant execute on function private.admin_delete_user(uuid, text), public.admin_delete_user(uuid, text),
  private.admin_restore_user(uuid, text), public.admin_restore_user(uuid, text) to authenticated;
