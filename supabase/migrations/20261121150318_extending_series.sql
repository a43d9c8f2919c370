-- What: the job that carries series without an end on, as the days go by.
-- Who:  pg_cron.
-- Relies on: repeating migration.

create function private.further_times(tenant_id uuid, rule text, first_at timestamp, exdates date[], made_to date, upcoming bigint) returns timestamp[]
language sql
stable
set search_path = ''
return array(
  select t from public.tenants c
  join public.scheduling_settings s on s.tenant_id = c.id
  cross join private.expand_rrule(
    rule, first_at, (now() at time zone c.time_zone) + make_interval(days => s.horizon_days), null, c.time_zone) t
  where c.id = further_times.tenant_id and t::date > made_to and t::date <> all (exdates) and t > now() at time zone c.time_zone
  order by t limit greatest(366 - upcoming, 0));
comment on function private.further_times(uuid, text, timestamp, date[], date, bigint) is
  'What comes of a series after a day, as far as the clinic books ahead, and not more than 366 with those to come already.';

create function private.report_gaps(series public.appointment_series, days date[], cause text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.tasks (tenant_id, client_id, title, details, due_on, priority)
  select series.tenant_id, series.client_id,
    left(case when days is null then 'A series of visits has ended: ' || c.name
      else 'Find another time for a repeating visit: ' || c.name end, 200),
    cause || coalesce(' ' || array_to_string(days, ', '), ''),
    greatest(coalesce(days[1] - 28, current_date), current_date), 'normal'
  from (select btrim(k.first_name || ' ' || k.last_name) as name from public.clients k where k.tenant_id = series.tenant_id and k.id = series.client_id) c;
end;
$$;
comment on function private.report_gaps(public.appointment_series, date[], text) is 'A task for the clinic: visits of a series that could not be booked, or (days null) a series that goes on no longer.';

create function private.extend_appointments(series public.appointment_series) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = series.tenant_id);
  resource_ids constant uuid[] := array(
    select r.resource_id from public.appointment_series_resources r where r.tenant_id = series.tenant_id and r.series_id = series.id);
  times timestamp[];
  at timestamp;
  gaps date[] := '{}'::date[];
begin
  if exists (select from public.clients c where c.tenant_id = series.tenant_id and c.id = series.client_id and c.archived_at is not null) then
    update public.appointment_series s set extend_at = null where s.tenant_id = series.tenant_id and s.id = series.id;
    return 0;
  elsif exists (select from public.providers p where p.tenant_id = series.tenant_id and p.id = series.provider_id and p.archived_at is not null)
    or exists (select from public.resources r where r.tenant_id = series.tenant_id and r.id = any (resource_ids) and r.archived_at is not null)
    or exists (select from public.services v where v.tenant_id = series.tenant_id and v.id = series.service_id and v.archived_at is not null)
  then
    update public.appointment_series s set extend_at = null where s.tenant_id = series.tenant_id and s.id = series.id;
    perform private.report_gaps(series, null, 'Its service, its provider or its chair has been archived.');
    return 0;
  end if;
  times := private.further_times(series.tenant_id, series.rule, series.first_at, series.exdates, series.materialised_to, (
    select count(*) from public.appointments v where v.tenant_id = series.tenant_id and v.series_id = series.id and v.starts_at > now()));
  foreach at in array times loop
    begin
      perform private.make_occurrence(series, resource_ids, at, time_zone, false, false);
    exception when sqlstate 'PT409' then
      gaps := gaps || at::date;
    end;
  end loop;
  if gaps <> '{}' then
    perform private.report_gaps(series, gaps, 'On these days something is in the way:');
  end if;
  update public.appointment_series s
  set materialised_to = coalesce(times[cardinality(times)]::date, s.materialised_to), extend_at = now() + interval '1 day'
  where s.tenant_id = series.tenant_id and s.id = series.id;
  return cardinality(times) - cardinality(gaps);
end;
$$;
comment on function private.extend_appointments(public.appointment_series) is
  'Books what has come within reach of a series, whose subjects are locked; what is in the way becomes a task. Returns how many visits.';

create function private.extend_blocks(series public.block_series) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  times constant timestamp[] := private.further_times(series.tenant_id, series.rule, series.first_at, series.exdates, series.materialised_to, (
    select count(*) from public.blocked_times b where b.tenant_id = series.tenant_id and b.series_id = series.id and b.starts_at > now()));
begin
  perform private.make_blocks(series, times, t.time_zone) from public.tenants t where t.id = series.tenant_id;
  update public.block_series s
  set materialised_to = coalesce(times[cardinality(times)]::date, s.materialised_to), extend_at = now() + interval '1 day'
  where s.tenant_id = series.tenant_id and s.id = series.id;
  return cardinality(times);
end;
$$;
comment on function private.extend_blocks(public.block_series) is 'Blocks what has come within reach of a series. Returns how many times.';

create function private.extend_series(max_series integer default 20) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic uuid;
  visits public.appointment_series[];
  block public.block_series;
  series public.appointment_series;
  made integer := 0;
begin
  -- One clinic at a time, so that nobody is kept waiting by another clinic's series.
  select x.tenant_id into clinic
  from (
    select s.tenant_id, s.extend_at from public.appointment_series s where s.extend_at <= now()
    union all
    select s.tenant_id, s.extend_at from public.block_series s where s.extend_at <= now()
  ) x
  join public.tenants t on t.id = x.tenant_id and t.status = 'active'
  order by x.extend_at limit 1;
  if clinic is null then
    return 0;
  end if;
  visits := array(select s from public.appointment_series s where s.tenant_id = clinic and s.extend_at <= now() order by s.extend_at limit max_series);
  -- All of them at once: locks are taken in one order by everybody.
  perform private.lock_subjects(clinic, array(
    select s.provider_id from unnest(visits) s
    union
    select r.resource_id from public.appointment_series_resources r, unnest(visits) s where r.tenant_id = clinic and r.series_id = s.id));
  for series in
    -- Some may have been ended in the meantime.
    select s.* from public.appointment_series s
    where s.tenant_id = clinic and s.extend_at <= now() and s.id in (select v.id from unnest(visits) v) order by s.extend_at
  loop
    begin
      made := made + private.extend_appointments(series);
    exception when others then
      raise warning 'The series % of the clinic % was not extended: %', series.id, clinic, sqlerrm;
      update public.appointment_series s set extend_at = now() + interval '1 day' where s.tenant_id = clinic and s.id = series.id;
    end;
  end loop;
  for block in
    select * from public.block_series s where s.tenant_id = clinic and s.extend_at <= now() order by s.extend_at limit max_series for no key update skip locked
  loop
    made := made + private.extend_blocks(block);
  end loop;
  return made;
end;
$$;
comment on function private.extend_series(integer) is
  'Carries series without an end on as far as the clinic books ahead: each once a day, one clinic a call. Returns how many visits and blocked times were made.';
select private.schedule_job('series-extension', '* * * * *', 'select private.extend_series()');
