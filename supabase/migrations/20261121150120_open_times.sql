-- What: when providers and chairs are there, in the clinic's zone; and what a visit takes of whom.
-- Who:  the functions of scheduling alone.
-- Relies on: working_hours and appointments migrations.

create function private.open_times(tenant_id uuid, subject_ids uuid[], first_day date, last_day date)
returns table (subject_id uuid, during tstzmultirange)
language plpgsql
stable
set search_path = ''
-- Planning it anew costs more than doing it.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = open_times.tenant_id);
begin
  return query
    with subjects as (
      select p.id, true as is_provider from public.providers p where p.tenant_id = open_times.tenant_id and p.id = any (subject_ids)
      union all
      select r.id, false from public.resources r where r.tenant_id = open_times.tenant_id and r.id = any (subject_ids)
    ), week as (
      -- The clinic's own hours belong to its id.
      select coalesce(h.provider_id, h.resource_id, h.tenant_id) as owner, h.weekday, h.opens, h.closes, h.is_break
      from public.working_hours h where h.tenant_id = open_times.tenant_id
    ), exceptions as (
      select coalesce(e.provider_id, e.resource_id, e.tenant_id) as owner, e.first_day, e.last_day, e.opens, e.closes
      from public.hours_exceptions e
      where e.tenant_id = open_times.tenant_id and e.last_day >= open_times.first_day and e.first_day <= open_times.last_day
    ), days as (
      select k.id, k.is_provider, d.day::date as day,
        case
          when exists (select from exceptions e where e.owner = k.id and d.day between e.first_day and e.last_day) then 'own exception'
          when k.is_provider and exists (select from exceptions e where e.owner = open_times.tenant_id and d.day between e.first_day and e.last_day)
            then 'clinic exception'
          when exists (select from week w where w.owner = k.id) then 'own week'
          when k.is_provider then 'clinic week'
          else 'always'
        end as source
      from subjects k, generate_series(open_times.first_day::timestamp, open_times.last_day::timestamp, interval '1 day') d (day)
    ), hours as (
      select d.id, d.day + w.opens as opens, d.day + w.closes as closes, w.is_break
      from days d join week w on w.weekday = extract(isodow from d.day)
        and w.owner = case d.source when 'own week' then d.id when 'clinic week' then open_times.tenant_id end
      union all
      select d.id, d.day + e.opens, d.day + e.closes, false
      from days d join exceptions e on d.day between e.first_day and e.last_day and e.opens is not null
        and e.owner = case d.source when 'own exception' then d.id when 'clinic exception' then open_times.tenant_id end
      union all
      select d.id, d.day::timestamp, d.day + interval '1 day', false from days d where d.source = 'always'
    ), moments as (
      select h.id, h.opens at time zone time_zone as opens, h.closes at time zone time_zone as closes, h.is_break from hours h
    )
    select k.id,
      coalesce(range_agg(tstzrange(m.opens, m.closes)) filter (where not m.is_break), '{}')
        - coalesce(range_agg(tstzrange(m.opens, m.closes)) filter (where m.is_break), '{}')
    -- Where clocks go forward, hours that lie in the missing hour would end before they begin.
    from subjects k left join moments m on m.id = k.id and m.opens < m.closes
    group by k.id;
end;
$$;
comment on function private.open_times(uuid, uuid[], date, date) is
  'When each provider or resource is there on these days of the clinic, breaks taken out, blocked times not.';

create type private.planned_allocation as (provider_id uuid, resource_id uuid, during tstzrange);
comment on type private.planned_allocation is 'The time a visit would take of one provider or resource, buffers included.';

create function private.plan_allocations(
  tenant_id uuid, service_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz)
returns private.planned_allocation[]
language plpgsql
stable
set search_path = ''
as $$
declare
  service public.services;
  minutes integer;
begin
  select * into service from public.services s where s.tenant_id = plan_allocations.tenant_id and s.id = plan_allocations.service_id;
  minutes := coalesce(service.duration_minutes, (extract(epoch from plan_allocations.ends_at - plan_allocations.starts_at) / 60)::integer);
  return (
    select array_agg(row(p.provider_id, p.resource_id, r.during)::private.planned_allocation order by p.provider_id, p.resource_id, r.during)
    from (
      select x.provider_id, x.resource_id, range_agg(tstzrange(x.lower, x.upper)) as parts
      from (
        select s.provider_id, s.resource_id,
          plan_allocations.starts_at + case when n.offset_minutes = 0 then make_interval(mins => -coalesce(service.buffer_before_minutes, 0))
            else make_interval(mins => n.offset_minutes) end as lower,
          -- What reaches to the end of the service reaches to the end of the visit, however long that is.
          case when n.offset_minutes + n.duration_minutes >= minutes
            then plan_allocations.ends_at + make_interval(mins => coalesce(service.buffer_after_minutes, 0))
            else least(plan_allocations.starts_at + make_interval(mins => n.offset_minutes + n.duration_minutes), plan_allocations.ends_at) end as upper
        from (
          select plan_allocations.provider_id, null::uuid as resource_id, 'provider' as kind where plan_allocations.provider_id is not null
          union all
          select null, r.id, r.kind from public.resources r
          where r.tenant_id = plan_allocations.tenant_id and r.id = any (plan_allocations.resource_ids)
        ) s
        cross join lateral (
          select t.offset_minutes, t.duration_minutes from public.service_steps t
          where t.tenant_id = plan_allocations.tenant_id and t.service_id = service.id and t.kind = s.kind
          union all
          select 0, minutes where not exists (
            select from public.service_steps t
            where t.tenant_id = plan_allocations.tenant_id and t.service_id = service.id and t.kind = s.kind)
        ) n
      ) x
      where x.lower < x.upper
      group by x.provider_id, x.resource_id
    ) p, unnest(p.parts) r (during)
  );
end;
$$;
comment on function private.plan_allocations(uuid, uuid, uuid, uuid[], timestamptz, timestamptz) is
  'What a visit takes of its provider and resources: the steps of the service, and its buffers at the ends of the visit. Null when it takes nothing.';
