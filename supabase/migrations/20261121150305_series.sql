-- What: visits that repeat: what a series is, and its times with what is in their way.
-- Who:  every member of the clinic reads; functions alone write.
-- Relies on: recurrence and booking migrations.
--
-- A series keeps the wall time of the clinic: ten o'clock stays ten o'clock when the clocks change. A time in the hour that is
-- missing when they go forward moves to the same minute of the next hour; of an hour that comes twice the second is meant.

create table public.appointment_series (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  client_id uuid not null,
  service_id uuid,
  provider_id uuid,
  rule text not null check (length(rule) between 10 and 500),
  first_at timestamp not null,
  duration_minutes integer not null check (duration_minutes between 5 and 720),
  note text not null default '' check (length(note) <= 2000),
  exdates date[] not null default '{}' check (cardinality(exdates) <= 1000),
  materialised_to date,
  extend_at timestamptz,
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  unique (tenant_id, id),
  foreign key (tenant_id, client_id) references public.clients (tenant_id, id),
  foreign key (tenant_id, service_id) references public.services (tenant_id, id),
  foreign key (tenant_id, provider_id) references public.providers (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id)
);
comment on table public.appointment_series is 'Visits of a client that repeat. Each of them is an appointment of its own, which can be moved or cancelled alone.';
comment on column public.appointment_series.rule is 'The value of an RRULE of RFC 5545.';
comment on column public.appointment_series.first_at is 'DTSTART, in the wall time of the clinic.';
comment on column public.appointment_series.exdates is 'Days on which there is none although the rule has one.';
comment on column public.appointment_series.materialised_to is 'The day of the last appointment made; none before it is made later.';
comment on column public.appointment_series.extend_at is 'When a series without an end is looked at again; null when all of its appointments are there.';
create index appointment_series_client_idx on public.appointment_series (tenant_id, client_id);
create index appointment_series_service_idx on public.appointment_series (tenant_id, service_id);
create index appointment_series_provider_idx on public.appointment_series (tenant_id, provider_id);
create index appointment_series_created_by_idx on public.appointment_series (tenant_id, created_by);
-- What the job looks for over all clinics.
create unique index appointment_series_extend_idx on public.appointment_series (extend_at, id) where extend_at is not null;

create table public.appointment_series_resources (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  series_id uuid not null,
  resource_id uuid not null,
  unique (tenant_id, id),
  unique (tenant_id, series_id, resource_id),
  foreign key (tenant_id, series_id) references public.appointment_series (tenant_id, id) on delete cascade,
  foreign key (tenant_id, resource_id) references public.resources (tenant_id, id)
);
comment on table public.appointment_series_resources is 'The chairs, rooms and equipment of a series.';
create index appointment_series_resources_resource_idx on public.appointment_series_resources (tenant_id, resource_id);

alter table public.appointments add foreign key (tenant_id, series_id) references public.appointment_series (tenant_id, id);

do $$
declare
  name text;
begin
  foreach name in array array['appointment_series', 'appointment_series_resources'] loop
    execute format('alter table public.%I enable row level security', name);
    execute format('create policy "members read their clinic''s %1$s" on public.%1$I for select to authenticated
      using (tenant_id = any ((select private.tenant_ids())::uuid[]))', name);
    execute format('grant select on public.%I to authenticated', name);
    execute format('grant select, insert, update, delete on public.%I to service_role', name);
  end loop;
end;
$$;
create trigger audit_change after insert or delete or update of client_id, service_id, provider_id, rule, first_at, duration_minutes, note, exdates
  on public.appointment_series for each row when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on')
  execute function private.audit_row_change('appointment_series');
insert into private.client_erasure_rules (source, client_column, treatment, emptied) values
  ('public.appointment_series', 'client_id', 'empty', '{"note": "", "extend_at": null}');
select private.guard_client_references();

-- times ------------------------------------------------------------------------------------------------------------

create function private.resources_in(fields jsonb) returns uuid[]
language sql
immutable
set search_path = ''
return array(select distinct e::uuid from jsonb_array_elements_text(coalesce(nullif(fields -> 'resource_ids', 'null'), '[]')) e order by 1);
comment on function private.resources_in(jsonb) is 'The resource_ids of a form, each once.';

create function private.series_times(tenant_id uuid, rule text, first_at timestamp, exdates date[]) returns timestamp[]
language plpgsql
stable
set search_path = ''
as $$
declare
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = series_times.tenant_id);
  r constant private.recurrence := private.read_rule(rule, time_zone);
  is_endless constant boolean := r.occurrences is null and r.until_at is null;
  farthest constant timestamp := (now() at time zone time_zone) + interval '5 years';
  times timestamp[];
