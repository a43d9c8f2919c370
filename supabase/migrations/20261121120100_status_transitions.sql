-- What: how states change: the matrix of allowed transitions and the guards that hold everybody to it, the SQL editor included.
-- Who:  nobody reads or writes the matrix through the API, except the page "how states change" by admin_list_status_transitions.
-- Relies on: tenancy migration. Order of locks everywhere: lock_lifecycle, then tenants by id, profiles, invitations, memberships.

-- the columns a change of status fills -----------------------------------------------------------------------------

alter table public.tenants add column deletion_id uuid;
comment on column public.tenants.deletion_id is 'New with each deletion. Memberships disabled by it carry the same value, which is how its restore knows them.';
update public.tenants set deletion_id = gen_random_uuid() where status = 'deleted';
alter table public.tenants add constraint tenants_deletion_check check ((status = 'deleted') = (deletion_id is not null));

alter table public.profiles
  add column status_reason text,
  add column status_changed_at timestamptz,
  add column deleted_at timestamptz,
  add column deleted_by uuid,
  add column deletion_id uuid,
  add column erased_at timestamptz;
comment on column public.profiles.status_reason is 'Why the status last changed, in the words of whoever changed it.';
comment on column public.profiles.deletion_id is 'New with each deletion. Memberships revoked by it carry the same value, which is how its restore knows them.';
comment on column public.profiles.erased_at is 'When the personal data of a deleted person were erased; nothing is left to restore then.';
update public.profiles set deleted_at = updated_at, deletion_id = gen_random_uuid() where status = 'deleted';
alter table public.profiles
  add constraint profiles_deletion_check check ((status = 'deleted') = (deleted_at is not null) and (status = 'deleted') = (deletion_id is not null)),
  add constraint profiles_erased_check check (erased_at is null or status = 'deleted');

alter table public.memberships
  add column status_reason text,
  add column deletion_id uuid,
  add constraint memberships_deletion_check check (deletion_id is null or status in ('disabled', 'revoked'));
comment on column public.memberships.status_reason is 'Why the status last changed; null when no reason was asked for.';
comment on column public.memberships.deletion_id is 'The deletion of the clinic (disabled) or of the person (revoked) that ended the membership and whose restore revives it.';

alter table public.platform_admins add column status_reason text;
comment on column public.platform_admins.status_reason is 'Why the status last changed; null when no reason was asked for.';

-- the matrix -------------------------------------------------------------------------------------------------------

create table private.status_transitions (
  entity text not null check (entity in ('tenant', 'user', 'member', 'super_admin')),
  from_status text not null,
  to_status text not null check (to_status <> from_status),
  verb text not null check (verb ~ '^[a-z_]+$'),
  performed_by text[] not null check (
    performed_by <@ array['super_admin', 'owner', 'invited_person', 'service_role', 'tenant_deletion', 'tenant_restore', 'user_deletion', 'user_restore']
    and performed_by <> '{}'),
  needs_reason boolean not null,
  note text not null,
  position smallint not null generated always as identity,
  primary key (entity, from_status, to_status)
);
comment on table private.status_transitions is
  'The allowed changes of status. The guards, the audit''s verbs and the page "how states change" all read this one table.';
comment on column private.status_transitions.verb is 'What the audit log calls it: tenant.suspended.';
comment on column private.status_transitions.performed_by is 'Who does it: people by role, or a deletion or restore of which it is a consequence.';
comment on column private.status_transitions.needs_reason is 'The database refuses the change without a reason of its own.';
comment on column private.status_transitions.position is 'Order on the page.';

