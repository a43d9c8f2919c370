-- What: offering a time to somebody who waits: by hand, and by itself when an appointment frees it; withdrawing, expiring, the next in turn.
-- Who:  members offer and withdraw; the workers of the job queue do the rest as service_role.
-- Relies on: waitlist_ranking, booking and job_queue migrations.
--
-- An offered time is a hold, so nobody else can book it. Locks are taken in this order: providers and chairs, the client, the
-- entry, the hold's allocations, the hold, the offer; the sweep of expired holds takes the last three in the same order.

create or replace function private.queue_opening(
  tenant_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz, run_at timestamptz default now())
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- Nothing to do for those for whom nobody waits, which is most clinics most of the time.
  if ends_at < starts_at + interval '5 minutes'
    or not exists (
      select from public.scheduling_settings s where s.tenant_id = queue_opening.tenant_id and s.automatic_offers
        and queue_opening.ends_at - run_at >= make_interval(mins => s.offer_notice_minutes + 5))
    or not exists (
      select from public.waitlist_entries e where e.tenant_id = queue_opening.tenant_id and e.want_offers
        and (case e.state when 'waiting' then 0 when 'offered' then 0 else 1 end) = 0)
  then
    return;
  end if;
  perform private.enqueue_job(
    'waitlist-offer',
    jsonb_build_object('provider_id', provider_id, 'resource_ids', to_jsonb(resource_ids), 'starts_at', starts_at, 'ends_at', ends_at),
    tenant_id, run_at, format('waitlist-offer:%s:%s', coalesce(provider_id, resource_ids[1]), extract(epoch from starts_at)));
end;
$$;

-- making an offer --------------------------------------------------------------------------------------------------

create function private.make_offer(
  tenant_id uuid, entry_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz,
  opening_starts_at timestamptz, opening_ends_at timestamptz)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  entry public.waitlist_entries;
  client public.clients;
  plan private.planned_allocation[];
  new_hold_id uuid;
  offer public.waitlist_offers;
  kept_until timestamptz;
begin
  select e.* into entry from public.waitlist_entries e where e.tenant_id = make_offer.tenant_id and e.id = make_offer.entry_id;
  plan := private.plan_allocations(tenant_id, entry.service_id, provider_id, resource_ids, starts_at, ends_at);
  perform private.lock_times(tenant_id, plan, null, null);
  entry := private.lock_waitlist_entry(tenant_id, entry_id);
  select c.* into client from public.clients c where c.tenant_id = entry.tenant_id and c.id = entry.client_id;
  if entry.state = 'offered' then
    perform private.refuse(409, 'already_offered', 'This client has an open offer.');
  elsif entry.state <> 'waiting' then
    perform private.refuse(409, 'waitlist_entry_closed', 'This entry is no longer on the waiting list.');
  elsif client.email is null then
    perform private.refuse(409, 'client_without_email', 'There is no e-mail address to write to.');
  elsif client.email = entry.refused_email then
    perform private.refuse(409, 'client_email_refused', 'The last e-mail to this address was refused. Please correct it, or call.');
  elsif not client.consent_reminders or client.archived_at is not null then
    perform private.refuse(409, 'client_without_consent', 'This client has not agreed to be written to.');
  end if;
  select least(clock_timestamp() + make_interval(mins => s.offer_minutes), make_offer.starts_at) into kept_until
  from public.scheduling_settings s where s.tenant_id = make_offer.tenant_id;
  insert into public.holds (tenant_id, service_id, provider_id, starts_at, ends_at, expires_at, created_by)
  values (make_offer.tenant_id, entry.service_id, make_offer.provider_id, make_offer.starts_at, make_offer.ends_at, kept_until, null)
  returning id into new_hold_id;
  perform private.take_times(tenant_id, plan, tstzrange(starts_at, ends_at), null, new_hold_id);
  insert into public.waitlist_offers (
    tenant_id, entry_id, provider_id, resource_ids, starts_at, ends_at, opening_starts_at, opening_ends_at, hold_id, expires_at)
  values (make_offer.tenant_id, entry.id, make_offer.provider_id, make_offer.resource_ids, make_offer.starts_at, make_offer.ends_at,
    make_offer.opening_starts_at, make_offer.opening_ends_at, new_hold_id, kept_until)
  returning * into offer;
  update public.waitlist_entries e set state = 'offered', last_offered_at = now() where e.tenant_id = entry.tenant_id and e.id = entry.id;
  perform private.enqueue_job('waitlist-mail', jsonb_build_object('offer_id', offer.id), tenant_id, now(), 'waitlist-mail:' || offer.id);
  return offer.id;
end;
$$;
comment on function private.make_offer(uuid, uuid, uuid, uuid[], timestamptz, timestamptz, timestamptz, timestamptz) is
  'Keeps a time for somebody who waits and queues the e-mail; refuses as offer_slot says. Returns the offer''s id.';

