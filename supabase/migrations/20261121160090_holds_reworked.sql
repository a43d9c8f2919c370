-- What: holds: a time kept for somebody who is about to book it.
-- Who:  every member of the clinic; pg_cron sweeps away what has expired.
-- Relies on: taking_times migration.

create or replace function private.hold_slot(
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
  perform private.require_current(tenant_id, service_id, provider_id, resource_ids);
  insert into public.holds (tenant_id, service_id, provider_id, starts_at, ends_at, expires_at)
  select hold_slot.tenant_id, hold_slot.service_id, hold_slot.provider_id, hold_slot.starts_at, hold_slot.ends_at,
    clock_timestamp() + make_interval(mins => s.hold_minutes)
  from public.scheduling_settings s where s.tenant_id = hold_slot.tenant_id
  returning * into hold;
  perform private.take_times(tenant_id, plan, tstzrange(starts_at, ends_at), null, hold.id, own_hold_id, outside_hours => true);
  return jsonb_build_object('hold_id', hold.id, 'expires_at', hold.expires_at);
end;
$$;
comment on function public.hold_slot(uuid, uuid, uuid, uuid[], timestamptz, timestamptz, uuid) is
  'Member: keeps a time while a form is filled in, in place of an earlier hold of one''s own; { hold_id, expires_at }. 404 clinic_not_found; 409 slot_taken (detail: what is in the way); 422 service_unknown, service_archived, provider_unknown, provider_archived, resource_unknown, resource_archived, place_required, starts_at_invalid, duration_invalid; 429 too_many_holds.';

create or replace function private.release_hold(tenant_id uuid, hold_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  freed private.planned_allocation[];
  released integer;
begin
  perform private.require_member(tenant_id);
  perform private.lock_times(tenant_id, null, null, hold_id);
  freed := array(
    select row(a.provider_id, a.resource_id, a.during)::private.planned_allocation from public.allocations a
    where a.tenant_id = release_hold.tenant_id and a.hold_id = release_hold.hold_id);
  delete from public.holds h where h.tenant_id = release_hold.tenant_id and h.id = release_hold.hold_id and h.created_by = auth.uid();
  get diagnostics released = row_count;
  perform private.settle_overbooked(tenant_id, freed);
  return jsonb_build_object('released', released = 1);
end;
$$;

create or replace function private.sweep_holds() returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  expired uuid[];
  kept record;
  swept integer;
begin
  -- It waits for nobody: what somebody who books has in hand is left to the next minute.
  expired := array(select h.id from public.holds h where h.expires_at <= now() for update skip locked);
  -- What was booked over one of them has the time now.
  for kept in
    select a.* from public.holds h join public.allocations a on a.tenant_id = h.tenant_id and a.hold_id = h.id
    where h.id = any (expired) and exists (
      select from public.allocations x where x.tenant_id = a.tenant_id and x.subject_id = a.subject_id and x.during && a.during and x.is_overbooked)
  loop
    perform from public.providers p where p.tenant_id = kept.tenant_id and p.id = kept.provider_id for no key update skip locked;
    if not found then
      perform from public.resources r where r.tenant_id = kept.tenant_id and r.id = kept.resource_id for no key update skip locked;
    end if;
    if found then
      perform private.settle_overbooked(kept.tenant_id, array[row(kept.provider_id, kept.resource_id, kept.during)::private.planned_allocation]);
    else
      expired := array_remove(expired, kept.hold_id);
    end if;
  end loop;
  delete from public.allocations a where a.id in (
    select x.id from public.allocations x join public.holds h on h.tenant_id = x.tenant_id and h.id = x.hold_id
    where h.id = any (expired) for update of x skip locked);
  delete from public.holds h
  where h.id = any (expired) and not exists (select from public.allocations a where a.tenant_id = h.tenant_id and a.hold_id = h.id);
  get diagnostics swept = row_count;
  return swept;
end;
$$;