insert into private.status_transitions (entity, from_status, to_status, verb, performed_by, needs_reason, note) values
  ('tenant', 'active', 'suspended', 'suspended', '{super_admin}', true, 'Its people lose access with their next request. Memberships stay as they are.'),
  ('tenant', 'suspended', 'active', 'resumed', '{super_admin}', true, 'Everything is as it was.'),
  ('tenant', 'active', 'deleted', 'deleted', '{super_admin}', true, 'Its active members are disabled with it. No row is removed.'),
  ('tenant', 'suspended', 'deleted', 'deleted', '{super_admin}', true, 'Its active members are disabled with it. No row is removed.'),
  ('tenant', 'deleted', 'active', 'restored', '{super_admin}', true, 'Members whom this deletion disabled come back while seats last, owners first. Members who had left before stay away.'),
  ('user', 'active', 'suspended', 'suspended', '{super_admin}', true, 'The person loses access with the next request and is signed out. Memberships stay as they are.'),
  ('user', 'suspended', 'active', 'resumed', '{super_admin}', true, 'Everything is as it was.'),
  ('user', 'active', 'deleted', 'deleted', '{super_admin}', true, 'The person''s active memberships are revoked. No row is removed.'),
  ('user', 'suspended', 'deleted', 'deleted', '{super_admin}', true, 'The person''s active memberships are revoked. No row is removed.'),
  ('user', 'deleted', 'active', 'restored', '{super_admin}', true, 'Memberships that this deletion revoked come back; where no seat is left they are disabled.'),
  ('member', 'active', 'disabled', 'disabled', '{tenant_deletion}', true, 'With the deletion of the clinic.'),
  ('member', 'disabled', 'active', 'restored', '{tenant_restore,owner,super_admin,invited_person}', true, 'With the restore of the clinic, later by hand, or by a new invitation; needs a free seat.'),
  ('member', 'active', 'revoked', 'revoked', '{user_deletion}', true, 'With the deletion of the person.'),
  ('member', 'revoked', 'active', 'restored', '{user_restore,invited_person}', true, 'With the restore of the person; needs a free seat.'),
  ('member', 'revoked', 'disabled', 'disabled', '{user_restore}', true, 'The person is restored while the clinic is deleted or has no free seat.'),
  ('member', 'disabled', 'revoked', 'revoked', '{tenant_restore}', true, 'The clinic is restored while the person is deleted.'),
  ('member', 'active', 'removed', 'removed', '{owner,super_admin}', false, 'Owners remove staff; a super-admin removes anybody but the last owner, and gives a reason.'),
  ('member', 'disabled', 'removed', 'removed', '{owner,super_admin}', false, 'A restore of the clinic does not bring the person back then.'),
  ('member', 'removed', 'active', 'restored', '{invited_person,super_admin}', false, 'By an invitation issued after the removal, or by a super-admin with a reason; needs a free seat.'),
  ('super_admin', 'active', 'revoked', 'revoked', '{super_admin}', true, 'Never the last active super-admin.'),
  ('super_admin', 'revoked', 'active', 'restored', '{super_admin,invited_person,service_role}', false, 'By another super-admin with a reason, by a new platform invitation, or by npm run admin:create.');

-- guards -----------------------------------------------------------------------------------------------------------
-- Guards set nothing silently: whoever changes a status also sets status_reason and status_changed_at.

create function private.guard_status() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  transition private.status_transitions;
begin
  select * into transition from private.status_transitions t
  where t.entity = tg_argv[0] and t.from_status = old.status and t.to_status = new.status;
  if transition.entity is null then
    perform private.refuse(409, 'transition_not_allowed', format('This status cannot change from %s to %s.', old.status, new.status));
  end if;
  -- A reason that was there before says nothing about this change: the time tells that it was given now.
  if transition.needs_reason and (coalesce(btrim(new.status_reason), '') = '' or new.status_changed_at is not distinct from old.status_changed_at) then
    perform private.refuse(422, 'reason_required', 'Please give a reason.', 'Set status_reason and status_changed_at together with the status.');
  end if;
  return new;
end;
$$;
comment on function private.guard_status() is 'Trigger: a status changes only as private.status_transitions allows. Argument: the entity.';

create trigger guard_status before update on public.tenants for each row
  when (new.status is distinct from old.status) execute function private.guard_status('tenant');
create trigger guard_status before update on public.profiles for each row
  when (new.status is distinct from old.status) execute function private.guard_status('user');
create trigger guard_status before update on public.memberships for each row
  when (new.status is distinct from old.status) execute function private.guard_status('member');
create trigger guard_status before update on public.platform_admins for each row
  when (new.status is distinct from old.status) execute function private.guard_status('super_admin');

create function private.refuse_removal() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse(409, 'never_deleted', format('Rows of %s are never deleted: their status changes.', tg_table_name));
  return null;
end;
$$;
comment on function private.refuse_removal() is 'Trigger: clinics, people and their roles end by status, never by delete or truncate.';
do $$
declare
  name text;
begin
  foreach name in array array['tenants', 'profiles', 'memberships', 'platform_admins'] loop
    execute format('create trigger never_deleted before delete on public.%I for each row execute function private.refuse_removal()', name);
    execute format('create trigger never_truncated before truncate on public.%I for each statement execute function private.refuse_removal()', name);
  end loop;
end;
$$;

-- the last super-admin and the last owner --------------------------------------------------------------------------

create function private.lock_lifecycle() returns void
language plpgsql
set search_path = ''
as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('chairside lifecycle', 0));
end;
$$;
comment on function private.lock_lifecycle() is
  'Waits for other changes of people''s status, of platform roles, and deletions and restores of clinics. They are rare, each may concern the others'' rows, and one after the other they cannot deadlock. Always the first lock taken.';

create function private.begin_lifecycle_change() returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  perform private.lock_lifecycle();
  -- Asked again, because the one before in the queue may have ended the caller's own role.
  perform private.require_super_admin();
