-- What: what a member sees first: how many clients, what is to be done, what has happened. One function for each card.
-- Who:  every member of the clinic.
-- Relies on: client_search (birthdays), activities, tasks and files migrations. Later domains add cards of their own.

-- Files are counted whole, whichever client they belong to.
create index client_files_stored_idx on public.client_files (tenant_id, stored_at) include (size) where state = 'stored';

create function private.dashboard_period(tenant_id uuid, days integer, out time_zone text, out last_day date, out first_day date, out starts_at timestamptz, out before_at timestamptz)
language plpgsql
stable
set search_path = ''
as $$
begin
  select t.time_zone, (now() at time zone t.time_zone)::date into time_zone, last_day
  from public.tenants t where t.id = dashboard_period.tenant_id;
  first_day := last_day - days + 1;
  starts_at := first_day::timestamp at time zone time_zone;
  before_at := (first_day - days)::timestamp at time zone time_zone;
end;
$$;
comment on function private.dashboard_period(uuid, integer) is
  'The last days up to today where the clinic is: when they began, and when as many days before them did.';

create function private.day_starts(tenant_id uuid, first_day date, days integer) returns timestamptz[]
language plpgsql
stable
set search_path = ''
as $$
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = day_starts.tenant_id);
begin
  return array(select (first_day + n)::timestamp at time zone time_zone from generate_series(0, days - 1) n order by n);
end;
$$;
comment on function private.day_starts(uuid, date, integer) is
  'When each day begins where the clinic is, for width_bucket: a tenth of the cost of asking for each row on which day it was.';

create function private.dashboard_clients(tenant_id uuid, days integer) returns jsonb
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
      'total', (
        select count(*) from public.clients c
        where c.tenant_id = dashboard_clients.tenant_id and c.archived_at is null and c.merged_into is null),
      'archived', (
        select count(*) from public.clients c
        where c.tenant_id = dashboard_clients.tenant_id and c.archived_at is not null and c.merged_into is null),
      'added', coalesce(sum(d.added), 0),
      'added_before', (
        select count(*) from public.clients c
        where c.tenant_id = dashboard_clients.tenant_id and c.created_at >= period.before_at and c.created_at < period.starts_at and c.merged_into is null),
      'by_day', jsonb_agg(jsonb_build_object('day', d.day, 'added', d.added) order by d.day))
    from (
      select period.first_day + (g - 1) as day, coalesce(n.added, 0) as added
      from generate_series(1, days) g
      left join (
        select width_bucket(c.created_at, starts) as bucket, count(*) as added from public.clients c
        where c.tenant_id = dashboard_clients.tenant_id and c.created_at >= period.starts_at and c.merged_into is null
        group by 1
      ) n on n.bucket = g
    ) d
  );
end;
$$;
comment on function private.dashboard_clients(uuid, integer) is
  'Card: { total, archived, added, added_before, by_day: [{ day, added }] }; total without archived ones, merged clients nowhere.';

