-- What: when a clinic, its providers and its chairs are there: weekly hours with breaks, days that differ, blocked times; and
--       the clinic's rules of booking.
-- Who:  every member reads; owners change the rules, members with the permission 'catalogue' the hours, every member blocks time.
-- Relies on: catalogue and services migrations.
--
-- A day's hours of a provider: those of the days that differ, their own before the clinic's; else the own week, when there is
-- one; else the clinic's. Breaks belong to the week. Chairs and rooms without hours of their own are always there.

create extension if not exists btree_gist with schema extensions;

create table public.scheduling_settings (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null unique references public.tenants (id),
  slot_minutes integer not null default 15 check (slot_minutes in (5, 10, 15, 20, 30, 60)),
  minimum_notice_minutes integer not null default 0 check (minimum_notice_minutes between 0 and 20160),
  horizon_days integer not null default 365 check (horizon_days between 1 and 730),
  hold_minutes integer not null default 5 check (hold_minutes between 1 and 30),
  late_cancel_hours integer not null default 24 check (late_cancel_hours between 0 and 168),
  updated_at timestamptz not null default now(),
  unique (tenant_id, id)
);
comment on table public.scheduling_settings is 'A clinic''s rules of booking: one row each, there from the beginning.';
comment on column public.scheduling_settings.slot_minutes is 'Free times begin at multiples of this many minutes past the hour.';
comment on column public.scheduling_settings.minimum_notice_minutes is 'Free times nearer than this are not offered.';
comment on column public.scheduling_settings.horizon_days is 'Free times farther ahead than this are not offered.';
comment on column public.scheduling_settings.hold_minutes is 'How long a time is kept for somebody who is filling in the form.';
comment on column public.scheduling_settings.late_cancel_hours is 'Cancelled later than this many hours before it counts as late.';

create table public.working_hours (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  provider_id uuid,
  resource_id uuid,
  weekday smallint not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null,
  is_break boolean not null default false,
  span int4range not null generated always as (int4range(
    extract(hour from opens)::integer * 60 + extract(minute from opens)::integer,
    extract(hour from closes)::integer * 60 + extract(minute from closes)::integer)) stored,
  unique (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id) on delete cascade,
  check (opens < closes and num_nonnulls(provider_id, resource_id) <= 1),
  -- The clinic's own hours belong to nobody.
  exclude using gist (
    tenant_id with =, (coalesce(provider_id, resource_id, tenant_id)) with =, weekday with =, (is_break::integer) with =, span with &&)
);
comment on table public.working_hours is 'The hours of an ordinary week: a provider''s, a chair''s, or the clinic''s when both are null.';
comment on column public.working_hours.weekday is 'ISO 8601: 1 is Monday.';
comment on column public.working_hours.closes is '24:00 is the end of the day. Hours do not reach over midnight.';
comment on column public.working_hours.is_break is 'Taken out of the day''s hours.';
comment on column public.working_hours.span is 'Minutes since midnight; two of one day and kind never overlap.';
create index working_hours_provider_idx on public.working_hours (tenant_id, provider_id, weekday);
create index working_hours_resource_idx on public.working_hours (tenant_id, resource_id, weekday);

create table public.hours_exceptions (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  provider_id uuid,
  resource_id uuid,
  first_day date not null,
  last_day date not null,
  opens time,
  closes time,
  note text not null default '' check (length(note) <= 200),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (num_nonnulls(provider_id, resource_id) <= 1),
  check (last_day between first_day and first_day + 366),
  check (opens < closes and num_nonnulls(opens, closes) in (0, 2))
);
comment on table public.hours_exceptions is 'Days on which a provider, a chair or (both null) the clinic keeps other hours than in an ordinary week: holidays, an evening in December.';
comment on column public.hours_exceptions.opens is 'Null with closes: not there at all. Several rows for one day add up.';
create index hours_exceptions_days_idx on public.hours_exceptions (tenant_id, last_day, first_day);
create index hours_exceptions_provider_idx on public.hours_exceptions (tenant_id, provider_id, last_day);
create index hours_exceptions_resource_idx on public.hours_exceptions (tenant_id, resource_id, last_day);
create index hours_exceptions_created_by_idx on public.hours_exceptions (tenant_id, created_by);

create table public.blocked_times (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  provider_id uuid,
  resource_id uuid,
  title text not null default '' check (length(title) <= 120),
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  series_id uuid,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id) on delete cascade,
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check (num_nonnulls(provider_id, resource_id) <= 1),
  check (starts_at < ends_at and ends_at <= starts_at + interval '400 days')
);
comment on table public.blocked_times is 'Times at which a provider, a chair or (both null) the whole clinic is not to be booked: meetings, repairs, leave.';
comment on column public.blocked_times.series_id is 'What repeats; every occurrence is a row of its own.';
create index blocked_times_during_idx on public.blocked_times using gist (tenant_id, (tstzrange(starts_at, ends_at)));
create index blocked_times_provider_idx on public.blocked_times (tenant_id, provider_id, starts_at);
create index blocked_times_resource_idx on public.blocked_times (tenant_id, resource_id, starts_at);
create index blocked_times_series_idx on public.blocked_times (tenant_id, series_id, starts_at);
create index blocked_times_created_by_idx on public.blocked_times (tenant_id, created_by);

-- rights: every write is a function, because it has to look at what is booked already ---------------------------------

do $$
declare
  name text;
begin
  foreach name in array array['scheduling_settings', 'working_hours', 'hours_exceptions', 'blocked_times'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy "members read their clinic''s %1$s" on public.%1$I for select to authenticated
      using (tenant_id = any ((select private.tenant_ids())::uuid[]))', name);
    execute format('grant select on public.%I to authenticated', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
end;
$$;
-- The rules of booking stand alone.
create policy "owners change their clinic's rules of booking" on public.scheduling_settings for update to authenticated
  using (tenant_id = any ((select private.owned_tenant_ids())::uuid[]))
  with check (tenant_id = any ((select private.owned_tenant_ids())::uuid[]));
grant update (slot_minutes, minimum_notice_minutes, horizon_days, hold_minutes, late_cancel_hours) on public.scheduling_settings to authenticated;
create trigger touch_updated_at before update on public.scheduling_settings for each row execute function private.touch_updated_at();
create trigger audit_change after update on public.scheduling_settings for each row execute function private.audit_row_change('scheduling_settings');
create trigger audit_change after insert or update or delete on public.hours_exceptions for each row execute function private.audit_row_change('hours_exception');
create trigger audit_change after insert or update or delete on public.blocked_times for each row execute function private.audit_row_change('blocked_time');

-- every clinic begins with rules and an ordinary week -----------------------------------------------------------------

create function private.begin_scheduling() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.scheduling_settings (tenant_id) values (new.id);
  insert into public.working_hours (tenant_id, weekday, opens, closes) select new.id, d, '09:00', '18:00' from generate_series(1, 5) d;
  return null;
end;
$$;
comment on function private.begin_scheduling() is 'Trigger: a new clinic has rules of booking, and is open Monday to Friday from 9 to 18 until somebody says otherwise.';
create trigger begin_scheduling after insert on public.tenants for each row execute function private.begin_scheduling();
insert into public.scheduling_settings (tenant_id) select t.id from public.tenants t;
insert into public.working_hours (tenant_id, weekday, opens, closes)
select t.id, d, '09:00', '18:00' from public.tenants t, generate_series(1, 5) d;
