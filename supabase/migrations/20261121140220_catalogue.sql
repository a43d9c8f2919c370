-- What: what a clinic offers and with what: providers, resources, services, and which of them can do which service.
-- Who:  every member reads; owners and members with the permission 'catalogue' write.
-- Relies on: tenancy, audit and client_details migrations.

create table public.providers (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  name text not null check (name = btrim(name) and length(name) between 1 and 120),
  title text not null default '' check (length(title) <= 60),
  member_id uuid,
  colour text not null default 'blue' check (private.is_colour(colour)),
  sort integer not null default 0,
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, member_id) references public.memberships (tenant_id, user_id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.providers is 'Who treats clients: dentists, hygienists, assistants.';
comment on column public.providers.member_id is 'The member of the clinic this is; null for somebody without an account.';
comment on column public.providers.sort is 'Order in lists and calendars; the same number is ordered by name.';
create unique index providers_name_idx on public.providers (tenant_id, lower(name)) where archived_at is null;
create index providers_member_idx on public.providers (tenant_id, member_id);
create index providers_created_by_idx on public.providers (tenant_id, created_by);

create table public.resources (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  name text not null check (name = btrim(name) and length(name) between 1 and 120),
  kind text not null default 'chair' check (kind in ('chair', 'room', 'equipment')),
  colour text not null default 'slate' check (private.is_colour(colour)),
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.resources is 'What an appointment needs besides a provider: chairs, rooms, equipment.';
create unique index resources_name_idx on public.resources (tenant_id, lower(name)) where archived_at is null;
create index resources_created_by_idx on public.resources (tenant_id, created_by);

create table public.services (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  name text not null check (name = btrim(name) and length(name) between 1 and 120),
  duration_minutes integer not null default 30 check (duration_minutes between 5 and 720),
  buffer_before_minutes integer not null default 0 check (buffer_before_minutes between 0 and 120),
  buffer_after_minutes integer not null default 0 check (buffer_after_minutes between 0 and 120),
  price numeric(10, 2) check (price >= 0),
  currency text not null default 'RON' check (currency ~ '^[A-Z]{3}$'),
  colour text not null default 'teal' check (private.is_colour(colour)),
  archived_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.services is 'What clients can have done.';
comment on column public.services.buffer_before_minutes is 'Minutes kept free in front of the appointment, for preparing.';
comment on column public.services.buffer_after_minutes is 'Minutes kept free behind it, for cleaning up.';
comment on column public.services.price is 'In currency (ISO 4217); null when the price is not fixed.';
create unique index services_name_idx on public.services (tenant_id, lower(name)) where archived_at is null;
create index services_created_by_idx on public.services (tenant_id, created_by);

create table public.service_providers (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  service_id uuid not null,
  provider_id uuid not null,
  unique (tenant_id, id),
  unique (tenant_id, service_id, provider_id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id) on delete cascade,
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade
);
comment on table public.service_providers is 'Which providers can do which service.';
create index service_providers_provider_idx on public.service_providers (tenant_id, provider_id);

create table public.service_resources (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  service_id uuid not null,
  resource_id uuid not null,
  unique (tenant_id, id),
  unique (tenant_id, service_id, resource_id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id) on delete cascade
);
comment on table public.service_resources is 'In which rooms and chairs and with what equipment a service can be done.';
create index service_resources_resource_idx on public.service_resources (tenant_id, resource_id);

-- rights -----------------------------------------------------------------------------------------------------------

do $$
declare
  name text;
begin
  foreach name in array array['providers', 'resources', 'services', 'service_providers', 'service_resources'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy "members read their clinic''s %1$s" on public.%1$I for select to authenticated
      using (tenant_id = any ((select private.tenant_ids())::uuid[]))', name);
    execute format('create policy "members with the permission add %1$s" on public.%1$I for insert to authenticated
      with check (tenant_id = any ((select private.permitted_tenant_ids(''catalogue''))::uuid[]))', name);
    execute format('create policy "members with the permission delete %1$s" on public.%1$I for delete to authenticated
      using (tenant_id = any ((select private.permitted_tenant_ids(''catalogue''))::uuid[]))', name);
    execute format('grant select, delete on public.%I to authenticated', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
  foreach name in array array['providers', 'resources', 'services'] loop
    execute format('create policy "members with the permission edit %1$s" on public.%1$I for update to authenticated
      using (tenant_id = any ((select private.permitted_tenant_ids(''catalogue''))::uuid[]))
      with check (tenant_id = any ((select private.permitted_tenant_ids(''catalogue''))::uuid[]))', name);
    execute format('create trigger touch_updated_at before update on public.%I for each row execute function private.touch_updated_at()', name);
    execute format('create trigger audit_change after insert or update or delete on public.%I
      for each row execute function private.audit_row_change(%L, ''archived_at:archived'')', name, rtrim(name, 's'));
  end loop;
end;
$$;
grant insert (tenant_id, name, title, member_id, colour, sort) on public.providers to authenticated;
grant update (name, title, member_id, colour, sort, archived_at) on public.providers to authenticated;
grant insert (tenant_id, name, kind, colour) on public.resources to authenticated;
grant update (name, kind, colour, archived_at) on public.resources to authenticated;
grant insert (tenant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price, currency, colour) on public.services to authenticated;
grant update (name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price, currency, colour, archived_at) on public.services to authenticated;
grant insert (tenant_id, service_id, provider_id) on public.service_providers to authenticated;
grant insert (tenant_id, service_id, resource_id) on public.service_resources to authenticated;

-- names ------------------------------------------------------------------------------------------------------------

create function private.check_catalogue_name() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  is_taken boolean;
begin
  new.name := btrim(regexp_replace(coalesce(new.name, ''), '\s+', ' ', 'g'));
  if new.name = '' then
    perform private.refuse(422, 'catalogue_name_required', 'Please give a name.');
  elsif length(new.name) > 120 then
    perform private.refuse(422, 'name_too_long', 'A name has 120 characters at most.', '120');
  end if;
  -- This runs before the policy: whoever may not write here is not told which names there are.
  if new.archived_at is null and (auth.uid() is null or new.tenant_id = any (private.permitted_tenant_ids('catalogue'))) then
    execute format('select exists (select from public.%I x where x.tenant_id = $1 and lower(x.name) = lower($2) and x.archived_at is null and x.id <> $3)', tg_table_name)
    into is_taken using new.tenant_id, new.name, new.id;
    if is_taken then
      perform private.refuse(409, 'name_taken', 'There is one of this name already.', left(new.name, 120));
    end if;
  end if;
  return new;
end;
$$;
comment on function private.check_catalogue_name() is
  'Trigger: a name is there, short enough and not in use: 422 catalogue_name_required, name_too_long; 409 name_taken. The unique index decides between two at once.';
create trigger check_name before insert or update of name, archived_at on public.providers for each row execute function private.check_catalogue_name();
create trigger check_name before insert or update of name, archived_at on public.resources for each row execute function private.check_catalogue_name();
create trigger check_name before insert or update of name, archived_at on public.services for each row execute function private.check_catalogue_name();
