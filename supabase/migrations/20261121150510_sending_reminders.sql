-- What: sending a reminder, exactly once, and what owners and members do with reminders.
-- Who:  service_role (the job send-reminder) begins and records; owners change rules; members see deliveries and send one now.
-- Relies on: planning_reminders migration.

create function private.reminder_content(delivery public.reminder_deliveries) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'to', case delivery.channel when 'email' then c.email else private.reminder_number(c) end,
      'first_name', c.first_name,
      -- Clients have no language of their own: the one in which the clinic's longest-serving owner works.
      'language', coalesce((
        select p.language from public.memberships m join public.profiles p on p.user_id = m.user_id
        where m.tenant_id = v.tenant_id and m.role = 'owner' and m.status = 'active' order by m.joined_at, m.user_id limit 1), 'en'),
      'clinic_name', t.name, 'clinic_phone', x.contact_phone, 'clinic_address', x.contact_address, 'time_zone', t.time_zone,
      'starts_at', v.starts_at, 'service', s.name, 'provider', nullif(btrim(p.title || ' ' || p.name), ''),
      'is_confirmed', v.status = 'confirmed', 'extra_text', coalesce(r.extra_text, ''))
    from public.appointments v
    join public.tenants t on t.id = v.tenant_id
    join public.scheduling_settings x on x.tenant_id = v.tenant_id
    join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
    left join public.services s on s.tenant_id = v.tenant_id and s.id = v.service_id
    left join public.providers p on p.tenant_id = v.tenant_id and p.id = v.provider_id
    left join public.reminder_rules r on r.tenant_id = v.tenant_id and r.id = delivery.rule_id
    where v.tenant_id = delivery.tenant_id and v.id = delivery.appointment_id);
end;
$$;
comment on function private.reminder_content(public.reminder_deliveries) is 'All that the message of a reminder says, and to whom.';

create function private.why_not_remind(delivery public.reminder_deliveries) returns text
language plpgsql
stable
set search_path = ''
as $$
declare
  appointment public.appointments;
  client public.clients;
  rule public.reminder_rules;
begin
  select * into appointment from public.appointments v where v.tenant_id = delivery.tenant_id and v.id = delivery.appointment_id;
  select * into client from public.clients c where c.tenant_id = delivery.tenant_id and c.id = appointment.client_id;
  select * into rule from public.reminder_rules r where r.tenant_id = delivery.tenant_id and r.id = delivery.rule_id;
  return case
    when not exists (select from public.tenants t where t.id = delivery.tenant_id and t.status = 'active') then 'clinic_inactive'
    when appointment.status = 'cancelled' then 'appointment_cancelled'
    when appointment.status not in ('booked', 'confirmed') then 'appointment_over'
    when appointment.starts_at <> delivery.starts_at then 'moved'
    when appointment.starts_at <= now() then 'too_late'
    when not delivery.is_manual and not coalesce(rule.is_active, false) then 'rule_off'
    when rule.stop_if_confirmed and appointment.status = 'confirmed' then 'confirmed'
    -- After a pause, or a night, several may be due at once: the client gets the latest of them.
    when not delivery.is_manual and exists (
      select from public.reminder_deliveries d
      join public.reminder_rules r on r.tenant_id = d.tenant_id and r.id = d.rule_id
      where d.tenant_id = delivery.tenant_id and d.appointment_id = delivery.appointment_id and d.starts_at = delivery.starts_at
        and d.channel = delivery.channel and d.state = 'scheduled' and d.due_at <= now() and r.minutes_before < rule.minutes_before)
    then 'superseded'
    else private.reminder_obstacle(client, delivery.channel)
  end;
end;
$$;
comment on function private.why_not_remind(public.reminder_deliveries) is 'Why a reminder that is due is not to be sent after all; null when it is.';

