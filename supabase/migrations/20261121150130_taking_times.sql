-- What: taking times of providers and chairs: locks, what is in the way, what may be taken.
-- Who:  the functions that book and hold.
-- Relies on: open_times migration.

create function private.resources_in(fields jsonb) returns uuid[]
language sql
immutable
set search_path = ''
return array(select distinct e::uuid from jsonb_array_elements_text(coalesce(nullif(fields -> 'resource_ids', 'null'), '[]')) e order by 1);
comment on function private.resources_in(jsonb) is 'The resource_ids of a form, each once, in their order.';

create function private.subjects_of(plan private.planned_allocation[]) returns uuid[]
language sql
immutable
set search_path = ''
return array(select distinct coalesce(p.provider_id, p.resource_id) from unnest(plan) p);
comment on function private.subjects_of(private.planned_allocation[]) is 'The providers and resources of a plan.';

create function private.lock_subjects(tenant_id uuid, subject_ids uuid[]) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.providers p where p.tenant_id = lock_subjects.tenant_id and p.id = any (subject_ids) order by p.id for no key update;
  perform from public.resources r where r.tenant_id = lock_subjects.tenant_id and r.id = any (subject_ids) order by r.id for no key update;
end;
$$;
comment on function private.lock_subjects(uuid, uuid[]) is
  'Locks providers, then resources, in the order of their ids, until the end of the transaction. Whoever changes allocations does this first, once, and for all whose allocations it touches.';

create function private.lock_times(tenant_id uuid, plan private.planned_allocation[], appointment_id uuid, hold_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  locked uuid[];
begin
  locked := private.subjects_of(plan) || array(
    select a.subject_id from public.allocations a
    where a.tenant_id = lock_times.tenant_id and (a.appointment_id = lock_times.appointment_id or a.hold_id = lock_times.hold_id));
  perform private.lock_subjects(tenant_id, locked);
  -- Waiting for the lock, somebody may have given it to others. Locking those now would be out of order.
  if exists (
    select from public.allocations a
    where a.tenant_id = lock_times.tenant_id and (a.appointment_id = lock_times.appointment_id or a.hold_id = lock_times.hold_id)
      and a.subject_id <> all (locked))
  then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has moved this in the meantime.');
  end if;
end;
$$;
comment on function private.lock_times(uuid, private.planned_allocation[], uuid, uuid) is
  'Locks everybody of whom a plan takes time, and of whom the appointment or hold has some. 409 changed_meanwhile.';

create function private.list_obstacles(
  tenant_id uuid, plan private.planned_allocation[], visit tstzrange, own_appointment_id uuid default null)
returns jsonb
language plpgsql
stable
set search_path = ''
-- Planning it anew costs more than doing it.
set plan_cache_mode = 'force_generic_plan'
as $$
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = list_obstacles.tenant_id);
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'kind', o.kind, 'subject_id', o.subject_id,
      'subject', coalesce(
        (select p.name from public.providers p where p.tenant_id = list_obstacles.tenant_id and p.id = o.subject_id),
        (select r.name from public.resources r where r.tenant_id = list_obstacles.tenant_id and r.id = o.subject_id)),
      'starts_at', lower(o.during), 'ends_at', upper(o.during), 'appointment_id', o.appointment_id, 'label', o.label)
      order by o.kind, lower(o.during), o.subject_id)
    from (
      select case when a.hold_id is null then 'appointment' else 'hold' end as kind, a.subject_id, a.during, a.appointment_id,
        btrim(c.first_name || ' ' || c.last_name) as label
      from unnest(plan) p
      -- Two lookups, each with an index of its own.
      cross join lateral (
        select x.* from public.allocations x
        where x.tenant_id = list_obstacles.tenant_id and x.subject_id = coalesce(p.provider_id, p.resource_id)
          and x.during && p.during and x.blocking
        union all
        select x.* from public.allocations x
        where x.tenant_id = list_obstacles.tenant_id and x.subject_id = coalesce(p.provider_id, p.resource_id)
          and x.during && p.during and x.is_overbooked
      ) a
      left join public.holds h on h.tenant_id = a.tenant_id and h.id = a.hold_id
      left join public.appointments v on v.tenant_id = a.tenant_id and v.id = a.appointment_id
      left join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
      where (a.hold_id is null and a.appointment_id is distinct from own_appointment_id)
        or h.expires_at > clock_timestamp()
      union all
      select 'blocked', coalesce(p.provider_id, p.resource_id), tstzrange(b.starts_at, b.ends_at), null, b.title
      from unnest(plan) p
      join public.blocked_times b on b.tenant_id = list_obstacles.tenant_id and tstzrange(b.starts_at, b.ends_at) && p.during
        and coalesce(b.provider_id, b.resource_id, p.provider_id, p.resource_id) = coalesce(p.provider_id, p.resource_id)
      union all
      select 'closed', coalesce(p.provider_id, p.resource_id), p.during * visit, null, null
      from unnest(plan) p
      join private.open_times(
        list_obstacles.tenant_id, private.subjects_of(plan),
        (lower(visit) at time zone time_zone)::date, (upper(visit) at time zone time_zone)::date) t
        on t.subject_id = coalesce(p.provider_id, p.resource_id)
      where not (p.during * visit) <@ t.during
    ) o
  ), '[]'::jsonb);
end;
$$;
comment on function private.list_obstacles(uuid, private.planned_allocation[], tstzrange, uuid) is
  'What is in the way of a plan: [{ kind: appointment | hold | blocked | closed, subject_id, subject, starts_at, ends_at, appointment_id, label }]. Expired holds and the appointment''s own times are not.';

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

create function private.take_times(
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
comment on function private.take_times(uuid, private.planned_allocation[], tstzrange, uuid, uuid, uuid, boolean, boolean) is
  'Gives an appointment (in place of what it had) or a hold the times of a plan, and ends its own hold; lock_times comes first. Returns whether it went over something. 409 slot_taken, outside_hours; 403 overbooking_not_permitted; the detail lists what is in the way.';

create function private.require_place(tenant_id uuid, service_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if service_id is not null and not exists (
    select from public.services s where s.tenant_id = require_place.tenant_id and s.id = require_place.service_id)
  then
    perform private.refuse(422, 'service_unknown', 'There is no such service.');
  elsif provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = require_place.tenant_id and p.id = require_place.provider_id)
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif exists (select from unnest(resource_ids) i (id) where not exists (
    select from public.resources r where r.tenant_id = require_place.tenant_id and r.id = i.id))
  then
    perform private.refuse(422, 'resource_unknown', 'There is no such chair or room.');
  elsif provider_id is null and coalesce(cardinality(resource_ids), 0) = 0 then
    perform private.refuse(422, 'place_required', 'Please choose with whom or where.');
  elsif starts_at is null or ends_at is null or starts_at not between now() - interval '5 years' and now() + interval '5 years' then
    perform private.refuse(422, 'starts_at_invalid', 'Please give a time, not more than five years away.');
  elsif ends_at < starts_at + interval '5 minutes' or ends_at > starts_at + interval '12 hours' then
    perform private.refuse(422, 'duration_invalid', 'An appointment is 5 minutes to 12 hours long.');
  end if;
end;
$$;
comment on function private.require_place(uuid, uuid, uuid, uuid[], timestamptz, timestamptz) is
  'Refuses what cannot be booked by anybody: 422 service_unknown, provider_unknown, resource_unknown, place_required, starts_at_invalid, duration_invalid.';

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
