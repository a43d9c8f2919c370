-- What: the next in turn, the end of an offer's time, and what an offer's e-mail says.
-- Who:  service_role alone, from the job queue; pg_cron ends offers.
-- Relies on: waitlist_offers migration.

create or replace function private.offer_next(tenant_id uuid, opening jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  slot public.appointments := jsonb_populate_record(null::public.appointments, opening - 'resource_ids');
  resource_ids uuid[] := private.resources_in(opening);
  rules public.scheduling_settings;
  not_before timestamptz;
  again_at timestamptz;
  next record;
begin
  select s.* into rules from public.scheduling_settings s
  join public.tenants t on t.id = s.tenant_id and t.status = 'active'
  where s.tenant_id = offer_next.tenant_id and s.automatic_offers;
  if rules.id is null then
    return jsonb_build_object('outcome', 'off');
  end if;
  not_before := now() + make_interval(mins => rules.offer_notice_minutes);
  if slot.ends_at <= not_before then
    return jsonb_build_object('outcome', 'too_late');
  end if;
  again_at := private.quiet_until(tenant_id, now());
  if again_at is not null then
    perform private.queue_opening(tenant_id, slot.provider_id, resource_ids, slot.starts_at, slot.ends_at, again_at);
    return jsonb_build_object('outcome', 'quiet', 'until', again_at);
  end if;
  select r.* into next
  from private.rank_waitlist(tenant_id, slot.provider_id, resource_ids, tstzrange(slot.starts_at, slot.ends_at), not_before, true, 1) r;
  if next.entry_id is not null then
    return jsonb_build_object('outcome', 'offered', 'offer_id', private.make_offer(
      tenant_id, next.entry_id, slot.provider_id, next.place, next.starts_at, next.ends_at, slot.starts_at, slot.ends_at));
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

create function private.expire_offers() returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
  expired integer := 0;
begin
  -- It waits for nobody: what somebody has in hand at this moment, to claim it for example, is left to the next minute.
  for offer in
    select o.* from public.waitlist_offers o join public.waitlist_entries e on e.tenant_id = o.tenant_id and e.id = o.entry_id
    where o.state = 'open' and o.expires_at <= now()
    order by o.expires_at limit 500
    for no key update of o, e skip locked
  loop
    begin
      perform private.end_offer(offer, 'expired');
      expired := expired + 1;
    exception when others then
      -- One that cannot be ended is no reason to leave those of other clinics open.
      raise warning 'The offer % has not been ended: % %', offer.id, sqlstate, sqlerrm;
    end;
  end loop;
  return expired;
end;
$$;
comment on function private.expire_offers() is 'Ends offers whose time is over and queues the next in turn. Returns how many.';
select private.schedule_job('expired-offers', '* * * * *', 'select private.expire_offers()');

create or replace function private.record_offer_mail(tenant_id uuid, offer_id uuid, outcome text, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  offer public.waitlist_offers;
begin
  if outcome in ('refused', 'not_configured') then
    offer := private.lock_offer(tenant_id, offer_id);
  end if;
  update public.waitlist_offers o
  set mail_outcome = record_offer_mail.outcome, mail_error = case when record_offer_mail.outcome <> 'sent' then left(reason, 400) end,
      sent_at = case when record_offer_mail.outcome = 'sent' then now() end
  where o.tenant_id = record_offer_mail.tenant_id and o.id = offer_id and o.mail_outcome <> 'sent';
  if not found then
    return jsonb_build_object('recorded', false);
  end if;
  if offer.state = 'open' then
    -- Nobody will hear of it: it keeps no time, and does not count as written.
    update public.waitlist_entries e
    set last_offered_at = null, refused_email = case when outcome = 'refused' then c.email else e.refused_email end
    from public.clients c
    where e.tenant_id = offer.tenant_id and e.id = offer.entry_id and c.tenant_id = e.tenant_id and c.id = e.client_id;
    perform private.end_offer(offer, 'withdrawn');
    -- Where mail is not set up the next one would not hear of it either.
    if outcome = 'refused' then
      perform private.queue_opening(offer.tenant_id, offer.provider_id, offer.resource_ids, offer.opening_starts_at, offer.opening_ends_at);
    end if;
  end if;
  return jsonb_build_object('recorded', true);
end;
$$;
comment on function public.record_offer_mail(uuid, uuid, text, text) is
  'Service role: what became of an offer''s e-mail: sent, failed (to be tried again), refused or not_configured, with a reason; { recorded }: false when it was sent before. The last two end the offer; after refused the next in turn is asked. 404 offer_not_found.';

grant execute on function
  private.offer_next(uuid, jsonb), public.offer_next(uuid, jsonb),
  private.prepare_offer_mail(uuid, uuid, text), public.prepare_offer_mail(uuid, uuid, text),
  private.record_offer_mail(uuid, uuid, text, text), public.record_offer_mail(uuid, uuid, text, text)
  to service_role;
