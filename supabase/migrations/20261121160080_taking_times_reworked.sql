-- What: taking times of providers and chairs: locks, what is in the way, what may be taken.
-- Who:  the functions that book and hold.
-- Relies on: open_times migration.

comment on function private.resources_in(jsonb) is 'The resource_ids of a form, each once, in their order.';

create function private.drop_expired(tenant_id uuid, plan private.planned_allocation[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.allocations a using public.holds h, unnest(plan) p
  where a.tenant_id = drop_expired.tenant_id and a.subject_id = coalesce(p.provider_id, p.resource_id) and a.during && p.during and a.blocking
    and h.tenant_id = a.tenant_id and h.id = a.hold_id and h.expires_at <= clock_timestamp();
end;
$$;
comment on function private.drop_expired(uuid, private.planned_allocation[]) is
  'Takes away the times of expired holds within a plan, which would stand in the way of the constraint.';

create function private.settle_overbooked(tenant_id uuid, freed private.planned_allocation[], own_appointment_id uuid default null) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  one record;
  settled uuid[] := '{}'::uuid[];
begin
  for one in
    select distinct v.created_at, a.id, a.appointment_id, a.subject_id, a.provider_id, a.resource_id, a.during
    from unnest(freed) f
    join public.allocations a on a.tenant_id = settle_overbooked.tenant_id and a.subject_id = coalesce(f.provider_id, f.resource_id)
      and a.during && f.during and a.is_overbooked and a.appointment_id is distinct from own_appointment_id
    join public.appointments v on v.tenant_id = a.tenant_id and v.id = a.appointment_id
    -- Who was booked first has the time.
    order by v.created_at, a.id
  loop
    perform private.drop_expired(tenant_id, array[row(one.provider_id, one.resource_id, one.during)::private.planned_allocation]);
    update public.allocations a set blocking = true, is_overbooked = false
    where a.id = one.id and not exists (
      select from public.allocations b
      where b.tenant_id = a.tenant_id and b.subject_id = one.subject_id and b.during && one.during and b.blocking);
    if found then
      settled := settled || one.appointment_id;
    end if;
  end loop;
  update public.appointments v set is_overbooked = false
  where v.tenant_id = settle_overbooked.tenant_id and v.id = any (settled) and v.is_overbooked and not exists (
    select from public.allocations a where a.tenant_id = v.tenant_id and a.appointment_id = v.id and a.is_overbooked);
end;
$$;
comment on function private.settle_overbooked(uuid, private.planned_allocation[], uuid) is
  'After times have been given up, whose subjects are locked: what was booked over them, and overlaps nothing else that blocks, is booked like any other from now on.';

create or replace function private.take_times(
  tenant_id uuid, plan private.planned_allocation[], visit tstzrange, appointment_id uuid, hold_id uuid,
  own_hold_id uuid default null, overbook boolean default false, outside_hours boolean default false)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  freed private.planned_allocation[];
  obstacles jsonb;
  is_taken boolean;
begin
  freed := array(
    select row(a.provider_id, a.resource_id, a.during)::private.planned_allocation from public.allocations a
    where a.tenant_id = take_times.tenant_id and (a.blocking or a.is_overbooked) and (a.appointment_id = take_times.appointment_id or a.hold_id = own_hold_id));
  delete from public.holds h where h.tenant_id = take_times.tenant_id and h.id = own_hold_id;
  perform private.drop_expired(tenant_id, plan);
  obstacles := private.list_obstacles(tenant_id, plan, visit, appointment_id);
  is_taken := obstacles @? '$[*] ? (@.kind == "appointment" || @.kind == "hold")';
  if is_taken and not overbook then
    perform private.refuse(409, 'slot_taken', 'This time is taken.', obstacles::text);
  elsif is_taken and tenant_id <> all (private.permitted_tenant_ids('overbooking')) then
    perform private.refuse(403, 'overbooking_not_permitted', 'Booking over another appointment needs the permission for it.', obstacles::text);
  elsif not outside_hours and obstacles @? '$[*] ? (@.kind == "blocked" || @.kind == "closed")' then
    perform private.refuse(409, 'outside_hours', 'At this time nobody is there.', obstacles::text);
  end if;
  delete from public.allocations a where a.tenant_id = take_times.tenant_id and a.appointment_id = take_times.appointment_id;
  insert into public.allocations (tenant_id, appointment_id, hold_id, provider_id, resource_id, during, blocking, is_overbooked)
  select take_times.tenant_id, take_times.appointment_id, take_times.hold_id, p.provider_id, p.resource_id, p.during, not t.is_over, t.is_over
  from unnest(plan) p
  cross join lateral (
    select overbook and exists (
      select from public.allocations a
      where a.tenant_id = take_times.tenant_id and a.subject_id = coalesce(p.provider_id, p.resource_id) and a.during && p.during
        and (a.blocking or a.is_overbooked)) as is_over
  ) t;
  perform private.settle_overbooked(tenant_id, freed, appointment_id);
  return is_taken;
exception when exclusion_violation then
  -- Somebody wrote without the locks, as the SQL editor can.
  perform private.refuse(409, 'slot_taken', 'This time is taken.', private.list_obstacles(tenant_id, plan, visit, appointment_id)::text);
  return null;
end;
$$;

create function private.require_current(tenant_id uuid, service_id uuid, provider_id uuid, resource_ids uuid[], kept uuid[] default '{}') returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if exists (
    select from public.services s
    where s.tenant_id = require_current.tenant_id and s.id = require_current.service_id and s.archived_at is not null and s.id = any (kept) is not true)
  then
    perform private.refuse(422, 'service_archived', 'This service is archived.');
  elsif exists (
    select from public.providers p
    where p.tenant_id = require_current.tenant_id and p.id = require_current.provider_id and p.archived_at is not null and p.id = any (kept) is not true)
  then
    perform private.refuse(422, 'provider_archived', 'This provider is archived.');
  elsif exists (
    select from public.resources r
    where r.tenant_id = require_current.tenant_id and r.id = any (resource_ids) and r.archived_at is not null and r.id = any (kept) is not true)
  then
    perform private.refuse(422, 'resource_archived', 'This chair or room is archived.');
  end if;
end;
$$;
comment on function private.require_current(uuid, uuid, uuid, uuid[], uuid[]) is
  'Refuses what is archived, but for what a visit keeps; providers and resources for certain when they are locked: 422 service_archived, provider_archived, resource_archived.';

create function private.require_client(tenant_id uuid, client_id uuid) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  client public.clients;
begin
  select * into client from public.clients c
  where c.tenant_id = require_client.tenant_id and c.id = require_client.client_id and c.merged_into is null and c.erased_at is null;
  if client.id is null then
    perform private.refuse(422, 'client_unknown', 'There is no such client.');
  elsif client.archived_at is not null then
    perform private.refuse(422, 'client_archived', 'This client is archived.');
  end if;
end;
$$;
comment on function private.require_client(uuid, uuid) is 'Refuses a client for whom nothing new is booked: 422 client_unknown, client_archived.';
