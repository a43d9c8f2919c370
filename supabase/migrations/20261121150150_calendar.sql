-- What: what the calendar shows of a period, in one call.
-- Who:  every member of the clinic.
-- Relies on: booking migration.

create function private.list_calendar(tenant_id uuid, starts_at timestamptz, ends_at timestamptz) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  time_zone text;
  subjects uuid[];
begin
  perform private.require_member(tenant_id);
  if starts_at is null or ends_at is null or ends_at <= starts_at or ends_at > starts_at + interval '62 days' then
    perform private.refuse(422, 'period_invalid', 'A calendar shows 62 days at most.');
  end if;
  select t.time_zone into time_zone from public.tenants t where t.id = list_calendar.tenant_id;
  subjects := array(
    select p.id from public.providers p where p.tenant_id = list_calendar.tenant_id and p.archived_at is null
    union all
    select r.id from public.resources r where r.tenant_id = list_calendar.tenant_id and r.archived_at is null);
  return jsonb_build_object(
    'as_of', now(),
    'time_zone', time_zone,
    'appointments', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', v.id, 'revision', v.revision, 'starts_at', v.starts_at, 'ends_at', v.ends_at, 'status', v.status,
        'status_changed_at', v.status_changed_at, 'client_id', v.client_id, 'first_name', c.first_name, 'last_name', c.last_name,
        'phone', c.phone, 'service_id', v.service_id, 'provider_id', v.provider_id, 'resource_ids', coalesce(a.resource_ids, '[]'::jsonb),
        'busy_from', a.busy_from, 'busy_to', a.busy_to, 'note', v.note, 'is_overbooked', v.is_overbooked, 'series_id', v.series_id)
        order by v.starts_at, v.id)
      from public.appointments v
      join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
      left join lateral (
        select jsonb_agg(distinct x.resource_id) filter (where x.resource_id is not null) as resource_ids,
          min(lower(x.during)) as busy_from, max(upper(x.during)) as busy_to
        from public.allocations x where x.tenant_id = v.tenant_id and x.appointment_id = v.id
      ) a on true
      where v.tenant_id = list_calendar.tenant_id
        -- No visit is longer than a day.
        and v.starts_at > list_calendar.starts_at - interval '1 day' and v.starts_at < list_calendar.ends_at and v.ends_at > list_calendar.starts_at
    ), '[]'::jsonb),
    'holds', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', h.id, 'starts_at', h.starts_at, 'ends_at', h.ends_at, 'expires_at', h.expires_at, 'created_by', h.created_by,
        'provider_id', h.provider_id, 'resource_ids', to_jsonb(array(
          select distinct x.resource_id from public.allocations x
          where x.tenant_id = h.tenant_id and x.hold_id = h.id and x.resource_id is not null)))
        order by h.starts_at, h.id)
      from public.holds h
      where h.tenant_id = list_calendar.tenant_id and h.expires_at > now()
        and h.starts_at > list_calendar.starts_at - interval '1 day' and h.starts_at < list_calendar.ends_at and h.ends_at > list_calendar.starts_at
    ), '[]'::jsonb),
    'blocked', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', b.id, 'starts_at', b.starts_at, 'ends_at', b.ends_at, 'title', b.title, 'provider_id', b.provider_id,
        'resource_id', b.resource_id, 'series_id', b.series_id) order by b.starts_at, b.id)
      from public.blocked_times b
      where b.tenant_id = list_calendar.tenant_id
        and tstzrange(b.starts_at, b.ends_at) && tstzrange(list_calendar.starts_at, list_calendar.ends_at)
    ), '[]'::jsonb),
    'open', coalesce((
      select jsonb_agg(jsonb_build_object('subject_id', o.subject_id, 'starts_at', lower(r.during), 'ends_at', upper(r.during))
        order by o.subject_id, lower(r.during))
      from private.open_times(
        list_calendar.tenant_id, subjects,
        (list_calendar.starts_at at time zone time_zone)::date, (list_calendar.ends_at at time zone time_zone)::date) o,
        unnest(o.during) r (during)
      where r.during && tstzrange(list_calendar.starts_at, list_calendar.ends_at)
    ), '[]'::jsonb)
  );
end;
$$;
create function public.list_calendar(tenant_id uuid, starts_at timestamptz, ends_at timestamptz) returns jsonb language sql stable set search_path = ''
return private.list_calendar(tenant_id, starts_at, ends_at);
comment on function public.list_calendar(uuid, timestamptz, timestamptz) is
  'Member: all that a calendar shows between two moments: { as_of, time_zone, appointments, holds, blocked, open: [{ subject_id, starts_at, ends_at }] }. 404 clinic_not_found; 422 period_invalid.';
grant execute on function private.list_calendar(uuid, timestamptz, timestamptz), public.list_calendar(uuid, timestamptz, timestamptz) to authenticated;
