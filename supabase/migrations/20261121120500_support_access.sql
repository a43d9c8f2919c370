-- What: support grants: a super-admin's permission to see a clinic's clients for a limited time and a given reason.
-- Who:  a super-admin opens and ends a grant; the clinic's owners see it and can end it; every member sees that it is open.
-- Relies on: tenancy and audit migrations. No policy knows of grants: they reach rows only through the functions of
--       support_reading. Order of locks: tenant, then grant.

create table public.support_grants (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  admin_id uuid not null references public.platform_admins (user_id),
  reason text not null check (reason = btrim(reason) and reason <> '' and length(reason) <= 500),
  starts_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid,
  ended_as text check (ended_as in ('super_admin', 'owner')),
  reads integer not null default 0,
  check (expires_at > starts_at and expires_at - starts_at <= interval '480 minutes'),
  check ((ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_as is null))
);
comment on table public.support_grants is
  'A super-admin''s permission to see a clinic''s clients: for whom, why and until when. Never changed after it is over, never deleted.';
comment on column public.support_grants.expires_at is 'The grant ends by itself then; at most eight hours after it starts.';
comment on column public.support_grants.ended_at is 'When it was ended by hand, before its time.';
comment on column public.support_grants.ended_as is 'Whether the person of ended_by ended it for the platform or for the clinic.';
comment on column public.support_grants.reads is 'How many reads were made with it; each is an audit event of its own.';

create index support_grants_tenant_idx on public.support_grants (tenant_id, starts_at desc);
create index support_grants_admin_idx on public.support_grants (admin_id);
create index support_grants_newest_idx on public.support_grants (starts_at desc);

alter table public.support_grants enable row level security;
grant select on public.support_grants to service_role;

-- Not for reads: counting one is no second event.
create trigger audit_change
  after insert or delete or update of tenant_id, admin_id, reason, starts_at, expires_at, ended_at, ended_by, ended_as
  on public.support_grants for each row execute function private.audit_row_change('support', 'insert:opened', 'ended_at:ended');

-- showing ----------------------------------------------------------------------------------------------------------

create function private.support_grant_state(support_grant public.support_grants) returns text
language sql
stable
set search_path = ''
return case
  when (support_grant).ended_at is not null then 'ended'
  when (support_grant).expires_at <= now() then 'expired'
  else 'active'
end;
comment on function private.support_grant_state(public.support_grants) is 'active, ended or expired.';

create function private.support_grant_json(support_grant public.support_grants) returns jsonb
language sql
stable
set search_path = ''
begin atomic
  select jsonb_build_object(
    'id', (support_grant).id, 'tenant_id', t.id, 'tenant_name', t.name, 'tenant_slug', t.slug,
    'admin_id', p.user_id, 'admin_name', coalesce(nullif(btrim(p.first_name || ' ' || p.last_name), ''), p.email), 'admin_email', p.email,
    'reason', (support_grant).reason, 'state', private.support_grant_state(support_grant),
    'starts_at', (support_grant).starts_at, 'expires_at', (support_grant).expires_at,
    'ended_at', (support_grant).ended_at, 'ended_by', (support_grant).ended_as, 'reads', (support_grant).reads)
  from public.tenants t, public.profiles p
  where t.id = (support_grant).tenant_id and p.user_id = (support_grant).admin_id;
end;
comment on function private.support_grant_json(public.support_grants) is 'A support grant as the API shows it, with the clinic and the super-admin.';

-- opening and ending -----------------------------------------------------------------------------------------------

create function private.require_support_reason(reason text) returns text
language plpgsql
immutable
set search_path = ''
as $$
begin
  if coalesce(btrim(reason), '') = '' then
    perform private.refuse(422, 'reason_required', 'Please give a reason.');
  elsif length(btrim(reason)) > 500 then
    perform private.refuse(422, 'reason_too_long', 'The reason is longer than 500 characters.');
  elsif private.has_hidden_characters(btrim(reason)) then
    perform private.refuse(422, 'reason_invalid', 'The reason holds characters that cannot be seen.');
  end if;
  return btrim(reason);
end;
$$;
comment on function private.require_support_reason(text) is
  'The trimmed reason, or refusal reason_required, reason_too_long or reason_invalid (422): the clinic reads it as it was written.';

create function private.admin_open_support_access(tenant_id uuid, reason text, minutes integer) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  why text;
  clinic public.tenants;
  opened public.support_grants;
begin
  perform private.require_super_admin();
  why := private.require_support_reason(reason);
  if minutes is null or minutes not between 15 and 480 then
    perform private.refuse(422, 'support_duration_invalid', 'Support access lasts between 15 minutes and 8 hours.');
  end if;
  -- An index cannot tell an expired grant from an active one; under this lock two requests at once cannot both find none.
  select * into clinic from public.tenants t where t.id = admin_open_support_access.tenant_id for no key update;
  if clinic.id is null then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  elsif clinic.status = 'deleted' then
    perform private.refuse(409, 'tenant_already_deleted', 'This clinic has been deleted.');
  elsif exists (
    select from public.support_grants g
    where g.tenant_id = clinic.id and g.admin_id = auth.uid() and private.support_grant_state(g) = 'active'
  ) then
    perform private.refuse(409, 'support_already_open', 'You already have support access to this clinic.');
  end if;
  insert into public.support_grants (tenant_id, admin_id, reason, expires_at)
  values (clinic.id, auth.uid(), why, now() + make_interval(mins => minutes))
  returning * into opened;
  return private.support_grant_json(opened);
