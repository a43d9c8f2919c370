-- What: the team as owners and super-admins see it gains when each member was last seen, and why and since when a status holds.
-- Who:  owners through list_team, super-admins through admin_get_tenant.
-- Relies on: team, user_lifecycle (last_seen_at) and member_lifecycle migrations.

create or replace function private.team_json(tenant_id uuid) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'members', coalesce((
      select jsonb_agg(jsonb_build_object(
        'user_id', p.user_id, 'email', p.email, 'first_name', p.first_name, 'last_name', p.last_name,
        'role', m.role, 'permissions', m.permissions, 'status', m.status, 'status_reason', m.status_reason,
        'status_changed_at', m.status_changed_at, 'joined_at', m.joined_at, 'last_sign_in_at', u.last_sign_in_at,
        'last_seen_at', private.last_seen_at(p.user_id)) order by m.role, p.sort_name, p.user_id)
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
comment on function public.list_team(uuid) is
  'Owner: { seats: { max, active, open, available }, members: [{ …, status_reason, status_changed_at, last_sign_in_at, last_seen_at }], invitations }. 403 owner_required for staff, 404 clinic_not_found for others.';