create function private.settle_reminder(delivery public.reminder_deliveries, reason text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  outcome constant text := case
    when reason in ('moved', 'appointment_cancelled', 'appointment_over', 'confirmed', 'rule_off') then 'cancelled'
    when reason in ('refused', 'unavailable', 'outcome_unknown') then 'failed'
    else 'skipped' end;
begin
  update public.reminder_deliveries d
  set state = outcome, reason = settle_reminder.reason, content = null, attempts = d.attempts + case d.state when 'scheduled' then 1 else 0 end,
      last_error = case when d.state = 'sending' and outcome <> 'failed' then 'A first try may have reached the client.' else d.last_error end
  where d.tenant_id = delivery.tenant_id and d.id = delivery.id;
  return jsonb_build_object('action', 'stop', 'state', outcome, 'reason', reason);
end;
$$;
comment on function private.settle_reminder(public.reminder_deliveries, text) is 'Ends a reminder that was not sent, for a reason; { action: stop, state, reason }.';

create function private.begin_reminder(delivery_id uuid, token_hash text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  delivery public.reminder_deliveries;
  settings public.scheduling_settings;
  quiet private.quiet_time;
  reason text;
begin
  select * into delivery from public.reminder_deliveries d where d.id = delivery_id;
  -- The appointment first, as everybody does who changes it.
  perform from public.appointments v where v.tenant_id = delivery.tenant_id and v.id = delivery.appointment_id for share;
  select * into delivery from public.reminder_deliveries d where d.id = delivery_id for no key update;
  if delivery.id is null or delivery.state not in ('scheduled', 'sending') then
    return jsonb_build_object('action', 'stop', 'state', delivery.state, 'reason', coalesce(delivery.reason, 'nothing_to_do'));
  elsif delivery.state = 'scheduled' and delivery.due_at > now() + interval '1 minute' then
    -- It was put off while its job was taken; another one waits.
    return jsonb_build_object('action', 'stop', 'state', delivery.state, 'reason', 'not_due');
  end if;
  reason := private.why_not_remind(delivery);
  if delivery.begun_at < now() - interval '23 hours' then
    -- The provider of mail forgets after a day what it has sent: a further try could send it twice.
    reason := 'outcome_unknown';
  end if;
  if reason is null and delivery.state = 'scheduled' and not delivery.is_manual and delivery.due_at < now() - interval '15 minutes' then
    select * into settings from public.scheduling_settings s where s.tenant_id = delivery.tenant_id;
    quiet := private.quiet_time_at(
      now(), (select t.time_zone from public.tenants t where t.id = delivery.tenant_id), settings.quiet_from, settings.quiet_to);
    if quiet.ends_at is not null and quiet.ends_at <= delivery.starts_at - interval '1 hour' then
      update public.reminder_deliveries d set due_at = quiet.ends_at where d.tenant_id = delivery.tenant_id and d.id = delivery.id;
      return jsonb_build_object('action', 'stop', 'state', 'scheduled', 'reason', 'quiet_hours');
    elsif quiet.ends_at is not null then
      reason := 'quiet_hours';
    end if;
  end if;
  if reason is not null then
    return private.settle_reminder(delivery, reason);
  end if;

  update public.reminder_deliveries d
  set state = 'sending', attempts = d.attempts + 1, begun_at = coalesce(d.begun_at, now()),
      content = coalesce(d.content, private.reminder_content(delivery))
  where d.tenant_id = delivery.tenant_id and d.id = delivery.id
  returning * into delivery;
  insert into private.appointment_links (tenant_id, appointment_id, purpose, token_hash, starts_at, expires_at)
  values (delivery.tenant_id, delivery.appointment_id, 'visit', begin_reminder.token_hash, delivery.starts_at, delivery.starts_at)
  on conflict on constraint appointment_links_token_hash_key do nothing;
  return delivery.content || jsonb_build_object(
    'action', 'send', 'delivery_id', delivery.id, 'channel', delivery.channel, 'attempt', delivery.attempts, 'begun_at', delivery.begun_at);
end;
$$;
create function public.begin_reminder(delivery_id uuid, token_hash text) returns jsonb language sql set search_path = ''
return private.begin_reminder(delivery_id, token_hash);
comment on function public.begin_reminder(uuid, text) is
  'Service role: looks once more whether a reminder is to be sent. { action: stop, state, reason } or { action: send, delivery_id, channel, attempt, begun_at, to, first_name, language, clinic_name, clinic_phone, clinic_address, time_zone, starts_at, service, provider, is_confirmed, extra_text }: the same at every attempt. token_hash: SHA-256 (hex) of the token in the link.';

create function private.record_reminder(
  delivery_id uuid, outcome text, provider_id text, error text, reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  delivery public.reminder_deliveries;
begin
  select * into delivery from public.reminder_deliveries d where d.id = delivery_id for no key update;
  if delivery.state = 'sending' and outcome = 'sent' then
    update public.reminder_deliveries d
    set state = 'sent', sent_at = now(), provider_message_id = left(provider_id, 200), content = null, last_error = ''
    where d.tenant_id = delivery.tenant_id and d.id = delivery.id returning * into delivery;
  elsif delivery.state = 'sending' then
    update public.reminder_deliveries d set last_error = left(coalesce(error, ''), 500)
    where d.tenant_id = delivery.tenant_id and d.id = delivery.id returning * into delivery;
    if outcome = 'ended' then
      return private.settle_reminder(delivery, reason);
    end if;
  end if;
  return jsonb_build_object('state', delivery.state, 'reason', delivery.reason);
end;
$$;
create function public.record_reminder(
  delivery_id uuid, outcome text, provider_id text default null, error text default '', reason text default null)
returns jsonb language sql set search_path = ''
return private.record_reminder(delivery_id, outcome, provider_id, error, reason);
comment on function public.record_reminder(uuid, text, text, text, text) is
  'Service role: what became of a reminder begun: outcome sent (with provider_id), failed (with error; it will be tried again) or ended (with reason refused, unavailable, outcome_unknown, mail_not_configured, sms_not_configured). Twice is once. { state, reason }.';
grant execute on function
  private.begin_reminder(uuid, text), public.begin_reminder(uuid, text),
  private.record_reminder(uuid, text, text, text, text), public.record_reminder(uuid, text, text, text, text)
  to service_role;

create function private.tidy_reminders() returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  found_late integer;
begin
  update public.reminder_deliveries d set state = 'skipped', reason = 'too_late', attempts = d.attempts + 1
  where d.state = 'scheduled' and d.starts_at <= now();
  update public.reminder_deliveries d set state = 'failed', reason = 'outcome_unknown', content = null
  where d.state = 'sending' and (d.starts_at <= now() or d.begun_at < now() - interval '23 hours');
  -- Jobs that died, as when the worker was broken for long, are brought back.
  perform private.enqueue_job('send-reminder', jsonb_build_object('delivery_id', d.id), d.tenant_id, now(), 'send-reminder:' || d.id)
  from public.reminder_deliveries d join public.tenants t on t.id = d.tenant_id and t.status = 'active'
  where d.state in ('scheduled', 'sending') and d.due_at < now() - interval '30 minutes'
    and not exists (
      select from private.jobs j where j.dedupe_key = 'send-reminder:' || d.id and j.state in ('waiting', 'running'));
  get diagnostics found_late = row_count;
  delete from private.appointment_links l where l.expires_at < now() - interval '90 days';
  return found_late;
end;
$$;
comment on function private.tidy_reminders() is 'Ends what can no longer be sent, brings back what lost its job, and forgets old links. Returns how many were brought back.';
select private.schedule_job('reminders', '*/15 * * * *', 'select private.tidy_reminders()');
