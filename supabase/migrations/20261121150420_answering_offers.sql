-- What: what the link in an offer's e-mail shows and does.
-- Who:  whoever has the link.
-- Relies on: waitlist_workers migration.

create function private.offer_json(offer public.waitlist_offers, state text) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_build_object(
      'state', offer_json.state, 'clinic_name', t.name, 'time_zone', t.time_zone, 'language', private.clinic_language(t.id), 'service', s.name,
      'provider', nullif(btrim(p.title || ' ' || p.name), ''), 'starts_at', offer.starts_at, 'ends_at', offer.ends_at, 'expires_at', offer.expires_at)
    from public.tenants t
    join public.waitlist_entries e on e.tenant_id = t.id and e.id = offer.entry_id
    join public.services s on s.tenant_id = e.tenant_id and s.id = e.service_id
    left join public.providers p on p.tenant_id = t.id and p.id = offer.provider_id
    where t.id = offer.tenant_id and t.status = 'active'
  ), '{"state": "unknown"}');
end;
$$;
comment on function private.offer_json(public.waitlist_offers, text) is 'What the holder of the link sees; unknown when the clinic is not active.';

create function private.preview_offer(token text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
begin
  select o.* into offer from public.waitlist_offers o where o.token_hash = private.hash_token(token);
  if offer.id is null then
    return jsonb_build_object('state', 'unknown');
  end if;
  return private.offer_json(offer, case when offer.state = 'open' and offer.expires_at <= now() then 'expired' else offer.state end);
end;
$$;
create function public.preview_offer(token text) returns jsonb language sql stable set search_path = ''
return private.preview_offer(token);
comment on function public.preview_offer(text) is
  'What an offer''s link stands for, for whoever holds it: { state: open|claimed|expired|declined|withdrawn|unknown, clinic_name, time_zone, language, service, provider, starts_at, ends_at, expires_at }. Never raises, changes nothing.';

create function private.claim_offer(offer public.waitlist_offers) returns void
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
  perform private.cancel_job('waitlist-expire:' || offer.id);
  -- What is left of a longer time.
  perform private.queue_opening(offer.tenant_id, offer.provider_id, offer.resource_ids, offer.ends_at, offer.opening_ends_at);
end;
$$;
comment on function private.claim_offer(public.waitlist_offers) is 'Makes a locked, open offer the appointment it promised; refuses as book_appointment does.';

create function private.answer_offer(token text, answer text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
begin
  select o.* into offer from public.waitlist_offers o join public.tenants t on t.id = o.tenant_id
  where o.token_hash = private.hash_token(token) and t.status = 'active';
  if offer.id is null or answer is null or answer not in ('claim', 'decline') then
    return private.preview_offer(token);
  end if;
  offer := private.lock_offer(offer.tenant_id, offer.id);
  if offer.state <> 'open' or offer.expires_at <= clock_timestamp() then
    return private.offer_json(offer, case when offer.state = 'open' then 'expired' else offer.state end);
  elsif answer = 'decline' then
    perform private.end_offer(offer, 'declined');
    return private.offer_json(offer, 'declined');
  end if;
  begin
    perform private.claim_offer(offer);
  exception when sqlstate 'PT409' or sqlstate 'PT422' then
    -- The provider has fallen ill since, or the client's record is gone.
    perform private.end_offer(offer, 'withdrawn');
    return private.offer_json(offer, 'taken');
  end;
  return private.offer_json(offer, 'claimed');
end;
$$;
create function public.answer_offer(token text, answer text) returns jsonb language sql set search_path = ''
return private.answer_offer(token, answer);
comment on function public.answer_offer(text, text) is
  'Takes (claim) or refuses (decline) an offer, for whoever holds its link, once however often it is called; returns what preview_offer does, with the state it has now, or taken when the time was lost. Never raises.';

grant execute on function
  private.preview_offer(text), public.preview_offer(text), private.answer_offer(text, text), public.answer_offer(text, text)
  to anon, authenticated;
