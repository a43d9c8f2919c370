-- What: changing a clinic's reminder rules, seeing an appointment's reminders, and sending one now.
-- Who:  owners change rules; every member sees and sends.
-- Relies on: sending_reminders migration.

create function private.save_reminder_rule(tenant_id uuid, rule_id uuid, fields jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  rule public.reminder_rules;
  wanted public.reminder_rules;
begin
  perform private.require_owner(tenant_id);
  perform private.lock_reminder_plan(tenant_id, true);
  if rule_id is not null then
    select * into rule from public.reminder_rules r where r.tenant_id = save_reminder_rule.tenant_id and r.id = rule_id;
    if rule.id is null then
      perform private.refuse(404, 'reminder_rule_not_found', 'There is no such reminder.');
    end if;
  elsif (select count(*) from public.reminder_rules r where r.tenant_id = save_reminder_rule.tenant_id) >= 6 then
    perform private.refuse(409, 'too_many_reminder_rules', 'A clinic has six reminders at most.');
  end if;
  if jsonb_typeof(fields) is distinct from 'object'
    or exists (select from jsonb_each(fields) e where case e.key
      when 'channel' then rule.id is not null or e.value not in ('"email"', '"sms"')
      when 'minutes_before' then jsonb_typeof(e.value) <> 'number' or e.value::text !~ '^\d{1,6}$'
      when 'is_active' then jsonb_typeof(e.value) <> 'boolean'
      when 'stop_if_confirmed' then jsonb_typeof(e.value) <> 'boolean'
      when 'extra_text' then jsonb_typeof(e.value) <> 'string'
      else true end)
  then
    perform private.refuse(422, 'values_invalid', 'These are not the values of a reminder.');
  end if;
  wanted := jsonb_populate_record(rule, fields);
  wanted.extra_text := btrim(coalesce(wanted.extra_text, ''));
  if coalesce(wanted.minutes_before, 0) not between 15 and 20160 then
    perform private.refuse(422, 'reminder_time_invalid', 'A reminder is sent 15 minutes to 14 days before the visit.');
  elsif length(wanted.extra_text) > 500 then
    perform private.refuse(422, 'field_too_long', 'This text has 500 characters at most.', 'extra_text');
  elsif wanted.channel is null then
    perform private.refuse(422, 'values_invalid', 'A reminder goes by e-mail or by text message.', 'channel');
  elsif exists (
    select from public.reminder_rules r
    where r.tenant_id = save_reminder_rule.tenant_id and r.channel = wanted.channel and r.minutes_before = wanted.minutes_before
      and r.id is distinct from rule.id)
  then
    perform private.refuse(409, 'reminder_rule_exists', 'There is such a reminder already.');
  end if;
  if rule.id is null then
    insert into public.reminder_rules (tenant_id, channel, minutes_before, is_active, stop_if_confirmed, extra_text)
    values (save_reminder_rule.tenant_id, wanted.channel, wanted.minutes_before, coalesce(wanted.is_active, true),
      coalesce(wanted.stop_if_confirmed, false), wanted.extra_text)
    returning * into rule;
  elsif wanted is distinct from rule then
    update public.reminder_rules r
    set minutes_before = wanted.minutes_before, is_active = wanted.is_active, stop_if_confirmed = wanted.stop_if_confirmed,
        extra_text = wanted.extra_text
    where r.tenant_id = rule.tenant_id and r.id = rule.id returning * into rule;
  end if;
  return to_jsonb(rule);
end;
$$;
create function public.save_reminder_rule(tenant_id uuid, rule_id uuid, fields jsonb) returns jsonb language sql set search_path = ''
return private.save_reminder_rule(tenant_id, rule_id, fields);
comment on function public.save_reminder_rule(uuid, uuid, jsonb) is
  'Owner: adds a reminder rule (rule_id null) or changes the fields given of one: channel (email or sms, for good), minutes_before, is_active, stop_if_confirmed, extra_text; returns it. All upcoming visits are planned again. 403 owner_required; 404 clinic_not_found, reminder_rule_not_found; 409 reminder_rule_exists, too_many_reminder_rules; 422 reminder_time_invalid, field_too_long, values_invalid.';

create function private.delete_reminder_rule(tenant_id uuid, rule_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  gone uuid;
begin
  perform private.require_owner(tenant_id);
  perform private.lock_reminder_plan(tenant_id, true);
  delete from public.reminder_rules r where r.tenant_id = delete_reminder_rule.tenant_id and r.id = rule_id returning r.id into gone;
  if gone is null then
    perform private.refuse(404, 'reminder_rule_not_found', 'There is no such reminder.');
  end if;
  return jsonb_build_object('deleted', gone);
end;
$$;
create function public.delete_reminder_rule(tenant_id uuid, rule_id uuid) returns jsonb language sql set search_path = ''
return private.delete_reminder_rule(tenant_id, rule_id);
comment on function public.delete_reminder_rule(uuid, uuid) is
  'Owner: deletes a reminder rule; what it was going to send is cancelled: { deleted }. 403 owner_required; 404 clinic_not_found, reminder_rule_not_found.';

create function private.list_reminders(tenant_id uuid, appointment_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  appointment public.appointments;
  client public.clients;
begin
  perform private.require_member(tenant_id);
  select * into appointment from public.appointments v where v.tenant_id = list_reminders.tenant_id and v.id = list_reminders.appointment_id;
  if appointment.id is null then
    perform private.refuse(404, 'appointment_not_found', 'There is no such appointment.');
  end if;
  select * into client from public.clients c where c.tenant_id = appointment.tenant_id and c.id = appointment.client_id;
  return jsonb_build_object(
    'obstacle', case
      when appointment.status not in ('booked', 'confirmed') or appointment.starts_at <= now() then 'appointment_over'
      else private.reminder_obstacle(client, 'email') end,
    'deliveries', coalesce((
      select jsonb_agg(jsonb_build_object(
        'id', d.id, 'channel', d.channel, 'minutes_before', r.minutes_before, 'is_manual', d.is_manual, 'starts_at', d.starts_at,
        'due_at', d.due_at, 'state', d.state, 'reason', d.reason, 'attempts', d.attempts, 'last_error', d.last_error, 'sent_at', d.sent_at)
        order by coalesce(d.sent_at, d.due_at), d.id)
      from public.reminder_deliveries d
      left join public.reminder_rules r on r.tenant_id = d.tenant_id and r.id = d.rule_id
      -- Of the times it had before only what the client has heard.
      where d.tenant_id = appointment.tenant_id and d.appointment_id = appointment.id
        and (d.starts_at = appointment.starts_at or d.state in ('sent', 'failed', 'sending'))
        and d.reason is distinct from 'rule_off'
    ), '[]'::jsonb));
end;
$$;
create function public.list_reminders(tenant_id uuid, appointment_id uuid) returns jsonb language sql stable set search_path = ''
return private.list_reminders(tenant_id, appointment_id);
comment on function public.list_reminders(uuid, uuid) is
  'Member: an appointment''s reminders, in order: { obstacle: why none can be e-mailed now, or null, deliveries: [{ id, channel, minutes_before, is_manual, starts_at, due_at, state, reason, attempts, last_error, sent_at }] }. 404 clinic_not_found, appointment_not_found.';

create function private.send_reminder_now(tenant_id uuid, appointment_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  appointment public.appointments;
  client public.clients;
  obstacle text;
  delivery_id uuid;
begin
  perform private.require_member(tenant_id);
  select * into appointment from public.appointments v
  where v.tenant_id = send_reminder_now.tenant_id and v.id = send_reminder_now.appointment_id for no key update;
  if appointment.id is null then
    perform private.refuse(404, 'appointment_not_found', 'There is no such appointment.');
  elsif appointment.status not in ('booked', 'confirmed') or appointment.starts_at <= now() then
    perform private.refuse(409, 'appointment_over', 'There is nothing to remind of any more.');
  end if;
  select * into client from public.clients c where c.tenant_id = appointment.tenant_id and c.id = appointment.client_id;
  obstacle := private.reminder_obstacle(client, 'email');
  if obstacle is not null then
    perform private.refuse(409, 'reminder_not_possible', 'This client cannot be reminded by e-mail.', obstacle);
  elsif exists (
    select from public.reminder_deliveries d
    where d.tenant_id = appointment.tenant_id and d.appointment_id = appointment.id and d.channel = 'email'
      and (d.sent_at > now() - interval '10 minutes' or (d.is_manual and d.state in ('scheduled', 'sending'))))
  then
    perform private.refuse(409, 'reminder_just_sent', 'A reminder has just been sent.');
  end if;
  insert into public.reminder_deliveries (tenant_id, appointment_id, is_manual, channel, starts_at, due_at, state, requested_by)
  values (appointment.tenant_id, appointment.id, true, 'email', appointment.starts_at, now(), 'scheduled', auth.uid())
  returning id into delivery_id;
  perform private.record_event('reminder.requested', appointment.tenant_id, 'appointment', appointment.id::text);
  return jsonb_build_object('delivery_id', delivery_id);
end;
$$;
create function public.send_reminder_now(tenant_id uuid, appointment_id uuid) returns jsonb language sql set search_path = ''
return private.send_reminder_now(tenant_id, appointment_id);
comment on function public.send_reminder_now(uuid, uuid) is
  'Member: e-mails a reminder within the minute, whatever the rules and the hour; { delivery_id }. 404 clinic_not_found, appointment_not_found; 409 appointment_over, reminder_just_sent, reminder_not_possible (detail: no_consent, no_email, client_archived).';

grant execute on function
  private.save_reminder_rule(uuid, uuid, jsonb), public.save_reminder_rule(uuid, uuid, jsonb),
  private.delete_reminder_rule(uuid, uuid), public.delete_reminder_rule(uuid, uuid),
  private.list_reminders(uuid, uuid), public.list_reminders(uuid, uuid),
  private.send_reminder_now(uuid, uuid), public.send_reminder_now(uuid, uuid)
  to authenticated;
