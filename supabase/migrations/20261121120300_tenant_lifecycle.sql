-- What: a clinic's life after its creation: edit, seats, suspend, resume, delete, restore.
-- Who:  super-admins.
-- Relies on: tenancy, inviting, platform, status_transitions and audit migrations (the audit trigger writes the events).

create or replace function private.tenant_json(clinic public.tenants) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'id', (clinic).id, 'slug', (clinic).slug, 'name', (clinic).name, 'time_zone', (clinic).time_zone,
    'status', (clinic).status, 'status_reason', (clinic).status_reason, 'status_changed_at', (clinic).status_changed_at,
    'deleted_at', (clinic).deleted_at, 'max_seats', (clinic).max_seats,
    'active_members', s.active, 'open_invitations', s.open,
    'created_at', (clinic).created_at, 'updated_at', (clinic).updated_at)
  from private.seat_usage((clinic).id) s;
end;

create function private.lock_tenant(tenant_id uuid) returns public.tenants
language plpgsql
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  select * into clinic from public.tenants t where t.id = lock_tenant.tenant_id for no key update;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  end if;
  return clinic;
end;
$$;
comment on function private.lock_tenant(uuid) is 'The clinic, locked; else 404 clinic_not_found. The caller has checked who may.';

create function private.require_unchanged(updated_at timestamptz, seen_updated_at timestamptz) returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if seen_updated_at < updated_at then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this in the meantime.');
  end if;
end;
$$;
comment on function private.require_unchanged(timestamptz, timestamptz) is
  'Refuses with 409 changed_meanwhile when the row is newer than what the caller saw; null for seen_updated_at asks nothing.';

-- edit and seats ---------------------------------------------------------------------------------------------------

create function private.admin_update_tenant(tenant_id uuid, name text, time_zone text, seen_updated_at timestamptz) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  perform private.require_super_admin();
  clinic := private.lock_tenant(tenant_id);
  perform private.require_unchanged(clinic.updated_at, seen_updated_at);
  update public.tenants t
  set name = private.require_clinic_name(admin_update_tenant.name), time_zone = coalesce(admin_update_tenant.time_zone, t.time_zone)
  where t.id = clinic.id
  returning * into clinic;
  return private.tenant_json(clinic);
end;
$$;
create function public.admin_update_tenant(tenant_id uuid, name text, time_zone text, seen_updated_at timestamptz default null)
returns jsonb language sql set search_path = ''
return private.admin_update_tenant(tenant_id, name, time_zone, seen_updated_at);
comment on function public.admin_update_tenant(uuid, text, text, timestamptz) is
  'Super-admin: changes a clinic''s name and time zone and returns the clinic. seen_updated_at is the updated_at the form was filled from: 409 changed_meanwhile when the clinic is newer. 404 clinic_not_found; 422 name_required, name_too_long, name_invalid, time_zone_unknown.';

