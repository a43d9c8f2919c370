-- What: what a client sees and does by the link in a reminder: one appointment, to confirm or to cancel.
-- Who:  anybody who has the link, without a session; nothing else is shown to them.
-- Relies on: reminders and booking migrations.
--
-- These functions tell a state and raise nothing, so that a wrong link and a right one look alike from outside.

create function private.preview_visit(token text) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  link private.appointment_links;
  appointment public.appointments;
  clinic public.tenants;
  settings public.scheduling_settings;
  state text;
begin
  select * into link from private.appointment_links l
  where l.token_hash = private.hash_token(token) and l.purpose = 'visit' and l.revoked_at is null;
  select * into clinic from public.tenants t where t.id = link.tenant_id and t.status = 'active';
  if clinic.id is null then
    return jsonb_build_object('state', 'unknown');
  end if;
  select * into appointment from public.appointments v where v.tenant_id = link.tenant_id and v.id = link.appointment_id;
  select * into settings from public.scheduling_settings s where s.tenant_id = link.tenant_id;
  state := case
    when link.expires_at <= now() then 'expired'
    when appointment.starts_at <> link.starts_at then 'moved'
    when appointment.status = 'cancelled' then 'cancelled'
    when appointment.status = 'booked' then 'valid'
    else 'confirmed'
  end;
  return jsonb_build_object('state', state, 'clinic', jsonb_build_object(
      'name', clinic.name, 'phone', settings.contact_phone, 'address', settings.contact_address))
    || case when state in ('valid', 'confirmed', 'cancelled') then jsonb_build_object(
      'starts_at', appointment.starts_at, 'ends_at', appointment.ends_at, 'time_zone', clinic.time_zone,
      'service', (select s.name from public.services s where s.tenant_id = appointment.tenant_id and s.id = appointment.service_id),
      'provider', (
        select nullif(btrim(p.title || ' ' || p.name), '') from public.providers p
        where p.tenant_id = appointment.tenant_id and p.id = appointment.provider_id),
      'can_cancel', appointment.status in ('booked', 'confirmed')
        and now() <= appointment.starts_at - make_interval(hours => settings.late_cancel_hours)) else '{}' end;
end;
$$;
create function public.preview_visit(token text) returns jsonb language sql stable set search_path = ''
return private.preview_visit(token);
comment on function public.preview_visit(text) is
  'Anybody with the link: { state: valid | confirmed | cancelled | expired | moved | unknown, clinic: { name, phone, address } } and, when valid, confirmed or cancelled, { starts_at, ends_at, time_zone, service, provider, can_cancel }. Raises nothing.';

create function private.answer_visit(token text, answer text) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  preview jsonb := private.preview_visit(token);
  link private.appointment_links;
  appointment public.appointments;
  wanted constant text := case answer when 'confirm' then 'confirmed' when 'cancel' then 'cancelled' end;
begin
  if preview ->> 'state' not in ('valid', 'confirmed') or wanted is null then
    return preview;
  end if;
  select * into link from private.appointment_links l where l.token_hash = private.hash_token(token);
  for attempt in 1..3 loop
    begin
      perform private.lock_times(link.tenant_id, null, link.appointment_id, null);
      select * into appointment from public.appointments v
      where v.tenant_id = link.tenant_id and v.id = link.appointment_id for no key update;
      if appointment.starts_at <> link.starts_at or appointment.starts_at <= now()
        or appointment.status not in ('booked', 'confirmed') or appointment.status = wanted
      then
        exit;
      elsif wanted = 'cancelled' and now() > appointment.starts_at - (
        select make_interval(hours => s.late_cancel_hours) from public.scheduling_settings s where s.tenant_id = link.tenant_id)
      then
        return preview || '{"refused": "too_late"}';
      end if;
      perform private.enter_status(appointment, wanted, null, 'client');
      exit;
    exception when sqlstate 'PT409' then
      -- The clinic is moving it at this very moment.
      preview := preview || '{"refused": "busy"}';
    end;
    if attempt = 3 then
      return preview;
    end if;
  end loop;
  return private.preview_visit(token);
end;
$$;
create function public.answer_visit(token text, answer text) returns jsonb language sql set search_path = ''
return private.answer_visit(token, answer);
comment on function public.answer_visit(text, text) is
  'Anybody with the link: answers "confirm" or "cancel" and tells, as preview_visit does, how things stand then; with refused: too_late (within the clinic''s late_cancel_hours: they are asked to call) or busy. Twice is once. Raises nothing.';

grant execute on function
  private.preview_visit(text), public.preview_visit(text), private.answer_visit(text, text), public.answer_visit(text, text)
  to anon, authenticated;
