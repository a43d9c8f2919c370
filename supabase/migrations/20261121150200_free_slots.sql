-- What: the search for free times: where providers, chairs and rooms are there and have nothing else, on the clinic's grid.
-- Who:  functions alone; finding_free_slots has those for members.
-- Relies on: booking migration.
--
-- It computes with the moments at which a visit could begin. For a part of a visit that lasts from `lower` to `upper` after its
-- beginning, free from a to b means: it may begin from a - lower to b - upper, both included. So hours shrink, what is in the
-- way grows, the parts of one visit and all whom it needs are an intersection, and whoever can stand in for another a union.
-- What is found here is what list_obstacles has nothing against: a test compares the two.

-- Read in order of time and from the index alone. hold_id is in it to tell holds that have expired.
create index allocations_free_idx on public.allocations (tenant_id, subject_id, lower(during)) include (during, hold_id) where blocking;

create function private.free_starts(tenant_id uuid, service_id uuid, subject_ids uuid[], starts tstzrange, minutes integer)
returns table (subject_id uuid, free tstzmultirange)
language plpgsql
stable
rows 20
set search_path = ''
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = free_starts.tenant_id);
  service public.services;
  live_holds uuid[];
  busy tstzrange;
begin
  select * into service from public.services s where s.tenant_id = free_starts.tenant_id and s.id = free_starts.service_id;
  busy := tstzrange(lower(starts) - make_interval(mins => service.buffer_before_minutes),
    upper(starts) + make_interval(mins => minutes + service.buffer_after_minutes));
  live_holds := array(
    select h.id from public.holds h where h.tenant_id = free_starts.tenant_id and h.expires_at > clock_timestamp()
      and h.starts_at < upper(busy) + interval '1 day');
  return query
    with subjects as (
      select p.id, 'provider' as kind from public.providers p where p.tenant_id = free_starts.tenant_id and p.id = any (subject_ids)
      union all
      select r.id, r.kind from public.resources r where r.tenant_id = free_starts.tenant_id and r.id = any (subject_ids)
    ), parts as materialized (
      -- As private.plan_allocations has them.
      select n.kind, make_interval(mins => n.lower) as lower, make_interval(mins => n.upper) as upper,
        make_interval(mins => greatest(n.lower, 0)) as visit_lower, make_interval(mins => least(n.upper, minutes)) as visit_upper
      from (
        select t.kind, case t.offset_minutes when 0 then -service.buffer_before_minutes else t.offset_minutes end as lower,
          case when t.offset_minutes + t.duration_minutes >= service.duration_minutes then minutes + service.buffer_after_minutes
            else least(t.offset_minutes + t.duration_minutes, minutes) end as upper
        from public.service_steps t where t.tenant_id = free_starts.tenant_id and t.service_id = service.id
        union all
        select k.kind, -service.buffer_before_minutes, minutes + service.buffer_after_minutes
        from unnest(array['provider', 'chair', 'room', 'equipment']) k (kind)
        where not exists (
          select from public.service_steps t where t.tenant_id = free_starts.tenant_id and t.service_id = service.id and t.kind = k.kind)
      ) n
      where n.lower < n.upper
    ), open as materialized (
      select * from private.open_times(free_starts.tenant_id, subject_ids,
        (lower(starts) at time zone time_zone)::date, ((upper(starts) + make_interval(mins => minutes)) at time zone time_zone)::date)
    ), blocked as materialized (
      select coalesce(b.provider_id, b.resource_id) as subject_id, b.starts_at, b.ends_at
      from public.blocked_times b where b.tenant_id = free_starts.tenant_id and tstzrange(b.starts_at, b.ends_at) && busy
    )
    -- Whoever is in none of the parts is not needed, and never in the way.
    select s.id, tstzmultirange(starts) * coalesce(range_intersect_agg(there.moments * unbooked.moments - taken.moments), '{(,)}')
    from subjects s
    left join parts p on p.kind = s.kind
    left join lateral (
      select case when p.visit_lower >= p.visit_upper then '{(,)}' else coalesce(
        range_agg(tstzrange(lower(r.during) - p.visit_lower, upper(r.during) - p.visit_upper, '[]'))
          filter (where lower(r.during) - p.visit_lower <= upper(r.during) - p.visit_upper), '{}') end as moments
      from open o, unnest(o.during) r (during) where o.subject_id = s.id
    ) there on p.kind is not null
    left join lateral (
      select coalesce(range_agg(tstzrange(g.since - p.lower, g.until - p.upper, '[]')), '{}') as moments
      from (
        -- What blocks never overlaps, so in order of time everything between two is free.
        select unnest('{-infinity}' || b.ends) as since, unnest(b.begins || '{infinity}') as until
        from (
          select array_agg(a.begins) as begins, array_agg(a.ends) as ends
          from (
            select lower(a.during) as begins, upper(a.during) as ends
            from public.allocations a
            where a.tenant_id = free_starts.tenant_id and a.subject_id = s.id and a.blocking and (a.hold_id is null or a.hold_id = any (live_holds))
              and lower(a.during) < upper(busy) and lower(a.during) >= coalesce((
                -- The last one to begin before can reach into it.
                select lower(x.during) from public.allocations x
                where x.tenant_id = free_starts.tenant_id and x.subject_id = s.id and x.blocking and lower(x.during) < lower(busy)
                order by lower(x.during) desc limit 1), lower(busy))
            order by lower(a.during)
          ) a
        ) b
      ) g
      where g.since - p.lower <= g.until - p.upper
    ) unbooked on p.kind is not null
    left join lateral (
      select coalesce(range_agg(tstzrange(x.starts_at - p.upper, x.ends_at - p.lower, '()')), '{}') as moments
      from (
        select b.starts_at, b.ends_at from blocked b where coalesce(b.subject_id, s.id) = s.id
        union all
        select lower(a.during), upper(a.during) from public.allocations a
        where a.tenant_id = free_starts.tenant_id and a.subject_id = s.id and a.is_overbooked and a.during && busy
      ) x
    ) taken on p.kind is not null
    group by s.id;
