-- What: blocking times, and when during a service whom it needs.
-- Who:  every member of the clinic blocks; owners and members with the permission 'catalogue' change steps.
-- Relies on: booking and hours migrations.

create function private.blocked_subjects(tenant_id uuid, provider_id uuid, resource_id uuid) returns uuid[]
language sql
stable
set search_path = ''
return array(
  select p.id from public.providers p
  where p.tenant_id = blocked_subjects.tenant_id and p.id = coalesce(blocked_subjects.provider_id, blocked_subjects.resource_id, p.id)
  union all
  select r.id from public.resources r
  where r.tenant_id = blocked_subjects.tenant_id and r.id = coalesce(blocked_subjects.provider_id, blocked_subjects.resource_id, r.id));
comment on function private.blocked_subjects(uuid, uuid, uuid) is 'Whom a blocked time keeps from being booked: a provider, a resource, or (both null) everybody.';

create function private.visits_in_the_way(tenant_id uuid, provider_id uuid, resource_id uuid, times tstzmultirange)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  covered uuid[];
begin
  covered := array(
    select v.id
    from public.appointments v
    where v.tenant_id = visits_in_the_way.tenant_id and v.id in (
      select x.id
      from unnest(times) t (during)
      -- No visit is longer than a day, and no buffer than two hours.
      join public.appointments x on x.tenant_id = visits_in_the_way.tenant_id and x.starts_at > lower(t.during) - interval '26 hours'
        and x.starts_at < upper(t.during) + interval '2 hours' and x.status in ('booked', 'confirmed', 'arrived', 'in_chair')
      where exists (
        select from public.allocations a
        where a.tenant_id = x.tenant_id and a.appointment_id = x.id and a.during && t.during
          and a.subject_id = coalesce(visits_in_the_way.provider_id, visits_in_the_way.resource_id, a.subject_id)))
    order by v.starts_at, v.id);
  return jsonb_build_object('in_the_way_count', cardinality(covered), 'in_the_way', coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', v.id, 'revision', v.revision, 'starts_at', v.starts_at, 'ends_at', v.ends_at, 'status', v.status, 'client_id', v.client_id,
      'first_name', c.first_name, 'last_name', c.last_name, 'phone', c.phone, 'service_id', v.service_id, 'provider_id', v.provider_id)
      order by v.starts_at, v.id)
    from public.appointments v
    join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
    where v.tenant_id = visits_in_the_way.tenant_id and v.id = any (covered[1:100])), '[]'));
end;
$$;
comment on function private.visits_in_the_way(uuid, uuid, uuid, tstzmultirange) is
  'Appointments still to come or going on that at these times take some of a provider, a chair, or (both null) anybody, buffers included: { in_the_way_count, in_the_way: the first 100: [{ id, revision, starts_at, ends_at, status, client_id, first_name, last_name, phone, service_id, provider_id }] }.';

create or replace function private.block_time(tenant_id uuid, fields jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  blocked public.blocked_times;
begin
  perform private.require_member(tenant_id);
  perform private.require_blocked_fields(fields);
  blocked := jsonb_populate_record(null::public.blocked_times, fields);
  if num_nonnulls(blocked.provider_id, blocked.resource_id) = 2 then
    perform private.refuse(422, 'values_invalid', 'A blocked time is a provider''s or a chair''s, not both.');
  elsif blocked.provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = block_time.tenant_id and p.id = blocked.provider_id)
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif blocked.resource_id is not null and not exists (
    select from public.resources r where r.tenant_id = block_time.tenant_id and r.id = blocked.resource_id)
  then
    perform private.refuse(422, 'resource_unknown', 'There is no such chair or room.');
  elsif blocked.starts_at is null or blocked.ends_at is null or blocked.ends_at <= blocked.starts_at
    or blocked.ends_at > blocked.starts_at + interval '400 days'
  then
    perform private.refuse(422, 'blocked_time_invalid', 'A blocked time ends after it begins, within 400 days.');
  end if;
  -- Whoever is booking finishes first, and is told of; whoever comes later finds the time blocked.
  perform private.lock_subjects(tenant_id, private.blocked_subjects(tenant_id, blocked.provider_id, blocked.resource_id));
  insert into public.blocked_times (tenant_id, provider_id, resource_id, title, starts_at, ends_at)
  values (block_time.tenant_id, blocked.provider_id, blocked.resource_id, btrim(coalesce(blocked.title, '')), blocked.starts_at, blocked.ends_at)
  returning * into blocked;
  return jsonb_build_object('blocked', to_jsonb(blocked) - 'tenant_id') || private.visits_in_the_way(
    tenant_id, blocked.provider_id, blocked.resource_id, tstzmultirange(tstzrange(blocked.starts_at, blocked.ends_at)));
end;
$$;
comment on function public.block_time(uuid, jsonb) is
  'Member: keeps a provider, a chair, or (both null) the whole clinic from being booked: { provider_id, resource_id, title, starts_at, ends_at }. { blocked, in_the_way_count: how many appointments it covers, which stay, in_the_way: the first 100 of them }. 404 clinic_not_found; 422 blocked_time_invalid, field_too_long, provider_unknown, resource_unknown, values_invalid.';