end;
$$;
create function public.admin_open_support_access(tenant_id uuid, reason text, minutes integer) returns jsonb language sql set search_path = ''
return private.admin_open_support_access(tenant_id, reason, minutes);
comment on function public.admin_open_support_access(uuid, text, integer) is
  'Super-admin: opens read-only access to a clinic''s clients for 15 to 480 minutes and returns the grant; the clinic sees it at once. 422 reason_required, reason_too_long, reason_invalid, support_duration_invalid; 404 clinic_not_found; 409 support_already_open, tenant_already_deleted.';
grant execute on function private.admin_open_support_access(uuid, text, integer), public.admin_open_support_access(uuid, text, integer)
  to authenticated;

create function private.close_support_grant(support_grant_id uuid, tenant_id uuid, ended_as text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  closed public.support_grants;
begin
  select * into closed from public.support_grants g
  where g.id = support_grant_id and (close_support_grant.tenant_id is null or g.tenant_id = close_support_grant.tenant_id)
  for no key update;
  if closed.id is null then
    perform private.refuse(404, 'support_grant_not_found', 'There is no such support access.');
  elsif private.support_grant_state(closed) <> 'active' then
    perform private.refuse(409, 'support_grant_over', 'This support access is already over.');
  end if;
  update public.support_grants g
  set ended_at = now(), ended_by = auth.uid(), ended_as = close_support_grant.ended_as
  where g.id = closed.id
  returning * into closed;
  return private.support_grant_json(closed);
end;
$$;
comment on function private.close_support_grant(uuid, uuid, text) is
  'Ends an active grant, of this clinic if one is named; else 404 support_grant_not_found, 409 support_grant_over. The caller has checked who may.';

create function private.admin_end_support_access(support_grant_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  return private.close_support_grant(support_grant_id, null, 'super_admin');
end;
$$;
create function public.admin_end_support_access(support_grant_id uuid) returns jsonb language sql set search_path = ''
return private.admin_end_support_access(support_grant_id);
comment on function public.admin_end_support_access(uuid) is
  'Super-admin: ends a support access, one''s own or a colleague''s, before its time and returns it. 404 support_grant_not_found; 409 support_grant_over.';
grant execute on function private.admin_end_support_access(uuid), public.admin_end_support_access(uuid) to authenticated;

create function private.end_support_access(tenant_id uuid, support_grant_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return private.close_support_grant(support_grant_id, tenant_id, 'owner');
end;
$$;
create function public.end_support_access(tenant_id uuid, support_grant_id uuid) returns jsonb language sql set search_path = ''
return private.end_support_access(tenant_id, support_grant_id);
comment on function public.end_support_access(uuid, uuid) is
  'Owner: ends a support access to the clinic at once and returns it. 403 owner_required; 404 clinic_not_found, support_grant_not_found; 409 support_grant_over.';
grant execute on function private.end_support_access(uuid, uuid), public.end_support_access(uuid, uuid) to authenticated;

-- listing ----------------------------------------------------------------------------------------------------------

create function private.admin_list_support_grants() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_super_admin();
  return jsonb_build_object('grants', (
    select coalesce(jsonb_agg(private.support_grant_json(g) order by g.starts_at desc, g.id), '[]')
    from (select * from public.support_grants s order by s.starts_at desc, s.id limit 100) g
  ));
end;
$$;
create function public.admin_list_support_grants() returns jsonb language sql stable set search_path = ''
return private.admin_list_support_grants();
comment on function public.admin_list_support_grants() is 'Super-admin: the newest 100 support grants of the platform: { grants }.';
grant execute on function private.admin_list_support_grants(), public.admin_list_support_grants() to authenticated;

create function private.list_support_grants(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_owner(tenant_id);
  return jsonb_build_object('grants', (
    select coalesce(jsonb_agg(private.support_grant_json(g) order by g.starts_at desc, g.id), '[]')
    from (
      select * from public.support_grants s where s.tenant_id = list_support_grants.tenant_id
      order by s.starts_at desc, s.id limit 50
    ) g
  ));
end;
$$;
create function public.list_support_grants(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_support_grants(tenant_id);
comment on function public.list_support_grants(uuid) is
  'Owner: the newest 50 support grants for the clinic: { grants: [{ id, admin_name, reason, state, starts_at, expires_at, ended_at, ended_by, reads, … }] }. 403 owner_required; 404 clinic_not_found.';
grant execute on function private.list_support_grants(uuid), public.list_support_grants(uuid) to authenticated;

create function private.active_support(tenant_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if (tenant_id = any (private.tenant_ids())) is not true then
    perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
  end if;
  return jsonb_build_object('grants', (
    select coalesce(jsonb_agg(jsonb_build_object(
      'id', g.id, 'admin_name', coalesce(nullif(btrim(p.first_name || ' ' || p.last_name), ''), p.email),
      'reason', g.reason, 'expires_at', g.expires_at) order by g.expires_at, g.id), '[]')
    from public.support_grants g join public.profiles p on p.user_id = g.admin_id
    where g.tenant_id = active_support.tenant_id and private.support_grant_state(g) = 'active'
  ));
end;
$$;
create function public.active_support(tenant_id uuid) returns jsonb language sql stable set search_path = ''
return private.active_support(tenant_id);
comment on function public.active_support(uuid) is
  'Member: who of the platform can see the clinic''s clients now: { grants: [{ id, admin_name, reason, expires_at }] }. 404 clinic_not_found.';
grant execute on function private.active_support(uuid), public.active_support(uuid) to authenticated;
