-- What: offering a time to somebody who waits: by hand, and by itself when an appointment frees it; withdrawing, expiring, the next in turn.
-- Who:  members offer and withdraw; the workers of the job queue do the rest as service_role.
-- Relies on: waitlist_ranking, booking and job_queue migrations.
--
-- An offered time is a hold, so nobody else can book it. Locks are taken in this order: providers and chairs, the client, the
-- entry, the hold's allocations, the hold, the offer; the sweep of expired holds takes the last three in the same order.

create function private.queue_opening(
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
        and queue_opening.starts_at - run_at >= make_interval(mins => s.offer_notice_minutes))
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
comment on function private.queue_opening(uuid, uuid, uuid[], timestamptz, timestamptz, timestamptz) is
  'Queues that a time which has become free is offered, unless the clinic does not want that, it is too near, or nobody waits.';

create function private.queue_freed_time() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  freed tstzmultirange := tstzmultirange(tstzrange(old.starts_at, old.ends_at));
  resource_ids uuid[];
  part tstzrange;
begin
  if new.status not in ('cancelled', 'no_show') and new.provider_id is not distinct from old.provider_id then
    freed := freed - tstzmultirange(tstzrange(new.starts_at, new.ends_at));
  end if;
  -- Chairs it had then; where it has moved to others since, the next find their own.
  resource_ids := array(
    select distinct a.resource_id from public.allocations a
    where a.tenant_id = old.tenant_id and a.appointment_id = old.id and a.resource_id is not null order by 1);
  if old.provider_id is not null or cardinality(resource_ids) > 0 then
    for part in select unnest(freed) loop
      perform private.queue_opening(old.tenant_id, old.provider_id, resource_ids, lower(part), upper(part));
    end loop;
  end if;
  return null;
end;
$$;
comment on function private.queue_freed_time() is 'Trigger: an appointment was cancelled, missed, moved away or made shorter: the time it had is offered to the waiting list.';
create trigger queue_freed_time after update on public.appointments for each row
  when (coalesce(current_setting('chairside.keep_times', true), '') <> 'on' and not old.is_overbooked
    and old.status in ('booked', 'confirmed', 'arrived')
    and (new.status in ('cancelled', 'no_show') or new.starts_at <> old.starts_at or new.ends_at <> old.ends_at
      or new.provider_id is distinct from old.provider_id))
  execute function private.queue_freed_time();

-- making an offer --------------------------------------------------------------------------------------------------

create function private.make_offer(
  tenant_id uuid, entry_id uuid, provider_id uuid, resource_ids uuid[], starts_at timestamptz, ends_at timestamptz, opening_ends_at timestamptz)
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
  elsif not client.consent_reminders or client.archived_at is not null then
    perform private.refuse(409, 'client_without_consent', 'This client has not agreed to be written to.');
  end if;
  select least(clock_timestamp() + make_interval(mins => s.offer_minutes), make_offer.starts_at) into kept_until
  from public.scheduling_settings s where s.tenant_id = make_offer.tenant_id;
  insert into public.holds (tenant_id, service_id, provider_id, starts_at, ends_at, expires_at, created_by)
  values (make_offer.tenant_id, entry.service_id, make_offer.provider_id, make_offer.starts_at, make_offer.ends_at, kept_until, null)
  returning id into new_hold_id;
  perform private.take_times(tenant_id, plan, tstzrange(starts_at, ends_at), null, new_hold_id);
  insert into public.waitlist_offers (tenant_id, entry_id, provider_id, resource_ids, starts_at, ends_at, opening_ends_at, hold_id, expires_at)
  values (make_offer.tenant_id, entry.id, make_offer.provider_id, make_offer.resource_ids, make_offer.starts_at, make_offer.ends_at,
    greatest(make_offer.ends_at, make_offer.opening_ends_at), new_hold_id, kept_until)
  returning * into offer;
  update public.waitlist_entries e set state = 'offered', last_offered_at = now() where e.tenant_id = entry.tenant_id and e.id = entry.id;
  perform private.enqueue_job('waitlist-mail', jsonb_build_object('offer_id', offer.id), tenant_id, now(), 'waitlist-mail:' || offer.id);
  perform private.enqueue_job('waitlist-expire', jsonb_build_object('offer_id', offer.id), tenant_id, kept_until, 'waitlist-expire:' || offer.id);
  return offer.id;
end;
$$;
comment on function private.make_offer(uuid, uuid, uuid, uuid[], timestamptz, timestamptz, timestamptz) is
  'Keeps a time for somebody who waits and queues the e-mail; refuses as offer_slot says. Returns the offer''s id.';

