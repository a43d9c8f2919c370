-- What: what the link in an offer's e-mail shows and does.
-- Who:  whoever has the link.
-- Relies on: waitlist_workers migration.

create function private.act_as_nobody() returns void
language plpgsql
set search_path = ''
as $$
begin
  -- What auth.uid() reads, in whichever form the Data API writes it.
  perform set_config('request.jwt.claims', '{"role": "anon"}', true);
  perform set_config('request.jwt.claim.sub', '', true);
end;
$$;
comment on function private.act_as_nobody() is
  'For functions that take a client''s answer by a link: whoever has the link acts as the client. Somebody who happens to be signed in, to another clinic or to this one, has done none of it.';

create or replace function private.preview_offer(token text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
  entry public.waitlist_entries;
  booked public.appointments;
  state text;
begin
  select o.* into offer from public.waitlist_offers o where o.token_hash = private.hash_token(token);
  select e.* into entry from public.waitlist_entries e where e.tenant_id = offer.tenant_id and e.id = offer.entry_id;
  if offer.state = 'claimed' then
    -- What has become of it since. The clinic may have given the time to somebody else, or deleted it.
    select v.* into booked from public.appointments v
    where v.tenant_id = offer.tenant_id and v.id = offer.appointment_id and v.client_id = entry.client_id;
    state := case
      when coalesce(booked.status, 'cancelled') = 'cancelled' then 'cancelled'
      when booked.starts_at <= now() then 'over'
      when booked.starts_at <> offer.starts_at then 'moved'
      else 'claimed' end;
    if booked.id is not null then
      offer.starts_at := booked.starts_at;
      offer.ends_at := booked.ends_at;
      offer.provider_id := booked.provider_id;
    end if;
  else
    state := case when offer.state = 'open' and offer.expires_at <= clock_timestamp() then 'expired' else offer.state end;
  end if;
  return coalesce((
    select jsonb_build_object(
      'state', state, 'clinic', jsonb_build_object('name', t.name, 'phone', x.contact_phone, 'address', x.contact_address),
      'time_zone', t.time_zone, 'language', private.clinic_language(t.id), 'service', s.name,
      'provider', nullif(btrim(p.title || ' ' || p.name), ''), 'starts_at', offer.starts_at, 'ends_at', offer.ends_at, 'expires_at', offer.expires_at)
    from public.tenants t
    join public.scheduling_settings x on x.tenant_id = t.id
    join public.services s on s.tenant_id = t.id and s.id = coalesce(booked.service_id, entry.service_id)
    left join public.providers p on p.tenant_id = t.id and p.id = offer.provider_id
    where t.id = offer.tenant_id and t.status = 'active' and offer.starts_at > now() - interval '4 weeks'
  ), '{"state": "unknown"}');
end;
$$;
comment on function public.preview_offer(text) is
  'What an offer''s link stands for, for whoever holds it: { state: open|claimed|moved|cancelled|over|expired|declined|withdrawn|unknown, clinic: { name, phone, address }, time_zone, language, service, provider, starts_at, ends_at, expires_at }. Of what was claimed it tells the appointment as it is now; four weeks after its time nothing any more. Never raises, changes nothing.';

create or replace function private.claim_offer(offer public.waitlist_offers) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  entry public.waitlist_entries;
  appointment public.appointments;
  booked uuid;
begin
  select e.* into entry from public.waitlist_entries e where e.tenant_id = offer.tenant_id and e.id = offer.entry_id;
  booked := private.book_appointment(
    offer.tenant_id,
    jsonb_build_object('client_id', entry.client_id, 'service_id', entry.service_id, 'provider_id', offer.provider_id,
      'resource_ids', to_jsonb(offer.resource_ids), 'starts_at', offer.starts_at, 'ends_at', offer.ends_at),
    offer.hold_id, false, false, 'waitlist');
  select v.* into appointment from public.appointments v where v.tenant_id = offer.tenant_id and v.id = booked;
  perform private.enter_status(appointment, 'confirmed', null, null);
  update public.waitlist_offers o set state = 'claimed', ended_at = now(), appointment_id = booked
  where o.tenant_id = offer.tenant_id and o.id = offer.id;
  update public.waitlist_entries e set state = 'booked', closed_at = now(), appointment_id = booked
  where e.tenant_id = offer.tenant_id and e.id = offer.entry_id;
  perform private.cancel_job('waitlist-mail:' || offer.id);
  -- What is left of a longer time, before and after.
  perform private.queue_opening(offer.tenant_id, offer.provider_id, offer.resource_ids, offer.opening_starts_at, offer.starts_at);
  perform private.queue_opening(offer.tenant_id, offer.provider_id, offer.resource_ids, offer.ends_at, offer.opening_ends_at);
end;
$$;

create or replace function private.answer_offer(token text, answer text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
begin
  perform private.act_as_nobody();
  -- Looked at before it is locked: of links to what is over people and programs may follow as many as they like.
  if private.preview_offer(token) ->> 'state' <> 'open' or answer is null or answer not in ('claim', 'decline') then
    return private.preview_offer(token);
  end if;
  select o.* into offer from public.waitlist_offers o where o.token_hash = private.hash_token(token);
  begin
    offer := private.lock_offer(offer.tenant_id, offer.id);
  exception when sqlstate 'PT404' or sqlstate 'PT409' then
    -- Somebody has deleted it at this very moment.
    return private.preview_offer(token);
  end;
  if offer.state <> 'open' or offer.expires_at <= clock_timestamp() then
    return private.preview_offer(token);
  elsif answer = 'decline' then
    perform private.end_offer(offer, 'declined');
    return private.preview_offer(token);
  end if;
  begin
    perform set_config('chairside.by_client', 'on', true);
    perform private.claim_offer(offer);
    perform set_config('chairside.by_client', '', true);
  exception when sqlstate 'PT409' or sqlstate 'PT422' then
    -- The provider has fallen ill since, or the client's record is gone.
    perform private.end_offer(offer, 'withdrawn');
    return private.preview_offer(token) || '{"state": "taken"}';
  end;
  return private.preview_offer(token);
end;
$$;
