-- What: taking times of providers and chairs: locks, what is in the way, holds.
-- Who:  members hold and release times; the rest is called by the functions that book.
-- Relies on: open_times migration.

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

create function private.take_times(
  tenant_id uuid, plan private.planned_allocation[], visit tstzrange, appointment_id uuid, hold_id uuid,
  own_hold_id uuid default null, overbook boolean default false, outside_hours boolean default false)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  obstacles jsonb;
  is_taken boolean;
begin
  delete from public.holds h where h.tenant_id = take_times.tenant_id and h.id = own_hold_id;
  -- What has expired still stands in the constraint's way.
  delete from public.allocations a using public.holds h, unnest(plan) p
  where a.tenant_id = take_times.tenant_id and a.subject_id = coalesce(p.provider_id, p.resource_id) and a.during && p.during and a.blocking
    and h.tenant_id = a.tenant_id and h.id = a.hold_id and h.expires_at <= clock_timestamp();
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

-- holds ------------------------------------------------------------------------------------------------------------

create function private.hold_slot(
  tenant_id uuid, service_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz, instead_of uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  plan private.planned_allocation[];
  own_hold_id uuid;
  hold public.holds;
begin
  perform private.require_member(tenant_id);
  perform private.require_place(tenant_id, service_id, provider_id, resource_ids, starts_at, ends_at);
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = hold_slot.tenant_id and h.id = instead_of and h.created_by = auth.uid();
  if (select count(*) from public.holds h
      where h.tenant_id = hold_slot.tenant_id and h.created_by = auth.uid() and h.expires_at > now() and h.id is distinct from own_hold_id) >= 10
  then
    perform private.refuse(429, 'too_many_holds', 'One person can keep ten times at once.');
  end if;
  plan := private.plan_allocations(tenant_id, service_id, provider_id, resource_ids, starts_at, ends_at);
  perform private.lock_times(tenant_id, plan, null, own_hold_id);
  insert into public.holds (tenant_id, service_id, provider_id, starts_at, ends_at, expires_at)
  select hold_slot.tenant_id, hold_slot.service_id, hold_slot.provider_id, hold_slot.starts_at, hold_slot.ends_at,
    clock_timestamp() + make_interval(mins => s.hold_minutes)
  from public.scheduling_settings s where s.tenant_id = hold_slot.tenant_id
  returning * into hold;
  perform private.take_times(tenant_id, plan, tstzrange(starts_at, ends_at), null, hold.id, own_hold_id, outside_hours => true);
  return jsonb_build_object('hold_id', hold.id, 'expires_at', hold.expires_at);
end;
$$;
create function public.hold_slot(
  tenant_id uuid, service_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz,
  instead_of uuid default null)
returns jsonb language sql set search_path = ''
return private.hold_slot(tenant_id, service_id, provider_id, resource_ids, starts_at, ends_at, instead_of);
comment on function public.hold_slot(uuid, uuid, uuid, uuid[], timestamptz, timestamptz, uuid) is
  'Member: keeps a time while a form is filled in, in place of an earlier hold of one''s own; { hold_id, expires_at }. 404 clinic_not_found; 409 slot_taken (detail: what is in the way); 422 service_unknown, provider_unknown, resource_unknown, place_required, starts_at_invalid, duration_invalid; 429 too_many_holds.';

create function private.release_hold(tenant_id uuid, hold_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  released integer;
begin
  perform private.require_member(tenant_id);
  perform private.lock_times(tenant_id, null, null, hold_id);
  delete from public.holds h where h.tenant_id = release_hold.tenant_id and h.id = release_hold.hold_id and h.created_by = auth.uid();
  get diagnostics released = row_count;
  return jsonb_build_object('released', released = 1);
end;
$$;
create function public.release_hold(tenant_id uuid, hold_id uuid) returns jsonb language sql set search_path = ''
return private.release_hold(tenant_id, hold_id);
comment on function public.release_hold(uuid, uuid) is 'Member: gives up a hold of one''s own; { released }: false when there is none any more. 404 clinic_not_found.';

grant execute on function
  private.hold_slot(uuid, uuid, uuid, uuid[], timestamptz, timestamptz, uuid), public.hold_slot(uuid, uuid, uuid, uuid[], timestamptz, timestamptz, uuid),
  private.release_hold(uuid, uuid), public.release_hold(uuid, uuid)
  to authenticated;

create function private.sweep_holds() returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  expired uuid[];
  swept integer;
begin
  -- It waits for nobody: what somebody who books has in hand is left to the next minute.
  expired := array(select h.id from public.holds h where h.expires_at <= now() for update skip locked);
  delete from public.allocations a where a.id in (
    select x.id from public.allocations x join public.holds h on h.tenant_id = x.tenant_id and h.id = x.hold_id
    where h.id = any (expired) for update of x skip locked);
  delete from public.holds h
  where h.id = any (expired) and not exists (select from public.allocations a where a.tenant_id = h.tenant_id and a.hold_id = h.id);
  get diagnostics swept = row_count;
  return swept;
end;
$$;
comment on function private.sweep_holds() is 'Removes holds that have expired. Returns how many.';
select private.schedule_job('expired-holds', '* * * * *', 'select private.sweep_holds()');
