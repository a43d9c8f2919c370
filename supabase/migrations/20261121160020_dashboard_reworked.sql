-- What: what a member sees first: how many clients, what is to be done, what has happened. One function for each card.
-- Who:  every member of the clinic.
-- Relies on: client_search (birthdays), activities, tasks and files migrations. Later domains add cards by a function and a row in
--       private.dashboard_cards.

create or replace function private.dashboard_clients(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
  starts timestamptz[] := private.day_starts(tenant_id, period.first_day, days);
  -- All by an index alone, and the few others by indexes of their own, instead of looking at each row.
  everybody bigint := (select count(*) from public.clients c where c.tenant_id = dashboard_clients.tenant_id);
  merged bigint := (select count(*) from public.clients c where c.tenant_id = dashboard_clients.tenant_id and c.merged_into is not null);
  archived bigint := (
    select count(*) from public.clients c
    where c.tenant_id = dashboard_clients.tenant_id and c.archived_at is not null and c.merged_into is null);
begin
  return (
    select jsonb_build_object(
      'total', everybody - merged - archived, 'archived', archived,
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

create or replace function private.dashboard_tasks(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
  next jsonb;
  -- Asked once and not for each of thousands of rows.
  self_id constant uuid := auth.uid();
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
      and (t.assignee_id is null or t.assignee_id = self_id)
    order by coalesce(t.due_on, 'infinity'::date), case t.priority when 'high' then 0 when 'normal' then 1 else 2 end, t.created_at, t.id
    limit 6
  ) k;
  return (
    select jsonb_build_object(
      'open', count(*), 'overdue', count(*) filter (where t.due_on < period.last_day), 'due_today', count(*) filter (where t.due_on = period.last_day),
      'mine_open', count(*) filter (where t.assignee_id = self_id),
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

create function private.dashboard_birthdays(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  today date := (private.dashboard_period(tenant_id, days)).last_day;
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
comment on function private.dashboard_birthdays(uuid, integer) is
  'Card: up to five clients whose birthday is today or in the six days after, whatever the period, soonest first: [{ id, first_name, last_name, date_of_birth, day, age }].';

create table private.dashboard_cards (
  name text primary key check (name ~ '^[a-z_]{1,40}$' and name <> 'period'),
  -- Text: see client_record_parts.
  reader text not null check (reader ~ '^[a-z_]{1,60}$')
);
comment on table private.dashboard_cards is
  'The cards of the dashboard: under name the answer of private.<reader>(tenant_id uuid, days integer) returns jsonb, for a member of the clinic.';
insert into private.dashboard_cards (name, reader) values
  ('clients', 'dashboard_clients'), ('tasks', 'dashboard_tasks'), ('activity', 'dashboard_activity'), ('files', 'dashboard_files'),
  ('birthdays', 'dashboard_birthdays');

-- Compiling the queries of a large clinic would take longer than running them.
create or replace function private.dashboard(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
set jit = off
as $$
declare
  period record;
  answer jsonb;
  card private.dashboard_cards;
  content jsonb;
begin
  perform private.require_member(tenant_id);
  if days is null or days not in (7, 30, 90) then
    perform private.refuse(422, 'period_invalid', 'The dashboard covers 7, 30 or 90 days.');
  end if;
  period := private.dashboard_period(tenant_id, days);
  answer := jsonb_build_object('period', jsonb_build_object('days', days, 'from', period.first_day, 'to', period.last_day));
  for card in select * from private.dashboard_cards c order by c.name loop
    execute format('select private.%I($1, $2)', card.reader) into content using tenant_id, days;
    answer := answer || jsonb_build_object(card.name, content);
  end loop;
  return answer;
end;
$$;
