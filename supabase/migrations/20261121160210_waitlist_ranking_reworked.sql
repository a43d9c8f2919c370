-- What: whom a time that is free suits, and in which order.
-- Who:  every member asks; offers by themselves follow it.
-- Relies on: waitlist_entries, taking_times and free_slots migrations.
--
-- What counts, in this order: the service fits (its length, buffers and steps, somebody and some chair for it), the client wants
-- this provider, weekday, time and day, in the clinic's zone; then urgent before ordinary, and who has waited longest. A longer
-- time suits whom a part of it suits.

create function private.rank_waitlist(
  tenant_id uuid, provider_id uuid, resource_ids uuid[], opening tstzrange, not_before timestamptz, only_reachable boolean, most integer)
returns table (entry_id uuid, starts_at timestamptz, ends_at timestamptz, place uuid[], reasons text[], hindrances text[])
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
  time_zone text := (select t.time_zone from public.tenants t where t.id = rank_waitlist.tenant_id);
  step interval := (select make_interval(mins => s.slot_minutes) from public.scheduling_settings s where s.tenant_id = rank_waitlist.tenant_id);
begin
  if rank_waitlist.provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = rank_waitlist.tenant_id and p.id = rank_waitlist.provider_id and p.archived_at is null)
  then
    return;
  end if;
  return query
    with waiting as materialized (
      select e.*, s.duration_minutes as minutes, c.email, c.consent_reminders,
        exists (select from public.waitlist_providers w where w.tenant_id = e.tenant_id and w.entry_id = e.id) as is_choosy
      from public.waitlist_entries e
      join public.clients c on c.tenant_id = e.tenant_id and c.id = e.client_id and c.archived_at is null and c.merged_into is null and c.erased_at is null
      join public.services s on s.tenant_id = e.tenant_id and s.id = e.service_id and s.archived_at is null
      where e.tenant_id = rank_waitlist.tenant_id and e.state = 'waiting'
        -- As the index of the list has it, which leaves out those whose waiting is over.
        and (case e.state when 'waiting' then 0 when 'offered' then 0 else 1 end) = 0
        and make_interval(mins => s.duration_minutes) <= upper(opening) - lower(opening)
    ), chosen as materialized (
      select u.* from waiting u
      where (not u.is_choosy or exists (
          select from public.waitlist_providers w
          where w.tenant_id = u.tenant_id and w.entry_id = u.id and w.provider_id = rank_waitlist.provider_id))
        and (not only_reachable or (u.want_offers and u.email is not null and u.refused_email is distinct from u.email and u.consent_reminders
          and (u.last_offered_at is null or u.last_offered_at <= now() - interval '24 hours')))
    ), services as (
      select v.service_id, v.minutes, exists (
          select from public.service_resources x where x.tenant_id = rank_waitlist.tenant_id and x.service_id = v.service_id) as has_resources
      from (select distinct h.service_id, h.minutes from chosen h) v
      -- A service is done by those it names, and by anybody when it names nobody.
      where not exists (select from public.service_providers x where x.tenant_id = rank_waitlist.tenant_id and x.service_id = v.service_id)
        or exists (select from public.service_providers x
          where x.tenant_id = rank_waitlist.tenant_id and x.service_id = v.service_id and x.provider_id = rank_waitlist.provider_id)
    ), free as materialized (
      -- When each service could begin as far as the provider, and each chair and room it may be in, is concerned.
      select v.service_id, v.minutes, f.subject_id, r.kind, r.name, f.free
      from services v
      cross join lateral private.free_starts(
        rank_waitlist.tenant_id, v.service_id, array_remove(rank_waitlist.provider_id || array(
          select r.id from public.resources r
          where r.tenant_id = rank_waitlist.tenant_id and r.archived_at is null and case when v.has_resources
            then exists (select from public.service_resources x where x.tenant_id = r.tenant_id and x.service_id = v.service_id and x.resource_id = r.id)
            -- What a service that names nothing needs is what was there before.
            else r.id = any (rank_waitlist.resource_ids) end), null),
        tstzrange(lower(opening), upper(opening) - make_interval(mins => v.minutes), '[]'), v.minutes) f
      left join public.resources r on r.tenant_id = rank_waitlist.tenant_id and r.id = f.subject_id
    ), moments as materialized (
      -- One of each kind has to be free.
      select s.service_id, m.moment, m.moment at time zone time_zone as clock, m.moment + make_interval(mins => s.minutes) as ends_at,
        (m.moment + make_interval(mins => s.minutes)) at time zone time_zone as clock_after
      from (
        select k.service_id, k.minutes, range_intersect_agg(k.free) as free
        from (select f.service_id, f.minutes, f.kind, range_agg(f.free) as free from free f group by f.service_id, f.minutes, f.kind) k
        group by k.service_id, k.minutes) s
      join (
        select lower(opening)
        union
        -- And on the clinic's grid. On a clock without offset the epoch is a full hour.
        select generate_series(
          date_bin(step, lower(r.during) + step - interval '1 microsecond', timestamptz 'epoch' - z.clock_offset), upper(r.during), step)
        from private.clock_offsets(time_zone, opening) z, unnest(z.during) r (during)) m (moment) on s.free @> m.moment
      where m.moment >= not_before
    ), suited as (
      -- To each the first time that suits.
      select distinct on (h.id) h.*, m.moment, m.ends_at
      from chosen h
      join moments m on m.service_id = h.service_id
        and (h.weekdays = '{}' or extract(isodow from m.clock)::smallint = any (h.weekdays))
        and (h.earliest_day is null or m.clock::date >= h.earliest_day) and (h.latest_day is null or m.clock::date <= h.latest_day)
        and ((h.day_parts = '{}' and h.from_time is null)
          or case when m.clock::time < '12:00' then 'morning' when m.clock::time < '17:00' then 'afternoon' else 'evening' end = any (h.day_parts)
          or (m.clock::time >= h.from_time and m.clock_after <= m.clock::date + h.to_time))
      order by h.id, m.moment
    )
    select u.id, u.moment, u.ends_at,
      array(
        select distinct on (f.kind) f.subject_id from free f
        where f.service_id = u.service_id and f.kind is not null and f.free @> u.moment
        order by f.kind, f.subject_id = any (rank_waitlist.resource_ids) desc, f.name, f.subject_id),
      array_remove(array[
        case when u.priority = 'high' then 'urgent' end,
        case when u.is_choosy then 'provider' end,
        case when u.weekdays <> '{}' then 'weekday' end,
        case when u.day_parts <> '{}' or u.from_time is not null then 'time' end,
        case when num_nonnulls(u.earliest_day, u.latest_day) > 0 then 'days' end], null),
      array_remove(array[
        case when not u.want_offers then 'offers_unwanted' end,
        case when u.email is null then 'no_email' end,
        case when u.refused_email = u.email then 'email_refused' end,
        case when not u.consent_reminders then 'no_consent' end,
        case when u.last_offered_at > now() - interval '24 hours' then 'offered_lately' end], null)
    from suited u
    order by (case u.priority when 'high' then 0 else 1 end), u.created_at, u.id
    limit most;