create or replace function private.offer_slot(tenant_id uuid, entry_id uuid, slot jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted public.appointments;
  service_id uuid;
  resource_ids uuid[];
begin
  perform private.require_member(tenant_id);
  perform private.require_appointment_fields(slot);
  select e.service_id into service_id from public.waitlist_entries e where e.tenant_id = offer_slot.tenant_id and e.id = offer_slot.entry_id;
  if service_id is null then
    perform private.refuse(404, 'waitlist_entry_not_found', 'There is no such entry on the waiting list.');
  end if;
  wanted := jsonb_populate_record(null::public.appointments, slot - 'resource_ids');
  resource_ids := private.resources_in(slot);
  perform private.require_place(tenant_id, service_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  if wanted.starts_at < now() + interval '10 minutes' then
    perform private.refuse(409, 'offer_too_late', 'This time is too near to be offered.');
  end if;
  perform private.require_current(tenant_id, service_id, wanted.provider_id, resource_ids);
  perform private.make_offer(tenant_id, entry_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at, wanted.starts_at, wanted.ends_at);
  return private.waitlist_entry_json(tenant_id, entry_id);
end;
$$;
comment on function public.offer_slot(uuid, uuid, jsonb) is
  'Member: offers a time { starts_at, ends_at, provider_id, resource_ids } by e-mail to somebody who waits, and keeps it for them; returns the entry with last_offer. 404 clinic_not_found, waitlist_entry_not_found; 409 slot_taken, outside_hours (detail: what is in the way), already_offered, waitlist_entry_closed, client_without_email, client_email_refused, client_without_consent, offer_too_late; when no e-mail can go out, last_offer tells it soon after: withdrawn, with mail_outcome refused or not_configured; 422 provider_unknown, resource_unknown, service_archived, provider_archived, resource_archived, place_required, starts_at_invalid, duration_invalid, values_invalid.';

create or replace function private.end_offer(offer public.waitlist_offers, state text) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  freed private.planned_allocation[];
begin
  -- The hold of an expired one keeps nothing any more, and is swept away with others.
  if state <> 'expired' then
    freed := array(
      select row(a.provider_id, a.resource_id, a.during)::private.planned_allocation
      from public.allocations a where a.tenant_id = offer.tenant_id and a.hold_id = offer.hold_id);
    delete from public.holds h where h.tenant_id = offer.tenant_id and h.id = offer.hold_id;
    perform private.settle_overbooked(offer.tenant_id, freed);
  end if;
  update public.waitlist_offers o set state = end_offer.state, ended_at = now() where o.tenant_id = offer.tenant_id and o.id = offer.id;
  update public.waitlist_entries e set state = 'waiting' where e.tenant_id = offer.tenant_id and e.id = offer.entry_id and e.state = 'offered';
  perform private.cancel_job('waitlist-mail:' || offer.id);
  if state in ('declined', 'expired') then
    perform private.queue_opening(offer.tenant_id, offer.provider_id, offer.resource_ids, offer.opening_starts_at, offer.opening_ends_at);
  end if;
end;
$$;

create function private.leave_waitlist(tenant_id uuid, entry_id uuid) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  entry public.waitlist_entries;
  open_offer_id uuid;
  offer public.waitlist_offers;
begin
  select o.id into open_offer_id from public.waitlist_offers o
  where o.tenant_id = leave_waitlist.tenant_id and o.entry_id = leave_waitlist.entry_id and o.state = 'open';
  if open_offer_id is not null then
    offer := private.lock_offer(tenant_id, open_offer_id);
    if offer.state = 'open' then
      perform private.end_offer(offer, 'declined');
    end if;
  end if;
  entry := private.lock_waitlist_entry(tenant_id, entry_id);
  if entry.state = 'offered' then
    perform private.refuse(409, 'changed_meanwhile', 'This client has just been offered a time.');
  end if;
  update public.waitlist_entries e set state = 'closed', closed_at = now()
  where e.tenant_id = entry.tenant_id and e.id = entry.id and e.state = 'waiting';
end;
$$;
comment on function private.leave_waitlist(uuid, uuid) is
  'Takes somebody off the waiting list; an open offer goes to the next in turn. 404 waitlist_entry_not_found; 409 changed_meanwhile.';

create or replace function private.close_waitlist_entry(tenant_id uuid, entry_id uuid, is_closed boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  if is_closed then
    perform private.leave_waitlist(tenant_id, entry_id);
  else
    perform private.lock_waitlist_entry(tenant_id, entry_id);
    update public.waitlist_entries e set state = 'waiting', closed_at = null
    where e.tenant_id = close_waitlist_entry.tenant_id and e.id = close_waitlist_entry.entry_id and e.state = 'closed';
  end if;
  return private.waitlist_entry_json(tenant_id, entry_id);
end;
$$;
