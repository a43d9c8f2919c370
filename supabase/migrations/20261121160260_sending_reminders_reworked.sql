-- What: sending a reminder, exactly once, and what owners and members do with reminders.
-- Who:  service_role (the job send-reminder) begins and records; owners change rules; members see deliveries and send one now.
-- Relies on: planning_reminders migration.

create or replace function private.reminder_content(delivery public.reminder_deliveries) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select jsonb_build_object(
      'to', case delivery.channel when 'email' then c.email else private.reminder_number(c) end,
      'first_name', c.first_name,
      'language', private.clinic_language(v.tenant_id),
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

create or replace function private.begin_reminder(delivery_id uuid, token_hash text) returns jsonb
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
  elsif delivery.due_at > now() + interval '1 minute' then
    -- It was put off while its job was taken; another one waits.
    return jsonb_build_object('action', 'stop', 'state', delivery.state, 'reason', 'not_due');
  end if;
  reason := private.why_not_remind(delivery);
  if delivery.begun_at < now() - interval '23 hours' then
    -- The provider of mail forgets after a day what it has sent: a further try could send it twice.
    reason := 'outcome_unknown';
  end if;
  if reason is null and not delivery.is_manual and delivery.due_at < now() - interval '15 minutes' then
    select * into settings from public.scheduling_settings s where s.tenant_id = delivery.tenant_id;
    quiet := private.quiet_time_at(
      now(), (select t.time_zone from public.tenants t where t.id = delivery.tenant_id), settings.quiet_from, settings.quiet_to);
    if quiet.ends_at <= delivery.starts_at - interval '1 hour' and coalesce(quiet.ends_at < delivery.begun_at + interval '23 hours', true) then
      update public.reminder_deliveries d set due_at = quiet.ends_at where d.tenant_id = delivery.tenant_id and d.id = delivery.id;
      -- One that was tried already is not put in again by its trigger.
      if delivery.state = 'sending' then
        perform private.enqueue_job('send-reminder', jsonb_build_object('delivery_id', delivery.id), delivery.tenant_id, quiet.ends_at,
          'send-reminder:' || delivery.id);
      end if;
      return jsonb_build_object('action', 'stop', 'state', delivery.state, 'reason', 'quiet_hours');
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

create or replace function private.record_reminder(
  delivery_id uuid, outcome text, provider_id text, error text, reason text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  delivery public.reminder_deliveries;
  appointment public.appointments;
begin
  select v.* into appointment
  from public.reminder_deliveries d join public.appointments v on v.tenant_id = d.tenant_id and v.id = d.appointment_id where d.id = delivery_id;
  -- Whose timeline it goes into, before the reminder itself, as whoever plans reminders locks.
  perform from public.clients c where c.tenant_id = appointment.tenant_id and c.id = appointment.client_id for no key update;
  select * into delivery from public.reminder_deliveries d where d.id = delivery_id for no key update;
  if delivery.state = 'sending' and outcome = 'sent' then
    update public.reminder_deliveries d
    set state = 'sent', sent_at = now(), provider_message_id = left(provider_id, 200), content = null, last_error = ''
    where d.tenant_id = delivery.tenant_id and d.id = delivery.id returning * into delivery;
    perform private.record_activity(
      delivery.tenant_id, appointment.client_id, 'reminder_sent', 'appointment', appointment.id,
      (select s.name from public.services s where s.tenant_id = appointment.tenant_id and s.id = appointment.service_id),
      jsonb_build_object('starts_at', delivery.starts_at, 'channel', delivery.channel));
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
comment on function public.record_reminder(uuid, text, text, text, text) is
  'Service role: what became of a reminder begun: outcome sent (with provider_id), failed (with error; it will be tried again) or ended (with reason refused, unavailable, outcome_unknown, mail_not_configured, sms_not_configured). Twice is once; what was sent is in the client''s timeline. { state, reason }.';

create or replace function private.tidy_reminders() returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  revived integer;
  missing integer;
begin
  update public.reminder_deliveries d set state = 'skipped', reason = 'too_late', attempts = d.attempts + 1
  where d.state = 'scheduled' and d.starts_at <= now();
  update public.reminder_deliveries d set state = 'failed', reason = 'outcome_unknown', content = null
  where d.state = 'sending' and (d.starts_at <= now() or d.begun_at < now() - interval '23 hours');
  -- Jobs that died, as when the worker was broken for long, are brought back, each once in an hour.
  update private.jobs j set state = 'waiting', run_at = now(), attempts = 0, finished_at = null
  from public.reminder_deliveries d join public.tenants t on t.id = d.tenant_id and t.status = 'active'
  where d.state in ('scheduled', 'sending') and d.due_at < now() - interval '30 minutes'
    and j.dedupe_key = 'send-reminder:' || d.id and j.state = 'dead' and j.finished_at < now() - interval '1 hour'
    and not exists (select from private.jobs w where w.dedupe_key = j.dedupe_key and w.state in ('waiting', 'running'))
    and not exists (
      select from private.jobs w where w.dedupe_key = j.dedupe_key and w.state = 'dead' and (w.finished_at, w.id) > (j.finished_at, j.id));
  get diagnostics revived = row_count;
  perform private.enqueue_job('send-reminder', jsonb_build_object('delivery_id', d.id), d.tenant_id, now(), 'send-reminder:' || d.id)
  from public.reminder_deliveries d join public.tenants t on t.id = d.tenant_id and t.status = 'active'
  where d.state in ('scheduled', 'sending') and d.due_at < now() - interval '30 minutes'
    and not exists (
      select from private.jobs j where j.dedupe_key = 'send-reminder:' || d.id and j.state in ('waiting', 'running', 'dead'));
  get diagnostics missing = row_count;
  delete from private.appointment_links l where l.expires_at < now() - interval '90 days';
  return revived + missing;
end;
$$;