end;
$$;
comment on function private.rank_waitlist(uuid, uuid, uuid[], tstzrange, timestamptz, boolean, integer) is
  'Who waits for a part of such an opening, the first in turn first, each with the first time in it that suits and is free, at its beginning or on the clinic''s grid, and the chairs, rooms and equipment found for it, those named first; reasons: urgent, provider, weekday, time, days; hindrances to writing to them: offers_unwanted, no_email, email_refused, no_consent, offered_lately. only_reachable leaves out those with any.';

create or replace function private.suggest_waitlist(tenant_id uuid, slot jsonb) returns jsonb
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
  resource_ids := private.resources_in(slot);
  perform private.require_place(tenant_id, null, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  return jsonb_build_object('suggestions', coalesce((
    select jsonb_agg(jsonb_build_object(
      'entry', private.waitlist_entry_json(suggest_waitlist.tenant_id, r.entry_id), 'reasons', to_jsonb(r.reasons), 'hindrances', to_jsonb(r.hindrances),
      'slot', jsonb_build_object('starts_at', r.starts_at, 'ends_at', r.ends_at, 'provider_id', wanted.provider_id, 'resource_ids', to_jsonb(r.place)))
      order by r.n)
    from private.rank_waitlist(
      suggest_waitlist.tenant_id, wanted.provider_id, resource_ids, tstzrange(wanted.starts_at, wanted.ends_at), wanted.starts_at, false, 20)
      with ordinality r (entry_id, starts_at, ends_at, place, reasons, hindrances, n)
  ), '[]'::jsonb));
end;
$$;
comment on function public.suggest_waitlist(uuid, jsonb) is
  'Member: whom a free time { starts_at, ends_at, provider_id, resource_ids } suits, at most 20, first in turn first: { suggestions: [{ entry, slot, reasons, hindrances }] }; slot is the first part of the time that suits, ready for offer_slot. reasons: urgent, provider, weekday, time, days; hindrances: offers_unwanted, no_email, email_refused, no_consent, offered_lately. 404 clinic_not_found; 422 provider_unknown, resource_unknown, place_required, starts_at_invalid, duration_invalid, values_invalid.';