create function private.dashboard_tasks(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
  next jsonb;
begin
  select coalesce(jsonb_agg(to_jsonb(k) - 'search_text' || jsonb_build_object(
      'client', (
        select jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name)
        from public.clients c where c.tenant_id = k.tenant_id and c.id = k.client_id),
      'assignee', (
        select jsonb_build_object('user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name)
        from public.profiles p where p.user_id = k.assignee_id)) order by k.due_on, k.created_at, k.id), '[]')
  into next
  from (
    select * from public.tasks t
    where t.tenant_id = dashboard_tasks.tenant_id and t.status <> 'done' and coalesce(t.due_on, 'infinity'::date) < 'infinity'
      and (t.assignee_id is null or t.assignee_id = auth.uid())
    order by coalesce(t.due_on, 'infinity'::date), case t.priority when 'high' then 0 when 'normal' then 1 else 2 end, t.created_at, t.id
    limit 6
  ) k;
  return (
    select jsonb_build_object(
      'open', count(*), 'overdue', count(*) filter (where t.due_on < period.last_day), 'due_today', count(*) filter (where t.due_on = period.last_day),
      'mine_open', count(*) filter (where t.assignee_id = auth.uid()),
      'completed', (
        select count(*) from public.tasks d
        where d.tenant_id = dashboard_tasks.tenant_id and d.status = 'done' and d.completed_at >= period.starts_at),
      'completed_before', (
        select count(*) from public.tasks d
        where d.tenant_id = dashboard_tasks.tenant_id and d.status = 'done' and d.completed_at >= period.before_at and d.completed_at < period.starts_at),
      'next', next)
    from public.tasks t where t.tenant_id = dashboard_tasks.tenant_id and t.status <> 'done'
  );
end;
$$;
comment on function private.dashboard_tasks(uuid, integer) is
  'Card: { open, overdue, due_today, mine_open, completed, completed_before, next: up to six tasks with a day that are the caller''s or nobody''s, the most pressing first }.';

create function private.dashboard_activity(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
  starts timestamptz[] := private.day_starts(tenant_id, period.first_day, days);
begin
  return jsonb_build_object(
    'by_day', (
      select jsonb_agg(jsonb_build_object('day', period.first_day + (g - 1), 'count', coalesce(n.count, 0)) order by g)
      from generate_series(1, days) g
      left join (
        select width_bucket(a.occurred_at, starts) as bucket, count(*) from public.activities a
        where a.tenant_id = dashboard_activity.tenant_id and a.occurred_at >= period.starts_at
        group by 1
      ) n on n.bucket = g),
    'recent', coalesce((
      select jsonb_agg(to_jsonb(a) - 'tenant_id' || jsonb_build_object(
        'client', (
          select jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name)
          from public.clients c where c.tenant_id = a.tenant_id and c.id = a.client_id),
        'actor', (
          select jsonb_build_object('user_id', p.user_id, 'first_name', p.first_name, 'last_name', p.last_name)
          from public.profiles p where p.user_id = a.actor_id)) order by a.occurred_at desc, a.id desc)
      from (
        select * from public.activities x where x.tenant_id = dashboard_activity.tenant_id order by x.occurred_at desc, x.id desc limit 10
      ) a), '[]'));
end;
$$;
comment on function private.dashboard_activity(uuid, integer) is
  'Card: { by_day: [{ day, count }], recent: the ten newest activities with client and actor (null when a program did it) }.';

create function private.dashboard_files(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
begin
  return (
    select jsonb_build_object(
      'stored', count(*), 'bytes', coalesce(sum(f.size), 0), 'added', count(*) filter (where f.stored_at >= period.starts_at))
    from public.client_files f where f.tenant_id = dashboard_files.tenant_id and f.state = 'stored'
  );
end;
$$;
comment on function private.dashboard_files(uuid, integer) is 'Card: { stored, bytes, added }.';

create function private.dashboard_birthdays(tenant_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  today date := (private.dashboard_period(tenant_id, 7)).last_day;
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', b.id, 'first_name', b.first_name, 'last_name', b.last_name, 'date_of_birth', b.date_of_birth, 'day', b.day,
      'age', extract(year from b.day)::integer - extract(year from b.date_of_birth)::integer) order by b.day, b.sort_name, b.id)
    from (
      select c.id, c.first_name, c.last_name, c.sort_name, c.date_of_birth, d.day
      from (
        select g::date as day, (extract(month from g) * 100 + extract(day from g))::integer as key
        from generate_series(today::timestamp, (today + 6)::timestamp, '1 day') g
      ) d
      -- Who was born on 29 February has a birthday on the 28th where there is no 29th.
      cross join lateral unnest(case when d.key = 228 and extract(day from d.day + 1) = 1 then array[228, 229] else array[d.key] end) k (key)
      join public.clients c on c.tenant_id = dashboard_birthdays.tenant_id and c.date_of_birth is not null
        and (extract(month from c.date_of_birth) * 100 + extract(day from c.date_of_birth))::integer = k.key
      where c.archived_at is null and c.merged_into is null
      order by d.day, c.sort_name, c.id limit 5
    ) b
  ), '[]');
end;
$$;
comment on function private.dashboard_birthdays(uuid) is
  'Card: up to five clients whose birthday is today or in the six days after, soonest first: [{ id, first_name, last_name, date_of_birth, day, age }].';

create function private.dashboard(tenant_id uuid, days integer) returns jsonb
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
    'birthdays', private.dashboard_birthdays(tenant_id));
end;
$$;
create function public.dashboard(tenant_id uuid, days integer default 30) returns jsonb language sql stable set search_path = ''
return private.dashboard(tenant_id, days);
comment on function public.dashboard(uuid, integer) is
  'Member: the clinic at a glance over the last 7, 30 or 90 days where it is, days without anything included, oldest first: { period: { days, from, to }, clients: { total, archived, added, added_before, by_day: [{ day, added }] }, tasks: { open, overdue, due_today, mine_open, completed, completed_before, next }, activity: { by_day: [{ day, count }], recent }, files: { stored, bytes, added }, birthdays }. …_before: in as many days before. 404 clinic_not_found; 422 period_invalid.';
grant execute on function private.dashboard(uuid, integer), public.dashboard(uuid, integer) to authenticated;
