-- What: whom a time that is free suits, and in which order.
-- Who:  every member asks; offers by themselves follow it.
-- Relies on: waitlist_entries and taking_times migrations.
--
-- What counts, in this order: the service fits (its length, buffers and steps, somebody and some chair for it), the client wants
-- this provider, weekday, time and day, in the clinic's zone; then urgent before ordinary, and who has waited longest.

create function private.find_place(
  tenant_id uuid, service_id uuid, provider_id uuid, preferred_ids uuid[], starts_at timestamptz, ends_at timestamptz)
returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  visit tstzrange := tstzrange(starts_at, ends_at);
  has_resources boolean := exists (
    select from public.service_resources x where x.tenant_id = find_place.tenant_id and x.service_id = find_place.service_id);
  place uuid[] := '{}'::uuid[];
  wanted_kind text;
  found_id uuid;
begin
  if provider_id is not null and private.list_obstacles(
    tenant_id, private.plan_allocations(tenant_id, service_id, provider_id, null, starts_at, ends_at), visit) <> '[]'
  then
    return null;
  end if;
  -- What a service that names nothing needs is what was there before.
  for wanted_kind in
    select distinct r.kind from public.resources r
    where r.tenant_id = find_place.tenant_id and r.archived_at is null and case when has_resources
      then exists (select from public.service_resources x where x.tenant_id = r.tenant_id and x.service_id = find_place.service_id and x.resource_id = r.id)
      else r.id = any (preferred_ids) end
    order by 1
  loop
    -- In order first, so that looking ends at the first that is free.
    select o.id into found_id
    from (
      select r.id from public.resources r
      where r.tenant_id = find_place.tenant_id and r.kind = wanted_kind and r.archived_at is null
        and case when has_resources
          then exists (select from public.service_resources x where x.tenant_id = r.tenant_id and x.service_id = find_place.service_id and x.resource_id = r.id)
          else r.id = any (preferred_ids) end
      order by r.id = any (preferred_ids) desc, r.name, r.id offset 0) o
    where private.list_obstacles(
      find_place.tenant_id, private.plan_allocations(find_place.tenant_id, find_place.service_id, null, array[o.id], starts_at, ends_at), visit) = '[]'
    limit 1;
    if found_id is null then
      return null;
    end if;
    place := place || found_id;
  end loop;
  return case when provider_id is not null or cardinality(place) > 0 then place end;
end;
$$;
comment on function private.find_place(uuid, uuid, uuid, uuid[], timestamptz, timestamptz) is
  'The chairs, rooms and equipment, one of each kind the service needs, that are free with this provider for a whole visit, those preferred first; null when there is no place.';

create function private.rank_waitlist(
  tenant_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz, only_reachable boolean, most integer)
returns table (entry_id uuid, visit_ends_at timestamptz, place uuid[], reasons text[], hindrances text[])
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = rank_waitlist.tenant_id);
  clock timestamp := rank_waitlist.starts_at at time zone time_zone;
  day_part text := case when clock::time < '12:00' then 'morning' when clock::time < '17:00' then 'afternoon' else 'evening' end;
