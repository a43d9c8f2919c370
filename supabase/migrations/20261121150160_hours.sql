-- What: changing the ordinary weeks of the clinic, of providers and of chairs.
-- Who:  owners and members with the permission 'catalogue'.
-- Relies on: open_times and services migrations.
--
-- Appointments stay where they are, whatever the hours become. The answer counts those that a change has put outside.

create function private.visits_outside(tenant_id uuid, first_day date default null, last_day date default null) returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = visits_outside.tenant_id);
begin
  return array(
    with visits as materialized (
      select v.id, a.subject_id, a.during * tstzrange(v.starts_at, v.ends_at) as during
      from public.appointments v join public.allocations a on a.tenant_id = v.tenant_id and a.appointment_id = v.id
      where v.tenant_id = visits_outside.tenant_id and v.status in ('booked', 'confirmed', 'arrived', 'in_chair')
        and v.starts_at > greatest(now(), visits_outside.first_day::timestamp at time zone time_zone - interval '1 day')
        and v.starts_at < coalesce((visits_outside.last_day + 1)::timestamp at time zone time_zone, 'infinity')
    ), open as materialized (
      select o.subject_id, o.during
      from (
        select array_agg(distinct v.subject_id) as subject_ids, (min(lower(v.during)) at time zone time_zone)::date as first_day,
          (max(upper(v.during)) at time zone time_zone)::date as last_day
        from visits v
      ) b, private.open_times(visits_outside.tenant_id, b.subject_ids, b.first_day, b.last_day) o
    )
    select distinct v.id from visits v join open o on o.subject_id = v.subject_id where not v.during <@ o.during);
end;
$$;
comment on function private.visits_outside(uuid, date, date) is
  'Upcoming appointments at which a provider or chair is not there, on these days of the clinic or on any.';

create function private.lock_hours(tenant_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_catalogue_permission(tenant_id);
  -- One after the other, so that a week is never made of two.
  perform from public.scheduling_settings s where s.tenant_id = lock_hours.tenant_id for no key update;
end;
$$;
comment on function private.lock_hours(uuid) is
  'Lets those who may change hours do so one at a time. 403 catalogue_not_permitted; 404 clinic_not_found.';

create function private.hours_label(tenant_id uuid, provider_id uuid, resource_id uuid) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  label text;
begin
  if num_nonnulls(provider_id, resource_id) = 2 then
    perform private.refuse(422, 'values_invalid', 'Hours are a provider''s or a chair''s, not both.');
  end if;
  label := case
    when provider_id is not null then (select p.name from public.providers p where p.tenant_id = hours_label.tenant_id and p.id = provider_id)
    when resource_id is not null then (select r.name from public.resources r where r.tenant_id = hours_label.tenant_id and r.id = resource_id)
    else (select t.name from public.tenants t where t.id = hours_label.tenant_id) end;
  if label is null then
    perform private.refuse(
      422, case when provider_id is null then 'resource_unknown' else 'provider_unknown' end, 'There is nobody to have these hours.');
  end if;
  return label;
end;
$$;
comment on function private.hours_label(uuid, uuid, uuid) is
  'The name of the provider, the chair or (both null) the clinic whose hours they are. 422 provider_unknown, resource_unknown, values_invalid.';

-- weeks ------------------------------------------------------------------------------------------------------------

create function private.week_json(tenant_id uuid, owner_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'weekday', h.weekday, 'opens', to_char(h.opens, 'HH24:MI'), 'closes', to_char(h.closes, 'HH24:MI'), 'is_break', h.is_break)
      order by h.weekday, h.is_break, h.opens)
    from public.working_hours h
    where h.tenant_id = week_json.tenant_id and coalesce(h.provider_id, h.resource_id, h.tenant_id) = owner_id
  ), '[]'::jsonb);
end;
$$;
comment on function private.week_json(uuid, uuid) is
  'The ordinary week of a provider, a chair or (the tenant''s own id) the clinic: [{ weekday, opens, closes, is_break }], HH:MM.';

