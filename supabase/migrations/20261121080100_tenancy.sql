-- What: clinics (tenants), people (profiles), who works where (memberships), who runs the platform (platform_admins),
--       and the functions every policy and every RPC asks for effective access.
-- Who:  members read their clinic; everybody reads and edits the harmless part of their own profile;
--       memberships and platform_admins are written and read through functions alone.
-- Relies on: auth.users; rows for people are made by the triggers of the sign_up migration.

-- tenants ----------------------------------------------------------------------------------------------------------

create table public.tenants (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,46}[a-z0-9])?$'),
  name text collate "und-x-icu" not null check (name = btrim(name) and name <> '' and length(name) <= 120),
  time_zone text not null default 'Europe/Bucharest',
  status text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  status_reason text,
  status_changed_at timestamptz,
  max_seats integer not null check (max_seats between 0 and 10000),
  created_at timestamptz not null default now(),
  created_by uuid,
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  deleted_by uuid,
  check ((status = 'deleted') = (deleted_at is not null))
);
comment on table public.tenants is 'One row per clinic. Never deleted, only set to status deleted.';
comment on column public.tenants.slug is 'The clinic''s name in the address of its pages; never reused.';
comment on column public.tenants.time_zone is 'IANA zone in which the clinic''s days begin and end.';
comment on column public.tenants.max_seats is 'Active members and open invitations together never exceed this. 0 = no seats allocated.';
comment on column public.tenants.status_reason is 'Why the status last changed, in the words of whoever changed it.';

create index tenants_name_idx on public.tenants (name, id);
create trigger touch_updated_at before update on public.tenants for each row execute function private.touch_updated_at();
create trigger check_new_time_zone before insert on public.tenants for each row execute function private.check_time_zone();
create trigger check_time_zone before update of time_zone on public.tenants for each row
  when (new.time_zone is distinct from old.time_zone) execute function private.check_time_zone();

-- profiles ---------------------------------------------------------------------------------------------------------