end;
$$;
comment on function private.begin_lifecycle_change() is
  'Returns for a super-admin who still is one when it is their turn, holding the lifecycle lock; else 403 super_admin_required.';

create function private.lock_lifecycle_first() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_lifecycle();
  return null;
end;
$$;
comment on function private.lock_lifecycle_first() is 'Trigger before the statement, so that an update by hand takes the locks in the same order as the functions.';
create trigger lock_lifecycle before update of status on public.profiles for each statement execute function private.lock_lifecycle_first();
create trigger lock_lifecycle before update of status on public.platform_admins for each statement execute function private.lock_lifecycle_first();

create function private.keep_a_super_admin() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.lock_lifecycle();
  -- Counted after the lock; a person who was not a super-admin in effect takes nothing away.
  if exists (
      select from public.platform_admins a join public.profiles p on p.user_id = a.user_id
      where a.user_id = old.user_id and a.status = 'active' and p.status = 'active')
    and not exists (
      select from public.platform_admins a join public.profiles p on p.user_id = a.user_id
      where a.user_id <> old.user_id and a.status = 'active' and p.status = 'active')
  then
    perform private.refuse(409, 'last_super_admin', 'This is the last active super-admin.');
  end if;
  return new;
end;
$$;
comment on function private.keep_a_super_admin() is
  'Trigger: the last active super-admin is not demoted, suspended or deleted, also not by two who do it at once.';
create trigger keep_a_super_admin before update on public.platform_admins for each row
  when (old.status = 'active' and new.status <> 'active') execute function private.keep_a_super_admin();
create trigger keep_a_super_admin before update on public.profiles for each row
  when (old.status = 'active' and new.status <> 'active') execute function private.keep_a_super_admin();

create function private.keep_an_owner() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.tenants t where t.id = old.tenant_id for no key update;
  -- Owners who are suspended count only against one who is suspended too: a clinic keeps somebody who can act for it.
  if not exists (
    select from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = old.tenant_id and m.id <> old.id and m.role = 'owner' and m.status = 'active'
      and (p.status = 'active' or not exists (select from public.profiles q where q.user_id = old.user_id and q.status = 'active')))
  then
    perform private.refuse(409, 'last_owner', 'This is the last active owner of the clinic.');
  end if;
  return new;
end;
$$;
comment on function private.keep_an_owner() is
  'Trigger: a clinic does not lose its last active owner by removal or a change of role. Deletions of the clinic or the person are not held up by it.';
create trigger keep_an_owner before update on public.memberships for each row
  when (old.role = 'owner' and old.status = 'active' and (new.status = 'removed' or (new.role <> 'owner' and new.status = 'active')))
  execute function private.keep_an_owner();

-- reasons and the page ---------------------------------------------------------------------------------------------

create function private.require_reason(reason text) returns text
language plpgsql
immutable
set search_path = ''
as $$
declare
  given text := regexp_replace(coalesce(reason, ''), '^\s+|\s+$', '', 'g');
begin
  if regexp_replace(given, '[\s\u0001-\u001f\u007f-\u00a0\u00ad\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]', '', 'g') = '' then
    perform private.refuse(422, 'reason_required', 'Please give a reason.');
  end if;
  return left(given, 500);
end;
$$;
comment on function private.require_reason(text) is 'The trimmed reason, at most 500 characters, or refusal reason_required (422) when there is nothing to read in it.';

create function private.admin_list_status_transitions() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  return jsonb_build_object('entities', (
    select jsonb_agg(e.description order by e.first)
    from (
      select min(t.position) as first, jsonb_build_object(
        'entity', t.entity,
        'statuses', (
          select jsonb_agg(s.status order by s.first)
          from (
            select n.status, min(n.place) as first
            from private.status_transitions o, lateral (values (o.from_status, o.position * 2), (o.to_status, o.position * 2 + 1)) n (status, place)
            where o.entity = t.entity group by n.status
          ) s),
        'transitions', jsonb_agg(jsonb_build_object(
          'from', t.from_status, 'to', t.to_status, 'verb', t.verb, 'performed_by', t.performed_by,
          'needs_reason', t.needs_reason, 'note', t.note) order by t.position)) as description
      from private.status_transitions t group by t.entity
    ) e
  ));
end;
$$;
create function public.admin_list_status_transitions() returns jsonb language sql stable set search_path = ''
return private.admin_list_status_transitions();
comment on function public.admin_list_status_transitions() is
  'Super-admin: how states change, from the table the guards read: { entities: [{ entity, statuses, transitions: [{ from, to, verb, performed_by, needs_reason, note }] }] }.';
grant execute on function private.admin_list_status_transitions(), public.admin_list_status_transitions() to authenticated;
