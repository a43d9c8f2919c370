-- What: what changing a visit means for its series: for this and the following ones, or for all that are to come.
-- Who:  the functions of scheduling alone.
-- Relies on: booking_series migration.
--
-- What has happened stays what it was: a change ends the old series and begins a new one with the first visit it changes. Visits
-- that were moved by themselves, that are over, cancelled or under way, go along with the new series as they are.

create function private.series_of(tenant_id uuid, appointment_id uuid, scope text, scopes text[]) returns public.appointments
language plpgsql
stable
set search_path = ''
as $$
declare
  pivot public.appointments;
begin
  if scope is null or scope <> all (scopes) then
    perform private.refuse(422, 'scope_unknown', 'This visit, this and the following, or all of them.');
  end if;
  select * into pivot from public.appointments v where v.tenant_id = series_of.tenant_id and v.id = appointment_id;
  if pivot.id is null then
    perform private.refuse(404, 'appointment_not_found', 'There is no such appointment.');
  elsif pivot.series_id is null then
    perform private.refuse(409, 'not_in_series', 'This appointment does not belong to a series.');
  end if;
  return pivot;
end;
$$;
comment on function private.series_of(uuid, uuid, text, text[]) is
  'The appointment of a series by which somebody means it. 404 appointment_not_found; 409 not_in_series; 422 scope_unknown.';

create type private.series_change as (
  zone text, series public.appointment_series, resource_ids uuid[], old_place jsonb, new_place jsonb, begins_at timestamptz,
  days integer, has_new_rule boolean, exdates date[]);
comment on type private.series_change is
  'A change to be: series as it will be; place: when of the day, how long, with whom and where; begins_at: the old time of its first visit; days: by how many it moves.';

create function private.read_series_change(pivot public.appointments, scope text, fields jsonb, rule text) returns private.series_change
language plpgsql
stable
set search_path = ''
as $$
declare
  c private.series_change;
  old public.appointment_series;
  old_resource_ids uuid[];
  visit public.appointments;
  pivot_at timestamp;
  new_at timestamp;
  passed integer;
begin
  perform private.require_appointment_fields(fields);
  c.zone := (select t.time_zone from public.tenants t where t.id = pivot.tenant_id);
  select * into old from public.appointment_series s where s.tenant_id = pivot.tenant_id and s.id = pivot.series_id;
  old_resource_ids := array(
    select r.resource_id from public.appointment_series_resources r where r.tenant_id = old.tenant_id and r.series_id = old.id order by 1);
  visit.client_id := old.client_id;
  visit.service_id := old.service_id;
  visit.provider_id := old.provider_id;
  visit.starts_at := pivot.occurrence_at;
  visit.note := old.note;
  visit := jsonb_populate_record(visit, fields - 'resource_ids');
  visit.ends_at := coalesce((fields ->> 'ends_at')::timestamptz, visit.starts_at + make_interval(mins => old.duration_minutes));
  c.resource_ids := case when fields ? 'resource_ids' then private.resources_in(fields) else old_resource_ids end;
  perform private.require_place(pivot.tenant_id, visit.service_id, visit.provider_id, c.resource_ids, visit.starts_at, visit.ends_at);

  c.begins_at := case scope when 'following' then pivot.occurrence_at else (
    select min(v.occurrence_at) from public.appointments v
    where v.tenant_id = pivot.tenant_id and v.series_id = pivot.series_id and v.starts_at > now()
      and v.status in ('booked', 'confirmed') and (not v.is_exception or v.id = pivot.id)) end;
  pivot_at := pivot.occurrence_at at time zone c.zone;
  new_at := case when fields ? 'starts_at' then visit.starts_at at time zone c.zone else pivot_at::date + old.first_at::time end;
  c.days := new_at::date - pivot_at::date;
  c.series := old;
  c.series.client_id := visit.client_id;
  c.series.service_id := visit.service_id;
  c.series.provider_id := visit.provider_id;
  c.series.note := btrim(coalesce(visit.note, ''));
  c.series.duration_minutes := round(extract(epoch from visit.ends_at - visit.starts_at) / 60);
  c.series.first_at := (c.begins_at at time zone c.zone)::date + c.days + new_at::time;
  c.old_place := jsonb_build_array(old.first_at::time, old.duration_minutes, old.service_id, old.provider_id, old_resource_ids);
  c.new_place := jsonb_build_array(new_at::time, (c.series).duration_minutes, visit.service_id, visit.provider_id, c.resource_ids);
  c.has_new_rule := upper(rule) <> old.rule;
  if c.has_new_rule then
    c.series.rule := upper(rule);
  elsif c.begins_at is not null then
    passed := (select count(*) from private.expand_rrule(
      old.rule, old.first_at, (c.begins_at at time zone c.zone)::date - interval '1 second', null, c.zone));
    c.series.rule := private.shift_rule(case when old.rule ~ 'COUNT=' then regexp_replace(old.rule, 'COUNT=\d+',
      'COUNT=' || greatest((private.read_rule(old.rule, c.zone)).occurrences - passed, 1)) else old.rule end, c.days);
  end if;
  c.series.exdates := array(
    select d + case when c.has_new_rule then 0 else c.days end from unnest(old.exdates) d where d >= (c.begins_at at time zone c.zone)::date);
  return c;
end;
$$;
comment on function private.read_series_change(public.appointments, text, jsonb, text) is
  'What the fields given for one visit mean for the series from it on, or for all to come. 422 rule_required, and what book_appointment refuses.';

create function private.planned_changes(c private.series_change, pivot public.appointments, skip jsonb)
returns table (n bigint, appointment_id uuid, revision integer, local_at timestamp, change text)
language plpgsql
stable
set search_path = ''
as $$
declare
  skipped constant date[] := private.days_in(skip, c.zone);
  old_id constant uuid := pivot.series_id;
  times timestamp[];
begin
  if c.has_new_rule then
    -- A visit that is left alone stands for its day.
    times := private.series_times((c.series).tenant_id, (c.series).rule, (c.series).first_at, (c.series).exdates || skipped || array(
      select (v.occurrence_at at time zone c.zone)::date from public.appointments v
      where v.tenant_id = (c.series).tenant_id and v.series_id = old_id and v.occurrence_at >= c.begins_at and v.id <> pivot.id
        and (v.is_exception or v.starts_at <= now() or v.status not in ('booked', 'confirmed'))));
  end if;
  return query
    with affected as (
      select row_number() over (order by v.occurrence_at) as n, v.id, v.revision, (v.occurrence_at at time zone c.zone)::date + c.days as day
      from public.appointments v
      where v.tenant_id = (c.series).tenant_id and v.series_id = old_id and v.occurrence_at >= c.begins_at
        and v.starts_at > now() and v.status in ('booked', 'confirmed') and (not v.is_exception or v.id = pivot.id)
    )
    select coalesce(a.n, t.n), a.id, a.revision, t.t,
      case when a.id is null then 'booked' when t.t is null then 'cancelled' else 'moved' end
    from affected a full join unnest(times) with ordinality t (t, n) on t.n = a.n
    where c.has_new_rule
    union all
    select a.n, a.id, a.revision, a.day + (c.series).first_at::time, case when a.day = any (skipped) then 'left' else 'moved' end
    from affected a where not coalesce(c.has_new_rule, false)
    order by 1;
end;
$$;
comment on function private.planned_changes(private.series_change, public.appointments, jsonb) is
  'What becomes of each visit: moved (to local_at), left where it is, cancelled, or booked anew. By a new rule the visits are taken in their order.';
