-- What: visits on the dashboard and on a client's page: today's, missed and cancelled late, how well the hours are used.
-- Who:  every member of the clinic; what is taken out: owners and members with the permission "exports".
-- Relies on: dashboard, export, open_times and booking migrations.

-- What came of the visits of a period is counted without looking at the rows.
create index appointments_outcome_idx on public.appointments (tenant_id, starts_at) include (status, is_late_cancel, ends_at, provider_id);
create index appointments_missed_idx on public.appointments (tenant_id, starts_at) include (is_late_cancel)
  where status = 'no_show' or is_late_cancel;

create function private.dashboard_today(tenant_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, 7);
  tomorrow timestamptz := (period.last_day + 1)::timestamp at time zone period.time_zone;
  today timestamptz := period.last_day::timestamp at time zone period.time_zone;
begin
  return jsonb_build_object(
    'statuses', coalesce((
      select jsonb_object_agg(s.status, s.count)
      from (
        select v.status, count(*) from public.appointments v
        where v.tenant_id = dashboard_today.tenant_id and v.starts_at >= today and v.starts_at < tomorrow
        group by v.status
      ) s
    ), '{}'::jsonb),
    'next', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', n.id, 'starts_at', n.starts_at, 'ends_at', n.ends_at, 'status', n.status,
        'client', jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name),
        'service', s.name,
        'provider', case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name, 'colour', p.colour) end)
        order by n.starts_at, n.id)
      from (
        select * from public.appointments v
        where v.tenant_id = dashboard_today.tenant_id and v.starts_at >= today and v.starts_at < tomorrow
          -- Who is there is next, however late; who is not is no more once the time is over.
          and (v.status in ('arrived', 'in_chair') or (v.status in ('booked', 'confirmed') and v.ends_at > now()))
        order by v.starts_at, v.id
        limit 6
      ) n
      join public.clients c on c.tenant_id = n.tenant_id and c.id = n.client_id
      left join public.services s on s.tenant_id = n.tenant_id and s.id = n.service_id
      left join public.providers p on p.tenant_id = n.tenant_id and p.id = n.provider_id
    ), '[]'::jsonb));
end;
$$;
comment on function private.dashboard_today(uuid) is
  'Card: { statuses: { status: count }, next: up to six visits of today that are not over: [{ id, starts_at, ends_at, status, client, service, provider }] }.';

