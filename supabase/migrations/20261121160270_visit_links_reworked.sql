-- What: what a client sees and does by the link in a reminder: one appointment, to confirm or to cancel.
-- Who:  anybody who has the link, without a session; nothing else is shown to them.
-- Relies on: reminders, booking and answering_offers (act_as_nobody) migrations.
--
-- These functions tell a state and raise nothing, so that a wrong link and a right one look alike from outside.

create or replace function private.answer_visit(token text, answer text) returns jsonb
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
  perform private.act_as_nobody();
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
      perform set_config('chairside.by_client', 'on', true);
      perform private.enter_status(appointment, wanted, null, 'client');
      perform set_config('chairside.by_client', '', true);
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
