-- What: what becomes of an appointment: confirmed, arrived, in the chair, completed, cancelled, missed.
-- Who:  every member of the clinic.
-- Relies on: taking_times and booking migrations.

create or replace function private.enter_status(appointment public.appointments, status text, reason text, cancelled_by text) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  freed private.planned_allocation[];
begin
  update public.appointments v
  set status = enter_status.status, status_reason = nullif(btrim(reason), ''), status_changed_at = now(), status_changed_by = auth.uid(),
      confirmed_at = case when enter_status.status = 'confirmed' then now() when enter_status.status <> 'booked' then v.confirmed_at end,
      arrived_at = case when enter_status.status = 'arrived' then coalesce(v.arrived_at, now())
        when enter_status.status in ('in_chair', 'completed', 'cancelled') then v.arrived_at end,
      in_chair_at = case when enter_status.status = 'in_chair' then coalesce(v.in_chair_at, now()) when enter_status.status = 'completed' then v.in_chair_at end,
      completed_at = case when enter_status.status = 'completed' then now() end,
      cancelled_at = case when enter_status.status = 'cancelled' then now() end,
      no_show_at = case when enter_status.status = 'no_show' then now() end,
      cancelled_by = case when enter_status.status = 'cancelled' then enter_status.cancelled_by end,
      is_late_cancel = enter_status.status = 'cancelled' and enter_status.cancelled_by = 'client' and now() > v.starts_at - (
        select make_interval(hours => s.late_cancel_hours) from public.scheduling_settings s where s.tenant_id = v.tenant_id),
      is_overbooked = v.is_overbooked and enter_status.status not in ('cancelled', 'no_show')
  where v.tenant_id = appointment.tenant_id and v.id = appointment.id;
  if enter_status.status in ('cancelled', 'no_show') then
    freed := array(
      select row(a.provider_id, a.resource_id, a.during)::private.planned_allocation from public.allocations a
      where a.tenant_id = appointment.tenant_id and a.appointment_id = appointment.id and (a.blocking or a.is_overbooked));
    update public.allocations a set blocking = false, is_overbooked = false
    where a.tenant_id = appointment.tenant_id and a.appointment_id = appointment.id;
    perform private.settle_overbooked(appointment.tenant_id, freed, appointment.id);
  end if;
end;
$$;
comment on function private.enter_status(public.appointments, text, text, text) is
  'Puts an appointment, locked with its times, into a status with what belongs to it: moments, who cancelled, the times given up, which are then those of whoever was booked over it.';

create or replace function private.set_appointment_status(
  tenant_id uuid, appointment_id uuid, status text, reason text, cancelled_by text, seen_revision integer)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  appointment public.appointments;
  plan private.planned_allocation[];
begin
  perform private.require_member(tenant_id);
  if status is null or status <> all (array['booked', 'confirmed', 'arrived', 'in_chair', 'completed', 'cancelled', 'no_show']) then
    perform private.refuse(422, 'status_unknown', 'There is no such status.');
  elsif status = 'cancelled' and coalesce(cancelled_by, '') <> all (array['client', 'clinic']) then
    perform private.refuse(422, 'values_invalid', 'Cancelled by the client or by the clinic.');
  elsif length(reason) > 500 then
    perform private.refuse(422, 'field_too_long', 'A reason has 500 characters at most.', 'reason');
  end if;
  perform private.lock_times(tenant_id, null, appointment_id, null);
  select * into appointment from public.appointments v
  where v.tenant_id = set_appointment_status.tenant_id and v.id = appointment_id for no key update;
  if appointment.id is null then
    perform private.refuse(404, 'appointment_not_found', 'There is no such appointment.');
  elsif appointment.status = set_appointment_status.status then
    return private.appointment_json(tenant_id, appointment_id);
  elsif appointment.revision <> seen_revision then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this appointment in the meantime.');
  elsif status = 'no_show' and appointment.starts_at > now() then
    perform private.refuse(409, 'not_begun', 'Nobody has missed what has not begun.');
  elsif status in ('arrived', 'in_chair', 'completed')
    and private.clinic_day(tenant_id, appointment.starts_at) > private.clinic_today(tenant_id)
  then
    perform private.refuse(409, 'too_early', 'Nobody has come before the day of the visit.');
  end if;
  if appointment.status in ('cancelled', 'no_show') then
    select array_agg(row(a.provider_id, a.resource_id, a.during)::private.planned_allocation) into plan
    from public.allocations a where a.tenant_id = appointment.tenant_id and a.appointment_id = appointment.id;
    perform private.take_times(
      tenant_id, plan, tstzrange(appointment.starts_at, appointment.ends_at), appointment.id, null, outside_hours => true);
  end if;
  perform private.enter_status(appointment, status, reason, cancelled_by);
  return private.appointment_json(tenant_id, appointment_id);
end;
$$;
comment on function public.set_appointment_status(uuid, uuid, text, text, text, integer) is
  'Member: puts an appointment into a status, once however often it is called; returns it. cancelled_by: client or clinic. 404 clinic_not_found, appointment_not_found; 409 transition_not_allowed, changed_meanwhile, not_begun (no_show, before it begins), too_early (arrived, in_chair and completed, before its day where the clinic is), slot_taken (when it was cancelled or missed, and its time is taken now); 422 status_unknown, field_too_long, values_invalid.';
grant execute on function
  private.set_appointment_status(uuid, uuid, text, text, text, integer), public.set_appointment_status(uuid, uuid, text, text, text, integer)
  to authenticated;
