-- What: memberships and platform roles keep whose they are; a clinic learns that somebody's account was deleted, not why.
-- Who:  super-admins, and the database's owner by direct SQL; erasing a person seals the log before it locks anything.
-- Relies on: status_transitions, user_lifecycle, erasure and super_admin_mfa migrations, whose functions it replaces.

create function private.refuse_key_change() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse(409, 'never_moved', format('A row of %s stays with whom it belongs to.', tg_table_name));
  return null;
end;
$$;
comment on function private.refuse_key_change() is
  'Trigger: a membership or a platform role is not moved to somebody else, which would get round the guards on its status.';
create trigger never_moved before update of user_id on public.platform_admins for each row
  when (new.user_id is distinct from old.user_id) execute function private.refuse_key_change();
create trigger never_moved before update of tenant_id, user_id on public.memberships for each row
  when (new.tenant_id is distinct from old.tenant_id or new.user_id is distinct from old.user_id) execute function private.refuse_key_change();

create or replace function private.admin_delete_user(user_id uuid, reason text) returns jsonb
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
    -- Why the person was deleted is the platform's matter; their clinics learn that they were.
    set status = 'revoked', status_reason = 'The account was deleted.', status_changed_at = clock_timestamp(), status_changed_by = auth.uid(),
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

drop function private.restore_memberships(public.profiles, uuid, text);
create function private.restore_memberships(
  person public.profiles, deletion uuid, out restored jsonb, out left_disabled jsonb)
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
        status_reason = 'The account was restored.', status_changed_at = clock_timestamp(), status_changed_by = auth.uid()
    where m.id = membership.id;
    if why is null then
      restored := restored || jsonb_build_object('tenant_id', membership.tenant_id, 'name', membership.name);
    else
      left_disabled := left_disabled || jsonb_build_object('tenant_id', membership.tenant_id, 'name', membership.name, 'why', why);
    end if;
  end loop;
end;
$$;
comment on function private.restore_memberships(public.profiles, uuid) is
  'Re-activates the memberships that this deletion of the person revoked, where a seat is free. The caller holds the lifecycle lock and the locks on the clinics.';

create or replace function private.admin_restore_user(user_id uuid, reason text) returns jsonb
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
  select * into memberships from private.restore_memberships(person, deletion);
  return jsonb_build_object('user', private.user_json(person), 'restored', memberships.restored, 'left_disabled', memberships.left_disabled);
end;
$$;

create or replace function private.erase_person(user_id uuid, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  person public.profiles;
  addresses text[];
  invitation uuid;
  invitations integer := 0;
  events integer;
  auth_data jsonb;
  watched text;
begin
  reason := private.require_reason(reason);
  -- Before the locks, because it may take a while.
  perform private.require_sealed_audit();
  -- In the order in which accepting an invitation writes them, so that nobody who is signing up deadlocks with this.
  lock table public.invitations, public.profiles, public.memberships, public.platform_admins in share row exclusive mode;
  select * into person from public.profiles p where p.user_id = erase_person.user_id;
  if person.user_id is null then
    perform private.refuse(404, 'user_not_found', 'There is no such person.');
  elsif person.status <> 'deleted' then
    perform private.refuse(409, 'user_not_deleted', 'Only the data of a deleted account are erased: delete the account first.');
  elsif person.erased_at is not null then
    perform private.refuse(409, 'user_erased', 'The personal data of this account were erased already.');
  end if;
  addresses := array(
    select distinct i.email from public.invitations i where i.used_by = person.user_id union select person.email);

  -- While the address is still known, by which the log finds the events about invitations.
  events := private.erase_audit_of_user(person.user_id, reason);
  for invitation in
    select i.id from public.invitations i where i.email = any (addresses) order by i.id
  loop
    invitations := invitations + 1;
    events := events + private.erase_audit_of_target('invitation', invitation::text, reason);
  end loop;

  -- The events of these changes would hold once more what is being erased; user.erased stands for all of them. Nobody can
  -- write to the tables meanwhile.
  foreach watched in array array['invitations', 'profiles', 'memberships', 'platform_admins'] loop
    execute format('alter table public.%I disable trigger audit_change', watched);
  end loop;
  auth_data := private.erase_auth_data(person.user_id, addresses);
  update public.profiles p
  set first_name = '', last_name = '', time_zone = null, status_reason = null, erased_at = now()
  where p.user_id = person.user_id;
  update public.memberships m set status_reason = null where m.user_id = person.user_id;
  update public.platform_admins a set status_reason = null where a.user_id = person.user_id;
  update public.invitations i
  set email = 'erased-' || person.user_id || '@erased.invalid', token_hash = null, delivery_error = null, delivery_provider_id = null,
      revoked_at = case when i.used_at is null then coalesce(i.revoked_at, now()) end
  where i.email = any (addresses);
  foreach watched in array array['invitations', 'profiles', 'memberships', 'platform_admins'] loop
    execute format('alter table public.%I enable trigger audit_change', watched);
  end loop;

  perform private.record_event('user.erased', null, 'user', person.user_id::text, reason => reason,
    details => jsonb_build_object('events', events, 'invitations', invitations));
  return jsonb_build_object('user_id', person.user_id, 'events', events, 'invitations', invitations, 'auth', auth_data);
end;
$$;
comment on function private.erase_person(uuid, text) is
  'Database owner: erases the personal data of a deleted person for good: { user_id, events, invitations, auth }. The reason is kept: it must not name the person. 404 user_not_found; 409 user_not_deleted, user_erased, audit_not_sealed; 422 reason_required.';

create or replace function private.require_super_admin() returns void
language plpgsql
volatile
security definer
set search_path = ''
as $$
begin
  -- The database's owner at work in the SQL editor: no token, and no login an API ever has. Events then name that login.
  if auth.jwt() is null and session_user = current_user and current_setting('role') in ('none', session_user) then
    return;
  elsif not private.require_platform_session(auth.uid()) then
    perform private.refuse(403, 'super_admin_required', 'Only a super-admin of the platform can do that.');
  end if;
  -- A super-admin may also own the clinic in question: the event should say in which role they acted.
  perform private.act_as('super_admin');
end;
$$;
comment on function private.require_super_admin() is
  'Returns for a super-admin and for the database''s owner in the SQL editor, else 403 super_admin_required, or mfa_required without the second factor they have; events then name the role.';