begin
  if rank_waitlist.provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = rank_waitlist.tenant_id and p.id = rank_waitlist.provider_id and p.archived_at is null)
  then
    return;
  end if;
  return query
    with suited as materialized (
      select e.*, s.ends_at, c.email, c.consent_reminders,
        exists (select from public.waitlist_providers w where w.tenant_id = e.tenant_id and w.entry_id = e.id) as is_choosy
      from public.waitlist_entries e
      join public.clients c on c.tenant_id = e.tenant_id and c.id = e.client_id and c.archived_at is null and c.merged_into is null and c.erased_at is null
      cross join lateral (
        select rank_waitlist.starts_at + make_interval(mins => x.duration_minutes) as ends_at
        from public.services x where x.tenant_id = e.tenant_id and x.id = e.service_id and x.archived_at is null) s
      where e.tenant_id = rank_waitlist.tenant_id and e.state = 'waiting'
        -- As the index of the list has it, which leaves out those whose waiting is over.
        and (case e.state when 'waiting' then 0 when 'offered' then 0 else 1 end) = 0
        and s.ends_at <= rank_waitlist.ends_at
        and (e.weekdays = '{}' or extract(isodow from clock)::smallint = any (e.weekdays))
        and (e.earliest_day is null or clock::date >= e.earliest_day) and (e.latest_day is null or clock::date <= e.latest_day)
        and ((e.day_parts = '{}' and e.from_time is null) or day_part = any (e.day_parts)
          or (clock::time >= e.from_time and s.ends_at at time zone time_zone <= clock::date + e.to_time))
    ), chosen as materialized (
      select u.* from suited u
      where (not u.is_choosy or exists (
          select from public.waitlist_providers w
          where w.tenant_id = u.tenant_id and w.entry_id = u.id and w.provider_id = rank_waitlist.provider_id))
        and (not only_reachable or (u.want_offers and u.email is not null and u.consent_reminders
          and (u.last_offered_at is null or u.last_offered_at <= now() - interval '24 hours')))
    ), places as materialized (
      select v.service_id, v.ends_at, private.find_place(
        rank_waitlist.tenant_id, v.service_id, rank_waitlist.provider_id, rank_waitlist.resource_ids, rank_waitlist.starts_at, v.ends_at) as place
      from (select distinct h.service_id, h.ends_at from chosen h) v
      -- A service is done by those it names, and by anybody when it names nobody.
      where not exists (select from public.service_providers x where x.tenant_id = rank_waitlist.tenant_id and x.service_id = v.service_id)
        or exists (select from public.service_providers x
          where x.tenant_id = rank_waitlist.tenant_id and x.service_id = v.service_id and x.provider_id = rank_waitlist.provider_id)
    )
    select h.id, h.ends_at, l.place,
      array_remove(array[
        case when h.priority = 'high' then 'urgent' end,
        case when h.is_choosy then 'provider' end,
        case when h.weekdays <> '{}' then 'weekday' end,
        case when h.day_parts <> '{}' or h.from_time is not null then 'time' end,
        case when num_nonnulls(h.earliest_day, h.latest_day) > 0 then 'days' end], null),
      array_remove(array[
        case when not h.want_offers then 'offers_unwanted' end,
        case when h.email is null then 'no_email' end,
        case when not h.consent_reminders then 'no_consent' end,
        case when h.last_offered_at > now() - interval '24 hours' then 'offered_lately' end], null)
    from chosen h join places l on l.service_id = h.service_id and l.place is not null
    order by (case h.priority when 'high' then 0 else 1 end), h.created_at, h.id
    limit most;
end;
$$;
comment on function private.rank_waitlist(uuid, uuid, uuid[], timestamptz, timestamptz, boolean, integer) is
  'Who waits for such a time, the first in turn first, with the place found for them; reasons: urgent, provider, weekday, time, days; hindrances to writing to them: offers_unwanted, no_email, no_consent, offered_lately. only_reachable leaves out those with any.';

create function private.suggest_waitlist(tenant_id uuid, slot jsonb) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  wanted public.appointments;
  resource_ids uuid[];
begin
  perform private.require_member(tenant_id);
  perform private.require_appointment_fields(slot);
  wanted := jsonb_populate_record(null::public.appointments, slot - 'resource_ids');
  resource_ids := array(select e::uuid from jsonb_array_elements_text(coalesce(nullif(slot -> 'resource_ids', 'null'), '[]')) e);
  perform private.require_place(tenant_id, null, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  return jsonb_build_object('suggestions', coalesce((
    select jsonb_agg(jsonb_build_object(
      'entry', private.waitlist_entry_json(suggest_waitlist.tenant_id, r.entry_id), 'reasons', to_jsonb(r.reasons), 'hindrances', to_jsonb(r.hindrances),
      'slot', jsonb_build_object('starts_at', wanted.starts_at, 'ends_at', r.visit_ends_at, 'provider_id', wanted.provider_id, 'resource_ids', to_jsonb(r.place)))
      order by r.n)
    from private.rank_waitlist(
      suggest_waitlist.tenant_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at, false, 20)
      with ordinality r (entry_id, visit_ends_at, place, reasons, hindrances, n)
  ), '[]'::jsonb));
end;
$$;
create function public.suggest_waitlist(tenant_id uuid, slot jsonb) returns jsonb language sql stable set search_path = ''
return private.suggest_waitlist(tenant_id, slot);
comment on function public.suggest_waitlist(uuid, jsonb) is
  'Member: whom a free time { starts_at, ends_at, provider_id, resource_ids } suits, at most 20, first in turn first: { suggestions: [{ entry, slot, reasons, hindrances }] }; slot is the part of the time the service needs, ready for offer_slot. reasons: urgent, provider, weekday, time, days; hindrances: offers_unwanted, no_email, no_consent, offered_lately. 404 clinic_not_found; 422 provider_unknown, resource_unknown, place_required, starts_at_invalid, duration_invalid, values_invalid.';
grant execute on function private.suggest_waitlist(uuid, jsonb), public.suggest_waitlist(uuid, jsonb) to authenticated;