create function private.is_clock_time(value jsonb) returns boolean
language sql
immutable
set search_path = ''
return coalesce(jsonb_typeof(value) = 'string' and value #>> '{}' ~ '^(([01]\d|2[0-3]):[0-5][05]|24:00)$', false);
comment on function private.is_clock_time(jsonb) is 'HH:MM in steps of five minutes; 24:00 is the end of the day.';

create function private.parts_of_week(hours jsonb) returns table (part bigint, weekday text, is_break boolean, minutes int4range)
language sql
immutable
set search_path = ''
begin atomic
  select e.n, e.part ->> 'weekday', coalesce((e.part ->> 'is_break')::boolean, false),
    int4range(
      (extract(epoch from (e.part ->> 'opens')::interval) / 60)::integer, (extract(epoch from (e.part ->> 'closes')::interval) / 60)::integer)
  from jsonb_array_elements(hours) with ordinality e (part, n);
end;
comment on function private.parts_of_week(jsonb) is 'Hours as save_working_hours takes them, in minutes since midnight.';

create function private.require_week(hours jsonb) returns void
language plpgsql
immutable
set search_path = ''
as $$
declare
  part jsonb;
  weekday text;
begin
  if jsonb_typeof(hours) is distinct from 'array' or jsonb_array_length(hours) > 140 then
    perform private.refuse(422, 'hours_invalid', 'Hours are a list.');
  end if;
  for part in select e from jsonb_array_elements(hours) e loop
    if jsonb_typeof(part) <> 'object' or coalesce(part ->> 'weekday', '') !~ '^[1-7]$'
      or not private.is_clock_time(part -> 'opens') or not private.is_clock_time(part -> 'closes') or part ->> 'opens' >= part ->> 'closes'
      or jsonb_typeof(coalesce(part -> 'is_break', 'false')) <> 'boolean'
    then
      perform private.refuse(422, 'hours_invalid', 'Hours have a weekday from 1 to 7, and times HH:MM in steps of five minutes.', left(part::text, 100));
    end if;
  end loop;
  select a.weekday into weekday
  from private.parts_of_week(hours) a join private.parts_of_week(hours) b
    on b.weekday = a.weekday and b.is_break = a.is_break and b.part > a.part and b.minutes && a.minutes
  limit 1;
  if found then
    perform private.refuse(422, 'hours_overlap', 'Two of these hours overlap.', weekday);
  end if;
  select b.weekday into weekday
  from private.parts_of_week(hours) b
  where b.is_break and not exists (
    select from private.parts_of_week(hours) a where a.weekday = b.weekday and not a.is_break having range_agg(a.minutes) @> b.minutes)
  limit 1;
  if found then
    perform private.refuse(422, 'hours_invalid', 'Breaks lie within the hours.', weekday);
  end if;
end;
$$;
comment on function private.require_week(jsonb) is 'A week as save_working_hours takes it: 422 hours_invalid, hours_overlap (detail: the weekday).';

create function private.save_working_hours(tenant_id uuid, provider_id uuid, resource_id uuid, hours jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  owner_id uuid := coalesce(provider_id, resource_id, tenant_id);
  label text;
  old_week jsonb;
  old_outside uuid[];
  new_week jsonb;
  new_outside uuid[];
begin
  perform private.lock_hours(tenant_id);
  label := private.hours_label(tenant_id, provider_id, resource_id);
  perform private.require_week(hours);
  old_week := private.week_json(tenant_id, owner_id);
  old_outside := private.visits_outside(tenant_id);
  delete from public.working_hours h
  where h.tenant_id = save_working_hours.tenant_id and coalesce(h.provider_id, h.resource_id, h.tenant_id) = owner_id;
  insert into public.working_hours (tenant_id, provider_id, resource_id, weekday, opens, closes, is_break)
  select save_working_hours.tenant_id, save_working_hours.provider_id, save_working_hours.resource_id,
    h.weekday, h.opens, h.closes, coalesce(h.is_break, false)
  from jsonb_to_recordset(hours) h (weekday smallint, opens time, closes time, is_break boolean);
  new_week := private.week_json(tenant_id, owner_id);
  new_outside := private.visits_outside(tenant_id);
  if new_week <> old_week then
    perform private.record_event('working_hours.saved', tenant_id, 'working_hours', owner_id::text, label,
      jsonb_build_object('hours', old_week), jsonb_build_object('hours', new_week));
  end if;
  return jsonb_build_object(
    'hours', new_week,
    'outside', (select count(*) from unnest(new_outside) n (id) where n.id <> all (old_outside)));
end;
$$;
create function public.save_working_hours(tenant_id uuid, provider_id uuid, resource_id uuid, hours jsonb)
returns jsonb language sql set search_path = ''
return private.save_working_hours(tenant_id, provider_id, resource_id, hours);
comment on function public.save_working_hours(uuid, uuid, uuid, jsonb) is
  'Owner or member with the permission catalogue: the ordinary week [{ weekday (1 is Monday), opens, closes (HH:MM, 24:00), is_break }] of a provider, a chair, or the clinic when both are null, in place of the one there was. Without hours a provider keeps the clinic''s, a chair is always there, a clinic is closed. { hours, outside: how many upcoming appointments this has put outside }. 403 catalogue_not_permitted; 404 clinic_not_found; 422 hours_invalid, hours_overlap (detail: the weekday), provider_unknown, resource_unknown, values_invalid.';

grant execute on function private.save_working_hours(uuid, uuid, uuid, jsonb), public.save_working_hours(uuid, uuid, uuid, jsonb) to authenticated;