create function private.admin_set_seats(tenant_id uuid, max_seats integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
  taken record;
begin
  perform private.require_super_admin();
  if max_seats is null or max_seats not between 0 and 10000 then
    perform private.refuse(422, 'seats_invalid', 'The number of seats must be between 0 and 10,000.');
  end if;
  clinic := private.lock_tenant(tenant_id);
  select * into taken from private.seat_usage(clinic.id);
  -- More seats are always welcome, even while they do not yet cover what is taken.
  if max_seats < clinic.max_seats and taken.active + taken.open > max_seats then
    perform private.refuse(409, 'seats_in_use', 'More seats than that are taken.',
      format('%s members, %s open invitations', taken.active, taken.open));
  end if;
  update public.tenants t set max_seats = admin_set_seats.max_seats where t.id = clinic.id returning * into clinic;
  return private.tenant_json(clinic);
end;
$$;
create function public.admin_set_seats(tenant_id uuid, max_seats integer) returns jsonb language sql set search_path = ''
return private.admin_set_seats(tenant_id, max_seats);
comment on function public.admin_set_seats(uuid, integer) is
  'Super-admin: allocates seats to a clinic and returns the clinic. 409 seats_in_use (detail: members, open invitations); 422 seats_invalid; 404 clinic_not_found.';

grant execute on function private.admin_update_tenant(uuid, text, text, timestamptz), public.admin_update_tenant(uuid, text, text, timestamptz),
  private.admin_set_seats(uuid, integer), public.admin_set_seats(uuid, integer) to authenticated;

-- suspend and resume -----------------------------------------------------------------------------------------------

create or replace function private.change_tenant_status(tenant_id uuid, expected text, wanted text, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
begin
  perform private.require_super_admin();
  reason := private.require_reason(reason);
  clinic := private.lock_tenant(tenant_id);
  if clinic.status <> expected then
    perform private.refuse(409, 'tenant_not_' || expected, format('This clinic is %s.', clinic.status));
  end if;
  update public.tenants t
  set status = wanted, status_reason = reason, status_changed_at = clock_timestamp()
  where t.id = clinic.id
  returning * into clinic;
  return private.tenant_json(clinic);
end;
$$;

-- delete and restore -----------------------------------------------------------------------------------------------

create function private.admin_delete_tenant(tenant_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
  disabled integer;
begin
  perform private.begin_lifecycle_change();
  reason := private.require_reason(reason);
  clinic := private.lock_tenant(tenant_id);
  if clinic.status = 'deleted' then
    perform private.refuse(409, 'tenant_already_deleted', 'This clinic has already been deleted.');
  end if;
  update public.tenants t
  set status = 'deleted', status_reason = reason, status_changed_at = clock_timestamp(),
      deleted_at = now(), deleted_by = auth.uid(), deletion_id = gen_random_uuid()
  where t.id = clinic.id
  returning * into clinic;
  update public.memberships m
  set status = 'disabled', status_reason = reason, status_changed_at = clock_timestamp(), status_changed_by = auth.uid(),
      deletion_id = clinic.deletion_id
  where m.tenant_id = clinic.id and m.status = 'active';
  get diagnostics disabled = row_count;
  return private.tenant_json(clinic) || jsonb_build_object('members_disabled', disabled);
end;
$$;
create function public.admin_delete_tenant(tenant_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_delete_tenant(tenant_id, reason);
comment on function public.admin_delete_tenant(uuid, text) is
  'Super-admin: marks a clinic as deleted and disables its active members: the clinic and members_disabled. Nothing is removed. 422 reason_required; 409 tenant_already_deleted; 404 clinic_not_found.';

create function private.restore_members(clinic public.tenants, deletion uuid, reason text, out restored jsonb, out left_disabled jsonb)
language plpgsql
set search_path = ''
as $$
declare
  seats record;
  free integer;
  member record;
begin
  select * into seats from private.seat_usage(clinic.id);
  free := greatest(clinic.max_seats - seats.active - seats.open, 0);
  restored := '[]';
  left_disabled := '[]';
  for member in
    select m.id, m.user_id, p.email, p.status as person_status, p.deletion_id as person_deletion
    from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = clinic.id and m.status = 'disabled' and m.deletion_id = deletion
    order by m.role = 'owner' desc, m.joined_at, m.user_id
    for no key update of m
  loop
    if member.person_status = 'deleted' then
      -- From here on it is the person's deletion that keeps the membership, so the person's restore revives it.
      update public.memberships m
      set status = 'revoked', status_reason = reason, status_changed_at = clock_timestamp(), status_changed_by = auth.uid(),
          deletion_id = member.person_deletion
      where m.id = member.id;
      left_disabled := left_disabled || jsonb_build_object('user_id', member.user_id, 'email', member.email, 'why', 'user_deleted');
    elsif free > 0 then
      free := free - 1;
      update public.memberships m
      set status = 'active', status_reason = reason, status_changed_at = clock_timestamp(), status_changed_by = auth.uid(),
          deletion_id = null
      where m.id = member.id;
      restored := restored || jsonb_build_object('user_id', member.user_id, 'email', member.email);
    else
      left_disabled := left_disabled || jsonb_build_object('user_id', member.user_id, 'email', member.email, 'why', 'no_seats_left');
    end if;
  end loop;
end;
$$;
comment on function private.restore_members(public.tenants, uuid, text) is
  'Re-activates the members whom this deletion of the clinic disabled, owners first, then by the time they joined, while seats last. The caller holds the lifecycle lock and the lock on the clinic.';

create function private.admin_restore_tenant(tenant_id uuid, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic public.tenants;
  deletion uuid;
  members record;
begin
  perform private.begin_lifecycle_change();
  reason := private.require_reason(reason);
  clinic := private.lock_tenant(tenant_id);
  if clinic.status <> 'deleted' then
    perform private.refuse(409, 'tenant_not_deleted', 'This clinic is not deleted.');
  end if;
  deletion := clinic.deletion_id;
  update public.tenants t
  set status = 'active', status_reason = reason, status_changed_at = clock_timestamp(),
      deleted_at = null, deleted_by = null, deletion_id = null
  where t.id = clinic.id
  returning * into clinic;
  select * into members from private.restore_members(clinic, deletion, reason);
  return jsonb_build_object('tenant', private.tenant_json(clinic), 'restored', members.restored, 'left_disabled', members.left_disabled);
end;
$$;
create function public.admin_restore_tenant(tenant_id uuid, reason text) returns jsonb language sql set search_path = ''
return private.admin_restore_tenant(tenant_id, reason);
comment on function public.admin_restore_tenant(uuid, text) is
  'Super-admin: brings a deleted clinic back with the members this deletion disabled: { tenant, restored: [{ user_id, email }], left_disabled: [{ user_id, email, why: no_seats_left|user_deleted }] }. 422 reason_required; 409 tenant_not_deleted; 404 clinic_not_found.';

grant execute on function private.admin_delete_tenant(uuid, text), public.admin_delete_tenant(uuid, text),
  private.admin_restore_tenant(uuid, text), public.admin_restore_tenant(uuid, text) to authenticated;