create function private.dashboard_visits(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
  starts timestamptz[] := private.day_starts(tenant_id, period.first_day, days);
begin
  return (
    select jsonb_build_object(
      'due', coalesce(sum(d.due), 0), 'no_shows', coalesce(sum(n.no_shows), 0), 'late_cancels', coalesce(sum(n.late_cancels), 0),
      'before', (
        select jsonb_build_object(
          'due', (
            select count(*) from public.appointments v
            where v.tenant_id = dashboard_visits.tenant_id and v.starts_at >= period.before_at and v.starts_at < period.starts_at
              and (v.status <> 'cancelled' or v.is_late_cancel)),
          'no_shows', count(*) filter (where not m.is_late_cancel), 'late_cancels', count(*) filter (where m.is_late_cancel))
        from public.appointments m
        where m.tenant_id = dashboard_visits.tenant_id and m.starts_at >= period.before_at and m.starts_at < period.starts_at
          and (m.status = 'no_show' or m.is_late_cancel)),
      'by_day', jsonb_agg(jsonb_build_object(
        'day', period.first_day + (g - 1), 'due', coalesce(d.due, 0), 'no_shows', coalesce(n.no_shows, 0),
        'late_cancels', coalesce(n.late_cancels, 0)) order by g))
    from generate_series(1, days) g
    left join (
      select width_bucket(v.starts_at, starts) as bucket, count(*) as due
      from public.appointments v
      where v.tenant_id = dashboard_visits.tenant_id and v.starts_at >= period.starts_at and v.starts_at <= now()
        and (v.status <> 'cancelled' or v.is_late_cancel)
      group by 1
    ) d on d.bucket = g
    -- Few, and in an index of their own.
    left join (
      select width_bucket(m.starts_at, starts) as bucket,
        count(*) filter (where not m.is_late_cancel) as no_shows, count(*) filter (where m.is_late_cancel) as late_cancels
      from public.appointments m
      where m.tenant_id = dashboard_visits.tenant_id and m.starts_at >= period.starts_at and m.starts_at <= now()
        and (m.status = 'no_show' or m.is_late_cancel)
      group by 1
    ) n on n.bucket = g
  );
end;
$$;
comment on function private.dashboard_visits(uuid, integer) is
  'Card: visits that were to begin in the period until now: { due, no_shows, late_cancels, before: the same of as many days before, by_day: [{ day, due, no_shows, late_cancels }] }. Due are all but those cancelled in time.';

create function private.dashboard_utilisation(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
  until timestamptz := now();
  provider_ids uuid[] := array(
    select p.id from public.providers p where p.tenant_id = dashboard_utilisation.tenant_id and p.archived_at is null);
begin
  return (
    select jsonb_build_object(
      'open_minutes', coalesce(sum(x.open_minutes), 0), 'booked_minutes', coalesce(sum(x.booked_minutes), 0),
      'by_provider', coalesce(jsonb_agg(jsonb_build_object(
        'id', x.id, 'name', x.name, 'colour', x.colour, 'open_minutes', x.open_minutes, 'booked_minutes', x.booked_minutes)
        order by x.sort, x.name, x.id), '[]'))
    from (
      select p.id, p.name, p.colour, p.sort,
        coalesce((
          select extract(epoch from sum(upper(r) - lower(r)))::bigint / 60
          from unnest(o.during * tstzmultirange(tstzrange(null, until)) - coalesce(b.during, '{}')) r
        ), 0) as open_minutes,
        coalesce(a.minutes, 0) as booked_minutes
      from private.open_times(dashboard_utilisation.tenant_id, provider_ids, period.first_day, period.last_day) o
      join public.providers p on p.tenant_id = dashboard_utilisation.tenant_id and p.id = o.subject_id
      left join lateral (
        select range_agg(tstzrange(t.starts_at, t.ends_at)) as during from public.blocked_times t
        where t.tenant_id = dashboard_utilisation.tenant_id and tstzrange(t.starts_at, t.ends_at) && tstzrange(period.starts_at, until)
          and coalesce(t.provider_id, t.resource_id, p.id) = p.id
      ) b on true
      left join (
        select v.provider_id, extract(epoch from sum(least(v.ends_at, until) - v.starts_at))::bigint / 60 as minutes
        from public.appointments v
        where v.tenant_id = dashboard_utilisation.tenant_id and v.starts_at >= period.starts_at and v.starts_at < until
          and v.status not in ('cancelled', 'no_show')
        group by v.provider_id
      ) a on a.provider_id = p.id
    ) x
  );
end;
$$;
comment on function private.dashboard_utilisation(uuid, integer) is
  'Card: how much of the hours of the period until now was used, by provider in use: { open_minutes, booked_minutes, by_provider: [{ id, name, colour, open_minutes, booked_minutes }] }. Open: working hours without breaks and blocked times. Booked: visits as the client knows them, that were neither cancelled nor missed; outside hours and overbooked they count too, so it can be more than open.';

create or replace function private.dashboard(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  period record;
begin
  perform private.require_member(tenant_id);
  if days is null or days not in (7, 30, 90) then
    perform private.refuse(422, 'period_invalid', 'The dashboard covers 7, 30 or 90 days.');
  end if;
  period := private.dashboard_period(tenant_id, days);
  return jsonb_build_object(
    'period', jsonb_build_object('days', days, 'from', period.first_day, 'to', period.last_day),
    'clients', private.dashboard_clients(tenant_id, days),
    'tasks', private.dashboard_tasks(tenant_id, days),
    'activity', private.dashboard_activity(tenant_id, days),
    'files', private.dashboard_files(tenant_id, days),
    'birthdays', private.dashboard_birthdays(tenant_id),
    'today', private.dashboard_today(tenant_id),
    'visits', private.dashboard_visits(tenant_id, days),
    'utilisation', private.dashboard_utilisation(tenant_id, days));
end;
$$;
comment on function public.dashboard(uuid, integer) is
  'Member: the clinic at a glance over the last 7, 30 or 90 days where it is, days without anything included, oldest first: { period: { days, from, to }, clients: { total, archived, added, added_before, by_day: [{ day, added }] }, tasks: { open, overdue, due_today, mine_open, completed, completed_before, next }, activity: { by_day: [{ day, count }], recent }, files: { stored, bytes, added }, birthdays, today: { statuses, next }, visits: { due, no_shows, late_cancels, before, by_day: [{ day, due, no_shows, late_cancels }] }, utilisation: { open_minutes, booked_minutes, by_provider } }. …_before: in as many days before. 404 clinic_not_found; 422 period_invalid.';

-- one client -------------------------------------------------------------------------------------------------------

create function private.client_visits(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  if not exists (select from public.clients c where c.tenant_id = client_visits.tenant_id and c.id = client_visits.client_id) then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  return (
    select jsonb_build_object(
      'upcoming', count(*) filter (where v.status in ('booked', 'confirmed', 'arrived', 'in_chair') and v.ends_at > now()),
      'completed', count(*) filter (where v.status = 'completed'),
      'no_shows', count(*) filter (where v.status = 'no_show'),
      'late_cancels', count(*) filter (where v.is_late_cancel),
      'last_visit_at', max(v.starts_at) filter (where v.status = 'completed'),
      'next_visit_at', min(v.starts_at) filter (where v.status in ('booked', 'confirmed') and v.starts_at > now()))
    from public.appointments v where v.tenant_id = client_visits.tenant_id and v.client_id = client_visits.client_id
  );
end;
$$;
create function public.client_visits(tenant_id uuid, client_id uuid) returns jsonb language sql stable set search_path = ''
return private.client_visits(tenant_id, client_id);
comment on function public.client_visits(uuid, uuid) is
  'Member: a client''s visits in numbers: { upcoming, completed, no_shows, late_cancels, last_visit_at, next_visit_at }. 404 clinic_not_found, client_not_found.';
grant execute on function private.client_visits(uuid, uuid), public.client_visits(uuid, uuid) to authenticated;

create or replace function private.client_people(tenant_id uuid, document jsonb) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select coalesce(jsonb_object_agg(p.user_id, btrim(p.first_name || ' ' || p.last_name)), '{}')
    from public.memberships m join public.profiles p on p.user_id = m.user_id
    where m.tenant_id = client_people.tenant_id and p.user_id = any (array(
      select distinct (x #>> '{}')::uuid
      from jsonb_path_query(document, 'strict $.** ? (@.type() == "object").keyvalue() ? (@.key like_regex "^(created_by|updated_by|edited_by|deleted_by|completed_by|status_changed_by|actor_id|assignee_id)$").value') x
      where jsonb_typeof(x) = 'string'))
  );
end;
$$;

create or replace function private.client_record(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  client jsonb;
  document jsonb;
begin
  perform private.require_export(tenant_id);
  client := private.client_json(tenant_id, client_id);
  if client is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  document := jsonb_build_object(
    'format', 'chairside.client/1', 'exported_at', now(),
    'client', client - array['identifiers', 'tags', 'sort_name', 'tenant_id'], 'identifiers', client -> 'identifiers', 'tags', client -> 'tags',
    'notes', (
      select coalesce(jsonb_agg(to_jsonb(n) - array['tenant_id', 'client_id'] || jsonb_build_object('revisions', (
        select coalesce(jsonb_agg(to_jsonb(r) - array['id', 'tenant_id', 'note_id'] order by r.revision), '[]')
        from public.client_note_revisions r where r.tenant_id = n.tenant_id and r.note_id = n.id)) order by n.created_at, n.id), '[]')
      from public.client_notes n where n.tenant_id = client_record.tenant_id and n.client_id = client_record.client_id),
    'tasks', (
      select coalesce(jsonb_agg(to_jsonb(t) - array['tenant_id', 'client_id', 'search_text'] order by t.created_at, t.id), '[]')
      from public.tasks t where t.tenant_id = client_record.tenant_id and t.client_id = client_record.client_id),
    'files', (
      select coalesce(jsonb_agg(to_jsonb(f) - array['tenant_id', 'client_id', 'object_name'] order by f.created_at, f.id), '[]')
      from public.client_files f where f.tenant_id = client_record.tenant_id and f.client_id = client_record.client_id and f.state <> 'uploading'),
    'appointments', (
      select coalesce(jsonb_agg(to_jsonb(v) - array['tenant_id', 'client_id', 'revision', 'updated_at'] || jsonb_build_object(
        'service', (select s.name from public.services s where s.tenant_id = v.tenant_id and s.id = v.service_id),
        'provider', (select p.name from public.providers p where p.tenant_id = v.tenant_id and p.id = v.provider_id)) order by v.starts_at, v.id), '[]')
      from public.appointments v where v.tenant_id = client_record.tenant_id and v.client_id = client_record.client_id),
    'activities', (
      select coalesce(jsonb_agg(to_jsonb(a) - array['tenant_id', 'client_id'] order by a.occurred_at, a.id), '[]')
      from public.activities a where a.tenant_id = client_record.tenant_id and a.client_id = client_record.client_id));
  return document || jsonb_build_object('people', private.client_people(tenant_id, document));
end;
$$;
comment on function public.client_record(uuid, uuid) is
  'Owner or member with "exports": everything about a client: { format, exported_at, client, identifiers, tags, notes with revisions, tasks, files (without contents), appointments, activities, people: { id: name } }. 403 export_not_permitted; 404 clinic_not_found, client_not_found.';