end;
$$;
comment on function private.free_starts(uuid, uuid, uuid[], tstzrange, integer) is
  'When, within starts, a visit of so many minutes for a service could begin as far as each of these providers and resources is concerned.';

create function private.clock_offsets(time_zone text, period tstzrange) returns table (clock_offset interval, during tstzmultirange)
language plpgsql
stable
rows 2
set search_path = ''
set plan_cache_mode = force_generic_plan
set jit = off
as $$
begin
  return query
    with days as (
      select d.starts_at, lead(d.starts_at) over (order by d.starts_at) as ends_at,
        d.local_time - (d.starts_at at time zone 'UTC') as difference
      from (
        select (d::timestamp at time zone time_zone) as starts_at, (d::timestamp at time zone time_zone) at time zone time_zone as local_time
        from generate_series(
          (lower(period) at time zone time_zone)::date::timestamp, (upper(period) at time zone time_zone)::date + interval '1 day', interval '1 day') d
      ) d
    ), stretches as (
      select d.difference, tstzrange(d.starts_at, d.ends_at) as stretch from days d where d.ends_at = d.starts_at + interval '24 hours'
      union all
      -- On a day when clocks change, quarter by quarter: offsets are multiples of it, and so are the moments of change.
      select (q at time zone time_zone) - (q at time zone 'UTC'), tstzrange(q, q + interval '15 minutes')
      from days d, generate_series(d.starts_at, d.ends_at - interval '15 minutes', interval '15 minutes') q
      where d.ends_at <> d.starts_at + interval '24 hours'
    )
    select s.difference, range_agg(s.stretch) * tstzmultirange(period) from stretches s group by s.difference;
end;
$$;
comment on function private.clock_offsets(text, tstzrange) is 'By how much a zone''s clocks differ from UTC, and when in the period.';

create function private.free_slots(
  tenant_id uuid, service_id uuid, any_provider_ids uuid[], all_resource_ids uuid[], starts tstzrange, duration_minutes integer, page_size integer)
returns table (starts_at timestamptz, ends_at timestamptz, provider_id uuid, resource_ids uuid[])
language plpgsql
stable
rows 200
set search_path = ''
set plan_cache_mode = force_generic_plan
set jit = off
as $$
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = free_slots.tenant_id);
  rules public.scheduling_settings;
  service public.services;
  able uuid[];
  places uuid[];
  minutes integer;
  length interval;
  step interval;
  offered tstzrange;
  stretch tstzrange;
  wanted integer := page_size;
  found_now integer;
