-- What: visits on the dashboard and on a client's page: today's, missed and cancelled late, how well the hours are used.
-- Who:  every member of the clinic.
-- Relies on: dashboard, open_times and booking migrations.

create function private.dashboard_today(tenant_id uuid, days integer) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  period record := private.dashboard_period(tenant_id, days);
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
comment on function private.dashboard_today(uuid, integer) is
  'Card, whatever the period: { statuses: { status: count }, next: up to six visits of today that are not over: [{ id, starts_at, ends_at, status, client, service, provider }] }.';

insert into private.dashboard_cards (name, reader) values
  ('today', 'dashboard_today'), ('visits', 'dashboard_visits'), ('utilisation', 'dashboard_utilisation');
