-- What: what an owner does with the team and the clinic: list, remove, permissions, settings.
-- Who:  owners of the clinic; staff are told 403, everybody else 404.
-- Relies on: tenancy, invitations and inviting migrations.

-- the team ---------------------------------------------------------------------------------------------------------

create function private.team_json(tenant_id uuid) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'members', coalesce((
      select jsonb_agg(jsonb_build_object(
        'user_id', p.user_id, 'email', p.email, 'first_name', p.first_name, 'last_name', p.last_name,
        'role', m.role, 'permissions', m.permissions, 'status', m.status, 'joined_at', m.joined_at,
        'last_sign_in_at', u.last_sign_in_at) order by m.role, p.last_name, p.first_name, p.user_id)
      from public.memberships m
      join public.profiles p on p.user_id = m.user_id
      join auth.users u on u.id = m.user_id
      where m.tenant_id = team_json.tenant_id and m.status in ('active', 'disabled')
    ), '[]'),
    'invitations', coalesce((
      select jsonb_agg(private.invitation_json(i) order by i.created_at desc, i.id)
      from public.invitations i
      where i.tenant_id = team_json.tenant_id and i.used_at is null and i.revoked_at is null
    ), '[]')
  );
end;
comment on function private.team_json(uuid) is '{ members, invitations } of a clinic: active and disabled members, open and expired invitations.';

create function private.list_team(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  seats jsonb;
begin
  perform private.require_owner(tenant_id);
  select jsonb_build_object('max', t.max_seats, 'active', s.active, 'open', s.open,
    'available', greatest(t.max_seats - s.active - s.open, 0))
  into seats
  from public.tenants t, private.seat_usage(t.id) s where t.id = list_team.tenant_id;
  return jsonb_build_object('seats', seats) || private.team_json(tenant_id);
end;
$$;
create function public.list_team(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_team(tenant_id);
comment on function public.list_team(uuid) is
  'Owner: { seats: { max, active, open, available }, members, invitations }. 403 owner_required for staff, 404 clinic_not_found for others.';
grant execute on function private.list_team(uuid), public.list_team(uuid) to authenticated;

create function private.lock_member(tenant_id uuid, user_id uuid) returns public.memberships
language plpgsql
set search_path = ''
as $$
declare
  member public.memberships;
begin
  perform from public.tenants t where t.id = lock_member.tenant_id for no key update;
  select * into member from public.memberships m
  where m.tenant_id = lock_member.tenant_id and m.user_id = lock_member.user_id and m.status in ('active', 'disabled')
  for no key update;
  if member.id is null then
    perform private.refuse(404, 'member_not_found', 'This person does not belong to the clinic.');
  end if;
  return member;
end;
$$;
comment on function private.lock_member(uuid, uuid) is 'The active or disabled membership, locked after its tenant; else 404 member_not_found.';

create function private.remove_member(tenant_id uuid, user_id uuid) returns jsonb
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
  update public.memberships m
  set status = 'removed', permissions = '{}', status_changed_at = now(), status_changed_by = auth.uid()
  where m.id = member.id;
  return jsonb_build_object('user_id', member.user_id, 'status', 'removed');
end;
$$;
create function public.remove_member(tenant_id uuid, user_id uuid) returns jsonb language sql set search_path = ''
return private.remove_member(tenant_id, user_id);
comment on function public.remove_member(uuid, uuid) is
  'Owner: ends a staff member''s access at once. 404 member_not_found; 409 cannot_remove_self, cannot_remove_owner.';
grant execute on function private.remove_member(uuid, uuid), public.remove_member(uuid, uuid) to authenticated;

create function private.set_member_permissions(tenant_id uuid, user_id uuid, permissions text[]) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  member public.memberships;
  wanted text[];
begin
  perform private.require_owner(tenant_id);
  if permissions is null or cardinality(permissions) > 20 then
    perform private.refuse(422, 'permission_unknown', 'There is no such permission.');
  end if;
  member := private.lock_member(tenant_id, user_id);
  if member.role = 'owner' then
    perform private.refuse(409, 'cannot_change_owner', 'Owners have every permission.');
  end if;
  wanted := array(select distinct w from unnest(permissions) w order by w);
  begin
    update public.memberships m set permissions = wanted where m.id = member.id;
  exception when check_violation then
    perform private.refuse(422, 'permission_unknown', 'There is no such permission.');
  end;
  return jsonb_build_object('user_id', member.user_id, 'permissions', to_jsonb(wanted));
end;
$$;
create function public.set_member_permissions(tenant_id uuid, user_id uuid, permissions text[]) returns jsonb language sql set search_path = ''
return private.set_member_permissions(tenant_id, user_id, permissions);
comment on function public.set_member_permissions(uuid, uuid, text[]) is
  'Owner: replaces a staff member''s permissions (overbooking, catalogue, exports). 422 permission_unknown; 404 member_not_found; 409 cannot_change_owner.';
grant execute on function private.set_member_permissions(uuid, uuid, text[]), public.set_member_permissions(uuid, uuid, text[]) to authenticated;

-- clinic settings --------------------------------------------------------------------------------------------------

create function private.get_clinic_settings(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return (
    select jsonb_build_object('tenant_id', t.id, 'slug', t.slug, 'name', t.name, 'time_zone', t.time_zone)
    from public.tenants t where t.id = get_clinic_settings.tenant_id
  );
end;
$$;
create function public.get_clinic_settings(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.get_clinic_settings(tenant_id);
comment on function public.get_clinic_settings(uuid) is 'Owner: { tenant_id, slug, name, time_zone }.';
grant execute on function private.get_clinic_settings(uuid), public.get_clinic_settings(uuid) to authenticated;

create function private.require_clinic_name(name text) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(btrim(name), '') = '' then
    perform private.refuse(422, 'name_required', 'Please give the clinic a name.');
  elsif length(btrim(name)) > 120 then
    perform private.refuse(422, 'name_too_long', 'The name is longer than 120 characters.');
  elsif private.has_hidden_characters(name) then
    perform private.refuse(422, 'name_invalid', 'The name holds characters that cannot be seen.');
  end if;
  return btrim(name);
end;
$$;
comment on function private.require_clinic_name(text) is 'The trimmed name, or refusal name_required, name_too_long or name_invalid (422).';

create function private.update_clinic_settings(tenant_id uuid, name text, time_zone text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  update public.tenants t
  set name = private.require_clinic_name(update_clinic_settings.name),
      time_zone = coalesce(update_clinic_settings.time_zone, t.time_zone)
  where t.id = update_clinic_settings.tenant_id;
  return private.get_clinic_settings(tenant_id);
end;
$$;
create function public.update_clinic_settings(tenant_id uuid, name text, time_zone text) returns jsonb language sql set search_path = ''
return private.update_clinic_settings(tenant_id, name, time_zone);
comment on function public.update_clinic_settings(uuid, text, text) is
  'Owner: changes name and time zone and returns the settings. 422 name_required, name_too_long, name_invalid, time_zone_unknown.';
grant execute on function private.update_clinic_settings(uuid, text, text), public.update_clinic_settings(uuid, text, text) to authenticated;