begin
  select * into rules from public.scheduling_settings s where s.tenant_id = free_slots.tenant_id;
  select * into service from public.services s where s.tenant_id = free_slots.tenant_id and s.id = free_slots.service_id and s.archived_at is null;
  minutes := coalesce(duration_minutes, service.duration_minutes);
  length := make_interval(mins => minutes);
  step := make_interval(mins => rules.slot_minutes);
  offered := starts * tstzrange(
    clock_timestamp() + make_interval(mins => rules.minimum_notice_minutes),
    (private.clinic_today(tenant_id) + rules.horizon_days + 1)::timestamp at time zone time_zone);
  able := array(
    select p.id from public.providers p
    where p.tenant_id = free_slots.tenant_id and p.archived_at is null and (p.id = any (any_provider_ids) or any_provider_ids is null and exists (
      select from public.service_providers x where x.tenant_id = p.tenant_id and x.service_id = service.id and x.provider_id = p.id))
    order by p.sort, lower(p.name), p.id);
  if service.id is null or cardinality(able) = 0 or isempty(offered) then
    return;
  end if;
  places := array(
    select r.id from public.resources r
    where r.tenant_id = free_slots.tenant_id and (r.id = any (all_resource_ids) or all_resource_ids is null and exists (
      select from public.service_resources x where x.tenant_id = r.tenant_id and x.service_id = service.id and x.resource_id = r.id))
    order by lower(r.name), r.id);
  -- Most who ask have enough after a week. Where little is free, longer stretches keep the number of looks small.
  stretch := case when page_size is null then offered
    else tstzrange(lower(offered), lower(offered) + greatest(page_size / 200, 1) * interval '168 hours') * offered end;
  loop
    return query
      with free as materialized (
        select f.subject_id, f.free from private.free_starts(free_slots.tenant_id, service.id, able || places, stretch, minutes) f
      ), place as materialized (
        -- Named ones are all needed; of those of the service one of each kind. What is archived is never free, and still of its kind.
        select r.id, case when all_resource_ids is null then r.kind else r.id::text end as need, array_position(places, r.id) as position,
          case when r.archived_at is null then f.free else '{}' end as free
        from public.resources r join free f on f.subject_id = r.id
        where r.tenant_id = free_slots.tenant_id and r.id = any (places)
      ), somewhere as (
        select coalesce(range_intersect_agg(n.free), '{(,)}') as free from (select range_agg(p.free) as free from place p group by p.need) n
      ), clocks as materialized (
        select * from private.clock_offsets(time_zone, stretch)
      ), page as materialized (
        select s.starts_at, s.id, s.position
        from (
          select a.id, a.position, generate_series(
            -- The first on the grid that is not before. On a clock without offset the epoch is a full hour.
            date_bin(step, lower(r.during) + step - interval '1 microsecond', timestamptz 'epoch' - z.clock_offset),
            upper(r.during) - case when upper_inc(r.during) then interval '0' else interval '1 microsecond' end, step) as starts_at
          from unnest(able) with ordinality a (id, position) join free f on f.subject_id = a.id, somewhere w, clocks z,
            unnest(f.free * w.free * z.during) r (during)
        ) s
        order by s.starts_at, s.position
        limit wanted
      ), chosen as (
        select c.starts_at, array_agg(c.id order by c.position) as ids
        from (
          select distinct on (t.starts_at, l.need) t.starts_at, l.id, l.position
          from (select distinct p.starts_at from page p) t join place l on l.free @> t.starts_at
          order by t.starts_at, l.need, l.position
        ) c
        group by c.starts_at
      )
      select p.starts_at, p.starts_at + length, p.id, coalesce(c.ids, '{}')
      from page p left join chosen c on c.starts_at = p.starts_at
      order by p.starts_at, p.position;
    get diagnostics found_now = row_count;
    wanted := wanted - found_now;
    exit when wanted <= 0 or upper(stretch) >= upper(offered);
    stretch := tstzrange(upper(stretch), upper(stretch) + 2 * (upper(stretch) - lower(stretch))) * offered;
  end loop;
end;
$$;
comment on function private.free_slots(uuid, uuid, uuid[], uuid[], tstzrange, integer, integer) is
  'The first free times of a service that begin within starts (page_size null: all), one row for each time and provider, for whoever has asked who is calling. starts is cut to the clinic''s notice and horizon. Providers: any of those named, null: those of the service. Resources: all of those named, null: one of each kind the service has.';