create table public.profiles (
  user_id uuid primary key references auth.users (id) on delete restrict,
  email text not null check (email = lower(btrim(email))),
  first_name text not null default '' check (length(first_name) <= 100),
  last_name text not null default '' check (length(last_name) <= 100),
  language text not null default 'en' check (language in ('en', 'ro')),
  time_zone text,
  status text not null default 'active' check (status in ('active', 'suspended', 'deleted')),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.profiles is 'One row per person with an account, made when the account is.';
comment on column public.profiles.email is 'Copy of auth.users.email, kept by trigger, so that lists need no access to auth.';
comment on column public.profiles.time_zone is 'IANA zone for this person''s own screens; null means the clinic''s.';

create index profiles_email_idx on public.profiles (email);
create trigger touch_updated_at before update on public.profiles for each row execute function private.touch_updated_at();
create trigger check_time_zone before update of time_zone on public.profiles for each row
  when (new.time_zone is distinct from old.time_zone) execute function private.check_time_zone();

create function private.freeze_inactive_profile() returns trigger
language plpgsql
set search_path = ''
as $$
begin
  -- Only what people do themselves; functions and the service role still change a suspended person's row.
  if current_user = 'authenticated' then
    raise exception using errcode = 'PT403', hint = 'account_inactive', message = 'This account is not active.';
  end if;
  return new;
end;
$$;
comment on function private.freeze_inactive_profile() is 'Trigger: a suspended or deleted person does not edit their own profile.';
create trigger freeze_inactive_profile before update on public.profiles for each row
  when (old.status <> 'active') execute function private.freeze_inactive_profile();

-- memberships ------------------------------------------------------------------------------------------------------

create table public.memberships (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  user_id uuid not null references public.profiles (user_id),
  role text not null check (role in ('owner', 'staff')),
  status text not null default 'active' check (status in ('active', 'disabled', 'revoked', 'removed')),
  permissions text[] not null default '{}' check (permissions <@ array['overbooking', 'catalogue', 'exports']),
  joined_at timestamptz not null default now(),
  status_changed_at timestamptz not null default now(),
  status_changed_by uuid,
  unique (tenant_id, id),
  unique (tenant_id, user_id)
);
comment on table public.memberships is 'A person in a clinic with a role. Read and written through functions only; ended by status, never deleted.';
comment on column public.memberships.status is 'active; disabled with its tenant''s deletion; revoked with its user''s deletion; removed by an owner.';
comment on column public.memberships.permissions is 'Single rights an owner has granted to a staff member; owners have them all.';

create index memberships_user_idx on public.memberships (user_id);

-- platform_admins --------------------------------------------------------------------------------------------------

create table public.platform_admins (
  user_id uuid primary key references public.profiles (user_id),
  status text not null default 'active' check (status in ('active', 'revoked')),
  status_changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  created_by uuid
);
comment on table public.platform_admins is 'Super-admins. Gives no access to any clinic''s rows, only to the platform functions.';

-- effective access -------------------------------------------------------------------------------------------------
-- plpgsql on purpose: its plan is kept, a language sql function is planned again in every statement (0.13 against 0.28 ms).
-- Each of the three states (person, clinic, membership) must be active, so a change in any cuts the very next request.

create function private.tenant_ids() returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return array(
    select m.tenant_id
    from public.memberships m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    where m.user_id = auth.uid() and m.status = 'active'
  );
end;
$$;
comment on function private.tenant_ids() is 'Clinics the caller may work in now. Never includes support access or super-admins.';

create function private.owned_tenant_ids() returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return array(
    select m.tenant_id
    from public.memberships m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    where m.user_id = auth.uid() and m.status = 'active' and m.role = 'owner'
  );
end;
$$;
comment on function private.owned_tenant_ids() is 'Clinics the caller owns now.';

create function private.permitted_tenant_ids(permission text) returns uuid[]
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return array(
    select m.tenant_id
    from public.memberships m
    join public.tenants t on t.id = m.tenant_id and t.status = 'active'
    join public.profiles p on p.user_id = m.user_id and p.status = 'active'
    where m.user_id = auth.uid() and m.status = 'active'
      and (m.role = 'owner' or permitted_tenant_ids.permission = any (m.permissions))
  );
end;
$$;
comment on function private.permitted_tenant_ids(text) is 'Clinics in which the caller is an owner or was granted this permission.';

create function private.is_super_admin() returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return exists (
    select
    from public.platform_admins a
    join public.profiles p on p.user_id = a.user_id and p.status = 'active'
    where a.user_id = auth.uid() and a.status = 'active'
  );
end;
$$;
comment on function private.is_super_admin() is 'Whether the caller runs the platform: active account and active platform role.';

create function private.require_owner(tenant_id uuid) returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if tenant_id = any (private.owned_tenant_ids()) then
    return;
  end if;
  if tenant_id = any (private.tenant_ids()) then
    perform private.refuse(403, 'owner_required', 'Only an owner of this clinic can do that.');
  end if;
  perform private.refuse(404, 'clinic_not_found', 'There is no such clinic.');
end;
$$;
comment on function private.require_owner(uuid) is
  'Returns for an owner; 403 owner_required for other members; 404 clinic_not_found for everybody else, whether or not it exists.';

create function private.require_super_admin() returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if not private.is_super_admin() then
    perform private.refuse(403, 'super_admin_required', 'Only a super-admin of the platform can do that.');
  end if;
end;
$$;
comment on function private.require_super_admin() is 'Returns for a super-admin, else 403 super_admin_required.';

-- Policies run these as the caller, who needs execution on them but no usage of the schema.
grant execute on function private.tenant_ids(), private.owned_tenant_ids(), private.permitted_tenant_ids(text) to authenticated;

-- policies and grants ----------------------------------------------------------------------------------------------

alter table public.tenants enable row level security;
create policy "members read their clinic" on public.tenants for select to authenticated
  using (id = any ((select private.tenant_ids())::uuid[]));
grant select (id, slug, name, time_zone) on public.tenants to authenticated;
grant select, insert, update on public.tenants to service_role;

alter table public.profiles enable row level security;
create policy "people read their own profile" on public.profiles for select to authenticated
  using (user_id = (select auth.uid()));
create policy "people edit their own profile" on public.profiles for update to authenticated
  using (user_id = (select auth.uid())) with check (user_id = (select auth.uid()));
grant select (user_id, email, first_name, last_name, language, time_zone) on public.profiles to authenticated;
grant update (first_name, last_name, language, time_zone) on public.profiles to authenticated;
grant select, insert, update on public.profiles to service_role;

alter table public.memberships enable row level security;
grant select, insert, update on public.memberships to service_role;

alter table public.platform_admins enable row level security;
grant select, insert, update on public.platform_admins to service_role;

-- my_access --------------------------------------------------------------------------------------------------------

create function private.my_access() returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  caller uuid := auth.uid();
  accessible uuid[] := private.tenant_ids();
begin
  if caller is null then
    perform private.refuse(401, 'sign_in_required', 'Please sign in.');
  end if;
  return jsonb_build_object(
    'profile', (
      select jsonb_build_object(
        'user_id', p.user_id, 'email', p.email, 'first_name', p.first_name, 'last_name', p.last_name,
        'language', p.language, 'time_zone', p.time_zone, 'status', p.status)
      from public.profiles p where p.user_id = caller
    ),
    'is_super_admin', private.is_super_admin(),
    'memberships', coalesce((
      select jsonb_agg(jsonb_build_object(
        'tenant_id', t.id, 'slug', t.slug, 'name', t.name, 'time_zone', t.time_zone, 'role', m.role,
        'permissions', m.permissions, 'status', m.status, 'tenant_status', t.status,
        'has_access', t.id = any (accessible)) order by t.name, t.id)
      from public.memberships m join public.tenants t on t.id = m.tenant_id
      where m.user_id = caller
    ), '[]')
  );
end;
$$;
create function public.my_access() returns jsonb language sql stable set search_path = ''
return private.my_access();
comment on function public.my_access() is
  'Who the caller is and where they may work: { profile, is_super_admin, memberships: [{ tenant_id, slug, …, has_access }] }. Answers suspended people too, so that a page can say why they see nothing.';
grant execute on function private.my_access(), public.my_access() to authenticated;