begin
  times := array(select t from private.expand_rrule(
    rule, first_at,
    case when is_endless then greatest(now() at time zone time_zone, first_at) + (
      select make_interval(days => s.horizon_days) from public.scheduling_settings s where s.tenant_id = series_times.tenant_id) else farthest end,
    case when is_endless then 366 else 367 end, time_zone) t order by t);
  if cardinality(times) > 366 or r.occurrences > 366 or r.until_at > farthest or (times <> '{}' and cardinality(times) < r.occurrences) then
    perform private.refuse(422, 'series_too_long', 'A series has 366 visits at most, within five years.', '366');
  end if;
  times := array(select t from unnest(times) t where t::date <> all (coalesce(exdates, '{}')) order by t);
  if times = '{}' then
    perform private.refuse(422, 'series_empty', 'There is no day on which this rule falls.');
  end if;
  return times;
end;
$$;
comment on function private.series_times(uuid, text, timestamp, date[]) is
  'When a series takes place, in wall time; without an end, as far as the clinic books ahead. 422 rule_invalid, rule_not_supported, series_too_long, series_empty.';

create function private.weigh_times(
  tenant_id uuid, service_id uuid, provider_id uuid, resource_ids uuid[], times timestamp[], minutes integer,
  own_ids uuid[] default '{}', own_hold_id uuid default null)
returns table (n bigint, starts_at timestamptz, ends_at timestamptz, obstacles jsonb)
language plpgsql
stable
set search_path = ''
as $$
declare
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = weigh_times.tenant_id);
  first_at constant timestamptz := times[1] at time zone time_zone;
  -- Every visit takes what the first one does, at its own time.
  first_plan constant private.planned_allocation[] := private.plan_allocations(
    tenant_id, service_id, provider_id, resource_ids, first_at, first_at + make_interval(mins => minutes));
  plan constant private.planned_allocation[] := array(
    select row(p.provider_id, p.resource_id, tstzrange(
      lower(p.during) + ((u.t at time zone time_zone) - first_at), upper(p.during) + ((u.t at time zone time_zone) - first_at)))::private.planned_allocation
    from unnest(times) u (t), unnest(first_plan) p);
  found jsonb;
begin
  -- Asked about all of them at once; whether somebody is there follows below, for each visit without its buffers.
  found := private.list_obstacles(tenant_id, plan, 'empty');
  return query
    with visits as (
      select u.n, u.t at time zone time_zone as starts_at, (u.t at time zone time_zone) + make_interval(mins => minutes) as ends_at
      from unnest(times) with ordinality u (t, n)
    ), parts as (
      select v.n, coalesce(p.provider_id, p.resource_id) as subject_id, tstzrange(v.starts_at, v.ends_at) as visit,
        tstzrange(lower(p.during) + (v.starts_at - first_at), upper(p.during) + (v.starts_at - first_at)) as during
      from visits v, unnest(first_plan) p
    ), obstacles as (
      select distinct o, (o ->> 'subject_id')::uuid as subject_id, tstzrange((o ->> 'starts_at')::timestamptz, (o ->> 'ends_at')::timestamptz) as during
      from jsonb_array_elements(found) o
      where (o ->> 'appointment_id')::uuid = any (own_ids) is not true
        and not (o ->> 'kind' = 'hold' and exists (
          select from public.allocations a
          where a.tenant_id = weigh_times.tenant_id and a.hold_id = own_hold_id and a.subject_id = (o ->> 'subject_id')::uuid
            and a.during = tstzrange((o ->> 'starts_at')::timestamptz, (o ->> 'ends_at')::timestamptz)))
    ), in_the_way as (
      select p.n, o.o from parts p join obstacles o on o.subject_id = p.subject_id and o.during && p.during
      union
      select p.n, jsonb_build_object(
        'kind', 'closed', 'subject_id', p.subject_id, 'subject', coalesce(
          (select x.name from public.providers x where x.tenant_id = weigh_times.tenant_id and x.id = p.subject_id),
          (select x.name from public.resources x where x.tenant_id = weigh_times.tenant_id and x.id = p.subject_id)),
        'starts_at', lower(p.during * p.visit), 'ends_at', upper(p.during * p.visit), 'appointment_id', null, 'label', null)
      from parts p
      join private.open_times(weigh_times.tenant_id, private.subjects_of(first_plan),
        (select min(t)::date from unnest(times) t), (select max(t)::date + 1 from unnest(times) t)) t on t.subject_id = p.subject_id
      where not (p.during * p.visit) <@ t.during
    )
    select v.n, v.starts_at, v.ends_at, coalesce((select jsonb_agg(w.o order by w.o ->> 'kind', w.o ->> 'starts_at') from in_the_way w where w.n = v.n), '[]')
    from visits v order by v.n;