create function private.offer_slot(tenant_id uuid, entry_id uuid, slot jsonb) returns jsonb
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
  resource_ids := array(select distinct e::uuid from jsonb_array_elements_text(coalesce(nullif(slot -> 'resource_ids', 'null'), '[]')) e);
  perform private.require_place(tenant_id, service_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  if wanted.starts_at < now() + interval '10 minutes' then
    perform private.refuse(409, 'offer_too_late', 'This time is too near to be offered.');
  end if;
  perform private.make_offer(tenant_id, entry_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at, wanted.ends_at);
  return private.waitlist_entry_json(tenant_id, entry_id);
end;
$$;
create function public.offer_slot(tenant_id uuid, entry_id uuid, slot jsonb) returns jsonb language sql set search_path = ''
return private.offer_slot(tenant_id, entry_id, slot);
comment on function public.offer_slot(uuid, uuid, jsonb) is
  'Member: offers a time { starts_at, ends_at, provider_id, resource_ids } by e-mail to somebody who waits, and keeps it for them; returns the entry with last_offer. 404 clinic_not_found, waitlist_entry_not_found; 409 slot_taken, outside_hours (detail: what is in the way), already_offered, waitlist_entry_closed, client_without_email, client_without_consent, offer_too_late; 422 provider_unknown, resource_unknown, place_required, starts_at_invalid, duration_invalid, values_invalid.';

-- ending an offer --------------------------------------------------------------------------------------------------

create function private.lock_offer(tenant_id uuid, offer_id uuid) returns public.waitlist_offers
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
  service_id uuid;
begin
  select o.* into offer from public.waitlist_offers o where o.tenant_id = lock_offer.tenant_id and o.id = offer_id;
  if offer.id is null then
    perform private.refuse(404, 'offer_not_found', 'There is no such offer.');
  end if;
  select e.service_id into service_id from public.waitlist_entries e where e.tenant_id = offer.tenant_id and e.id = offer.entry_id;
  perform private.lock_times(
    tenant_id, private.plan_allocations(tenant_id, service_id, offer.provider_id, offer.resource_ids, offer.starts_at, offer.ends_at), null, offer.hold_id);
  perform private.lock_waitlist_entry(tenant_id, offer.entry_id);
  perform from public.allocations a where a.tenant_id = offer.tenant_id and a.hold_id = offer.hold_id order by a.id for update;
  perform from public.holds h where h.tenant_id = offer.tenant_id and h.id = offer.hold_id for update;
  select o.* into offer from public.waitlist_offers o where o.tenant_id = lock_offer.tenant_id and o.id = offer_id for update;
  return offer;
end;
$$;
comment on function private.lock_offer(uuid, uuid) is 'The offer as it is, locked with all that ending it touches; else 404 offer_not_found.';

create function private.end_offer(offer public.waitlist_offers, state text) returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from public.holds h where h.tenant_id = offer.tenant_id and h.id = offer.hold_id;
  update public.waitlist_offers o set state = end_offer.state, ended_at = now() where o.tenant_id = offer.tenant_id and o.id = offer.id;
  update public.waitlist_entries e set state = 'waiting' where e.tenant_id = offer.tenant_id and e.id = offer.entry_id and e.state = 'offered';
  perform private.cancel_job('waitlist-mail:' || offer.id);
  perform private.cancel_job('waitlist-expire:' || offer.id);
  if state in ('declined', 'expired') then
    perform private.queue_opening(offer.tenant_id, offer.provider_id, offer.resource_ids, offer.starts_at, offer.opening_ends_at);
  end if;
end;
$$;
comment on function private.end_offer(public.waitlist_offers, text) is
  'Ends a locked, open offer that was not claimed and gives its time up; declined and expired ones are offered to the next in turn.';

create function private.withdraw_offer(tenant_id uuid, offer_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
begin
  perform private.require_member(tenant_id);
  offer := private.lock_offer(tenant_id, offer_id);
  if offer.state = 'open' then
    perform private.end_offer(offer, 'withdrawn');
  elsif offer.state = 'claimed' then
    perform private.refuse(409, 'offer_claimed', 'The client has taken this time already.');
  end if;
  return private.waitlist_entry_json(tenant_id, offer.entry_id);
end;
$$;
create function public.withdraw_offer(tenant_id uuid, offer_id uuid) returns jsonb language sql set search_path = ''
return private.withdraw_offer(tenant_id, offer_id);
comment on function public.withdraw_offer(uuid, uuid) is
  'Member: takes an offer back; its time is free, and offered to nobody by itself. Returns the entry. 404 clinic_not_found, offer_not_found; 409 offer_claimed.';

create function private.close_waitlist_entry(tenant_id uuid, entry_id uuid, is_closed boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  entry public.waitlist_entries;
  open_offer_id uuid;
  offer public.waitlist_offers;
begin
  perform private.require_member(tenant_id);
  select o.id into open_offer_id from public.waitlist_offers o
  where o.tenant_id = close_waitlist_entry.tenant_id and o.entry_id = close_waitlist_entry.entry_id and o.state = 'open';
  if is_closed and open_offer_id is not null then
    offer := private.lock_offer(tenant_id, open_offer_id);
    if offer.state = 'open' then
      perform private.end_offer(offer, 'declined');
    end if;
  end if;
  entry := private.lock_waitlist_entry(tenant_id, entry_id);
  if is_closed and entry.state = 'offered' then
    perform private.refuse(409, 'changed_meanwhile', 'This client has just been offered a time.');
  end if;
  update public.waitlist_entries e
  set state = case when is_closed then 'closed' else 'waiting' end, closed_at = case when is_closed then now() end
  where e.tenant_id = entry.tenant_id and e.id = entry.id and e.state = case when is_closed then 'waiting' else 'closed' end;
  return private.waitlist_entry_json(tenant_id, entry_id);
end;
$$;
create function public.close_waitlist_entry(tenant_id uuid, entry_id uuid, is_closed boolean default true) returns jsonb language sql set search_path = ''
return private.close_waitlist_entry(tenant_id, entry_id, is_closed);
comment on function public.close_waitlist_entry(uuid, uuid, boolean) is
  'Member: takes somebody off the waiting list, or (false) puts back whom somebody took off; an open offer goes to the next in turn. Returns the entry. 404 clinic_not_found, waitlist_entry_not_found; 409 changed_meanwhile.';

grant execute on function
  private.offer_slot(uuid, uuid, jsonb), public.offer_slot(uuid, uuid, jsonb), private.withdraw_offer(uuid, uuid), public.withdraw_offer(uuid, uuid),
  private.close_waitlist_entry(uuid, uuid, boolean), public.close_waitlist_entry(uuid, uuid, boolean)
  to authenticated;
