-- What: the job that carries series without an end on, as the days go by.
-- Who:  pg_cron.
-- Relies on: repeating migration; clinic_language, which the waitlist migration makes.

create function private.report_gaps(series public.appointment_series, days date[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  is_romanian constant boolean := private.clinic_language(series.tenant_id) = 'ro';
  name constant text := (
    select btrim(c.first_name || ' ' || c.last_name) from public.clients c where c.tenant_id = series.tenant_id and c.id = series.client_id);
  listed constant text := (
    select string_agg(to_char(d, case when is_romanian then 'DD.MM.YYYY' else 'FMDD FMMonth YYYY' end), ', ' order by d) from unnest(days) d);
  title text;
  details text;
begin
  if days is null and is_romanian then
    title := 'S-a încheiat o serie de programări: ' || name;
    details := 'Serviciul, medicul sau scaunul ei a fost arhivat, așa că nu se mai fac programări noi.';
  elsif days is null then
    title := 'A series of visits has ended: ' || name;
    details := 'Its service, its provider or its chair has been archived, so no more visits are booked.';
  elsif is_romanian then
    title := 'De găsit altă oră pentru o programare care se repetă: ' || name;
    details := 'În aceste zile ora ei nu este liberă: ' || listed || '.';
  else
    title := 'Find another time for a repeating visit: ' || name;
    details := 'On these days its time is not free: ' || listed || '.';
  end if;
  insert into public.tasks (tenant_id, client_id, title, details, due_on, priority)
  values (series.tenant_id, series.client_id, left(title, 200), left(details, 5000), greatest(days[1] - 28, current_date), 'normal');
end;
$$;
comment on function private.report_gaps(public.appointment_series, date[]) is
  'A task for the clinic, in its language: visits of a series that could not be booked, or (days null) a series that goes on no longer.';

create or replace function private.extend_appointments(series public.appointment_series) returns integer
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
    perform private.report_gaps(series, null);
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
    perform private.report_gaps(series, gaps);
  end if;
  update public.appointment_series s
  set materialised_to = coalesce(times[cardinality(times)]::date, s.materialised_to), extend_at = now() + interval '1 day'
  where s.tenant_id = series.tenant_id and s.id = series.id;
  return cardinality(times) - cardinality(gaps);
end;
$$;

create function private.report_covered(series public.block_series, days date[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  is_romanian constant boolean := private.clinic_language(series.tenant_id) = 'ro';
  listed constant text := (
    select string_agg(to_char(d, case when is_romanian then 'DD.MM.YYYY' else 'FMDD FMMonth YYYY' end), ', ' order by d) from unnest(days) d);
begin
  insert into public.tasks (tenant_id, title, details, due_on, priority)
  values (series.tenant_id,
    left(case when is_romanian then 'Programări într-un timp blocat' else 'Visits in a blocked time' end || coalesce(': ' || nullif(series.title, ''), ''), 200),
    left(case when is_romanian then 'În aceste zile erau deja programări: ' else 'On these days there were visits already: ' end || listed || '.', 5000),
    greatest(days[1] - 28, current_date), 'normal');
end;
$$;
comment on function private.report_covered(public.block_series, date[]) is
  'A task for the clinic, in its language: a blocked time that repeats has come to visits that were booked before.';

create or replace function private.extend_blocks(series public.block_series) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  times constant timestamp[] := private.further_times(series.tenant_id, series.rule, series.first_at, series.exdates, series.materialised_to, (
    select count(*) from public.blocked_times b where b.tenant_id = series.tenant_id and b.series_id = series.id and b.starts_at > now()));
  time_zone constant text := (select t.time_zone from public.tenants t where t.id = series.tenant_id);
  covered jsonb;
begin
  perform private.make_blocks(series, times, time_zone);
  covered := private.visits_in_the_way(series.tenant_id, series.provider_id, series.resource_id, (
    select coalesce(range_agg(tstzrange(t at time zone time_zone, (t at time zone time_zone) + make_interval(mins => series.duration_minutes))), '{}')
    from unnest(times) t)) -> 'in_the_way';
  if covered <> '[]' then
    perform private.report_covered(series, array(
      select distinct private.clinic_day(series.tenant_id, (v ->> 'starts_at')::timestamptz) from jsonb_array_elements(covered) v order by 1));
  end if;
  update public.block_series s
  set materialised_to = coalesce(times[cardinality(times)]::date, s.materialised_to), extend_at = now() + interval '1 day'
  where s.tenant_id = series.tenant_id and s.id = series.id;
  return cardinality(times);
end;
$$;
comment on function private.extend_blocks(public.block_series) is
  'Blocks what has come within reach of a series, whose subjects are locked; visits that were there before become a task. Returns how many times.';

create or replace function private.extend_series(max_series integer default 20) returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  clinic uuid;
  visit_ids uuid[];
  block_ids uuid[];
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
  -- Series first, then all subjects at once: locks are taken in one order by everybody. What somebody is changing or ending at this
  -- moment is left to the next minute.
  visit_ids := array(
    select s.id from public.appointment_series s where s.tenant_id = clinic and s.extend_at <= now()
    order by s.extend_at limit max_series for no key update skip locked);
  block_ids := array(
    select s.id from public.block_series s where s.tenant_id = clinic and s.extend_at <= now()
    order by s.extend_at limit max_series for no key update skip locked);
  perform private.lock_subjects(clinic, array(
    select s.provider_id from public.appointment_series s where s.tenant_id = clinic and s.id = any (visit_ids)
    union
    select r.resource_id from public.appointment_series_resources r where r.tenant_id = clinic and r.series_id = any (visit_ids)
    union
    select u from public.block_series s, unnest(private.blocked_subjects(clinic, s.provider_id, s.resource_id)) u
    where s.tenant_id = clinic and s.id = any (block_ids)));
  for series in select * from public.appointment_series s where s.tenant_id = clinic and s.id = any (visit_ids) order by s.extend_at, s.id loop
    begin
      made := made + private.extend_appointments(series);
    exception when others then
      raise warning 'The series % of the clinic % was not extended: %', series.id, clinic, sqlerrm;
      update public.appointment_series s set extend_at = now() + interval '1 day' where s.tenant_id = clinic and s.id = series.id;
    end;
  end loop;
  for block in select * from public.block_series s where s.tenant_id = clinic and s.id = any (block_ids) order by s.extend_at, s.id loop
    begin
      made := made + private.extend_blocks(block);
    exception when others then
      raise warning 'The blocked times % of the clinic % were not extended: %', block.id, clinic, sqlerrm;
      update public.block_series s set extend_at = now() + interval '1 day' where s.tenant_id = clinic and s.id = block.id;
    end;
  end loop;
  return made;
end;
$$;