end;
$$;
comment on function private.weigh_times(uuid, uuid, uuid, uuid[], timestamp[], integer, uuid[], uuid) is
  'Visits at these wall times with what is in the way of each, own appointments and the own hold left out.';

create function private.require_series_fields(tenant_id uuid, fields jsonb, rule text, exdates date[]) returns public.appointment_series
language plpgsql
stable
set search_path = ''
as $$
declare
  visit public.appointments;
  series public.appointment_series;
begin
  perform private.require_appointment_fields(fields);
  visit := jsonb_populate_record(null::public.appointments, fields - 'resource_ids');
  perform private.require_place(
    tenant_id, visit.service_id, visit.provider_id, private.resources_in(fields), visit.starts_at, visit.ends_at);
  series.tenant_id := require_series_fields.tenant_id;
  series.client_id := visit.client_id;
  series.service_id := visit.service_id;
  series.provider_id := visit.provider_id;
  series.rule := upper(require_series_fields.rule);
  series.first_at := visit.starts_at at time zone (select t.time_zone from public.tenants t where t.id = require_series_fields.tenant_id);
  series.duration_minutes := round(extract(epoch from visit.ends_at - visit.starts_at) / 60);
  series.note := btrim(coalesce(visit.note, ''));
  series.exdates := array(select distinct d from unnest(require_series_fields.exdates) d where d is not null order by d);
  if cardinality(series.exdates) > 366 then
    perform private.refuse(422, 'values_invalid', 'These are too many days.', 'exdates');
  end if;
  return series;
end;
$$;
comment on function private.require_series_fields(uuid, jsonb, text, date[]) is
  'A series as a form describes it: the fields of its first visit, the rule, days without. What book_appointment refuses.';

create function private.days_in(times jsonb, time_zone text) returns date[]
language plpgsql
stable
set search_path = ''
as $$
begin
  return array(select ((t #>> '{}')::timestamptz at time zone time_zone)::date from jsonb_array_elements(coalesce(nullif(times, 'null'), '[]')) t);
exception when invalid_parameter_value or invalid_datetime_format or datetime_field_overflow then
  perform private.refuse(422, 'values_invalid', 'This is not a list of times.', 'skip');
  return null;
end;
$$;
comment on function private.days_in(jsonb, text) is 'The zone''s days of a list of times: ["2026-12-01T08:00:00Z"]. 422 values_invalid.';

create function private.preview_series(tenant_id uuid, fields jsonb, rule text, exdates date[], hold_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  series public.appointment_series;
  times timestamp[];
  own_hold_id uuid;
begin
  perform private.require_member(tenant_id);
  series := private.require_series_fields(tenant_id, fields, rule, exdates);
  times := private.series_times(tenant_id, series.rule, series.first_at, series.exdates);
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = preview_series.tenant_id and h.id = preview_series.hold_id and h.created_by = auth.uid();
  return (
    select jsonb_build_object(
      'occurrences', jsonb_agg(jsonb_build_object(
        'day', times[w.n]::date, 'starts_at', w.starts_at, 'ends_at', w.ends_at, 'obstacles', w.obstacles) order by w.n),
      'conflicts', count(*) filter (where w.obstacles <> '[]'),
      'is_endless', series.rule !~ '(COUNT|UNTIL)=')
    from private.weigh_times(
      tenant_id, series.service_id, series.provider_id, private.resources_in(fields), times, series.duration_minutes, '{}', own_hold_id) w);
end;
$$;
create function public.preview_series(tenant_id uuid, fields jsonb, rule text, exdates date[] default '{}', hold_id uuid default null)
returns jsonb language sql stable set search_path = ''
return private.preview_series(tenant_id, fields, rule, exdates, hold_id);
comment on function public.preview_series(uuid, jsonb, text, date[], uuid) is
  'Member: what book_series would book: { occurrences: [{ day, starts_at, ends_at, obstacles }], conflicts, is_endless }; obstacles as in the detail of slot_taken, a hold of one''s own not among them. Nothing is written. 404 clinic_not_found; 422 rule_invalid, rule_not_supported (detail: the part), series_too_long, series_empty, and those of book_appointment.';
grant execute on function private.preview_series(uuid, jsonb, text, date[], uuid), public.preview_series(uuid, jsonb, text, date[], uuid) to authenticated;
