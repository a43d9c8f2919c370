-- What: the next in turn, the end of an offer's time, and what an offer's e-mail says.
-- Who:  service_role alone, from the job queue.
-- Relies on: waitlist_offers migration.

create function private.offer_next(tenant_id uuid, opening jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  slot public.appointments := jsonb_populate_record(null::public.appointments, opening - 'resource_ids');
  resource_ids uuid[] := array(select e::uuid from jsonb_array_elements_text(coalesce(nullif(opening -> 'resource_ids', 'null'), '[]')) e);
  rules public.scheduling_settings;
  again_at timestamptz;
  next record;
begin
  select s.* into rules from public.scheduling_settings s
  join public.tenants t on t.id = s.tenant_id and t.status = 'active'
  where s.tenant_id = offer_next.tenant_id and s.automatic_offers;
  if rules.id is null then
    return jsonb_build_object('outcome', 'off');
  elsif slot.starts_at - now() < make_interval(mins => rules.offer_notice_minutes) then
    return jsonb_build_object('outcome', 'too_late');
  end if;
  again_at := private.quiet_until(tenant_id, now());
  if again_at is not null then
    perform private.queue_opening(tenant_id, slot.provider_id, resource_ids, slot.starts_at, slot.ends_at, again_at);
    return jsonb_build_object('outcome', 'quiet', 'until', again_at);
  end if;
  select r.* into next
  from private.rank_waitlist(tenant_id, slot.provider_id, resource_ids, slot.starts_at, slot.ends_at, true, 1) r;
  if next.entry_id is not null then
    return jsonb_build_object('outcome', 'offered', 'offer_id', private.make_offer(
      tenant_id, next.entry_id, slot.provider_id, next.place, slot.starts_at, next.visit_ends_at, slot.ends_at));
  end if;
  -- Somebody who only has it in hand may let it go.
  select min(h.expires_at) into again_at
  from public.allocations a join public.holds h on h.tenant_id = a.tenant_id and h.id = a.hold_id
  where a.tenant_id = offer_next.tenant_id and a.subject_id = any (array_append(resource_ids, slot.provider_id))
    and a.during && tstzrange(slot.starts_at, slot.ends_at) and a.blocking and h.expires_at > now();
  if again_at is not null then
    perform private.queue_opening(tenant_id, slot.provider_id, resource_ids, slot.starts_at, slot.ends_at, again_at + interval '5 seconds');
    return jsonb_build_object('outcome', 'kept', 'until', again_at);
  end if;
  return jsonb_build_object('outcome', 'nobody');
end;
$$;
create function public.offer_next(tenant_id uuid, opening jsonb) returns jsonb language sql set search_path = ''
return private.offer_next(tenant_id, opening);
comment on function public.offer_next(uuid, jsonb) is
  'Service role: offers a time { provider_id, resource_ids, starts_at, ends_at } that has become free to the first in turn: { outcome: offered (offer_id), nobody, off, too_late, quiet or kept (until; queued again) }. 409 slot_taken and the like when somebody was quicker: to be tried again.';

create function private.expire_offer(tenant_id uuid, offer_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers := private.lock_offer(tenant_id, offer_id);
begin
  if offer.state = 'open' and offer.expires_at <= clock_timestamp() then
    perform private.end_offer(offer, 'expired');
    offer.state := 'expired';
  end if;
  return jsonb_build_object('state', offer.state);
end;
$$;
create function public.expire_offer(tenant_id uuid, offer_id uuid) returns jsonb language sql set search_path = ''
return private.expire_offer(tenant_id, offer_id);
comment on function public.expire_offer(uuid, uuid) is
  'Service role: ends an offer whose time is over and queues the next in turn; { state }. 404 offer_not_found.';

create function private.prepare_offer_mail(tenant_id uuid, offer_id uuid, token_hash text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.waitlist_offers o set token_hash = prepare_offer_mail.token_hash
  where o.tenant_id = prepare_offer_mail.tenant_id and o.id = offer_id and o.state = 'open' and o.expires_at > now()
    and o.mail_outcome <> 'sent' and o.token_hash is distinct from prepare_offer_mail.token_hash;
  return (
    select jsonb_build_object(
      'to', c.email, 'first_name', c.first_name, 'clinic_name', t.name, 'time_zone', t.time_zone, 'language', private.clinic_language(t.id),
      'service', s.name, 'provider', nullif(btrim(p.title || ' ' || p.name), ''), 'starts_at', o.starts_at, 'ends_at', o.ends_at,
      'expires_at', o.expires_at)
    from public.waitlist_offers o
    join public.waitlist_entries e on e.tenant_id = o.tenant_id and e.id = o.entry_id
    join public.services s on s.tenant_id = e.tenant_id and s.id = e.service_id
    join public.clients c on c.tenant_id = e.tenant_id and c.id = e.client_id
    join public.tenants t on t.id = o.tenant_id and t.status = 'active'
    left join public.providers p on p.tenant_id = o.tenant_id and p.id = o.provider_id
    where o.tenant_id = prepare_offer_mail.tenant_id and o.id = offer_id and o.state = 'open' and o.expires_at > now()
      and o.mail_outcome <> 'sent' and o.token_hash = prepare_offer_mail.token_hash
      and c.email is not null and c.consent_reminders and c.erased_at is null
  );
end;
$$;
create function public.prepare_offer_mail(tenant_id uuid, offer_id uuid, token_hash text) returns jsonb language sql set search_path = ''
return private.prepare_offer_mail(tenant_id, offer_id, token_hash);
comment on function public.prepare_offer_mail(uuid, uuid, text) is
  'Service role: notes the hash of an offer''s link and returns what its e-mail says: { to, first_name, clinic_name, time_zone, language, service, provider, starts_at, ends_at, expires_at }; null when there is nothing to send (any more).';

create function private.record_offer_mail(tenant_id uuid, offer_id uuid, outcome text, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.waitlist_offers o
  set mail_outcome = record_offer_mail.outcome, mail_error = case when record_offer_mail.outcome <> 'sent' then left(reason, 400) end,
      sent_at = case when record_offer_mail.outcome = 'sent' then now() end
  where o.tenant_id = record_offer_mail.tenant_id and o.id = offer_id and o.mail_outcome <> 'sent';
  return jsonb_build_object('recorded', found);
end;
$$;
create function public.record_offer_mail(tenant_id uuid, offer_id uuid, outcome text, reason text default null) returns jsonb
language sql set search_path = ''
return private.record_offer_mail(tenant_id, offer_id, outcome, reason);
comment on function public.record_offer_mail(uuid, uuid, text, text) is
  'Service role: what became of an offer''s e-mail: sent, failed or not_configured, with a reason; { recorded }: false when it was sent before.';

grant execute on function
  private.offer_next(uuid, jsonb), public.offer_next(uuid, jsonb), private.expire_offer(uuid, uuid), public.expire_offer(uuid, uuid),
  private.prepare_offer_mail(uuid, uuid, text), public.prepare_offer_mail(uuid, uuid, text),
  private.record_offer_mail(uuid, uuid, text, text), public.record_offer_mail(uuid, uuid, text, text)
  to service_role;
