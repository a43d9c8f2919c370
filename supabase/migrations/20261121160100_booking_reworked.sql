-- What: booking, moving and changing appointments.
-- Who:  every member of the clinic; over another appointment only owners and members with the permission 'overbooking'.
-- Relies on: taking_times and holds migrations.

create function private.clinic_day(tenant_id uuid, moment timestamptz) returns date
language plpgsql
stable
set search_path = ''
as $$
begin
  return (moment at time zone (select t.time_zone from public.tenants t where t.id = clinic_day.tenant_id))::date;
end;
$$;
comment on function private.clinic_day(uuid, timestamptz) is 'The day of a moment where the clinic is.';

create function private.book_appointment(
  tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean, source text default 'staff',
  series_id uuid default null, occurrence_at timestamptz default null, appointment_id uuid default null)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted public.appointments;
  resource_ids uuid[];
  plan private.planned_allocation[];
  booked uuid;
  is_over boolean;
begin
  perform private.require_appointment_fields(fields);
  wanted := jsonb_populate_record(null::public.appointments, fields - 'resource_ids');
  resource_ids := private.resources_in(fields);
  perform private.require_place(tenant_id, wanted.service_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  plan := private.plan_allocations(tenant_id, wanted.service_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  perform private.lock_times(tenant_id, plan, null, hold_id);
  if exists (
    select from public.appointments v
    where v.tenant_id = book_appointment.tenant_id and v.id = book_appointment.appointment_id and v.created_by = auth.uid())
  then
    return appointment_id;
  end if;
  perform private.require_client(tenant_id, wanted.client_id);
  perform private.require_current(tenant_id, wanted.service_id, wanted.provider_id, resource_ids);
  insert into public.appointments (id, tenant_id, client_id, service_id, provider_id, starts_at, ends_at, note, source, series_id, occurrence_at)
  values (coalesce(book_appointment.appointment_id, gen_random_uuid()), book_appointment.tenant_id, wanted.client_id, wanted.service_id, wanted.provider_id, wanted.starts_at, wanted.ends_at,
    btrim(coalesce(wanted.note, '')), book_appointment.source, book_appointment.series_id, book_appointment.occurrence_at)
  on conflict (id) do nothing
  returning id into booked;
  if booked is null then
    perform private.refuse(422, 'values_invalid', 'This id is in use.', 'appointment_id');
  end if;
  is_over := private.take_times(tenant_id, plan, tstzrange(wanted.starts_at, wanted.ends_at), booked, null, hold_id, overbook, outside_hours);
  if is_over then
    update public.appointments v set is_overbooked = true where v.tenant_id = book_appointment.tenant_id and v.id = booked;
    perform private.record_event('appointment.overbooked', tenant_id, 'appointment', booked::text, null,
      after => jsonb_build_object('starts_at', wanted.starts_at, 'provider_id', wanted.provider_id, 'resource_ids', to_jsonb(resource_ids)));
  end if;
  return booked;
end;
$$;
comment on function private.book_appointment(uuid, jsonb, uuid, boolean, boolean, text, uuid, timestamptz, uuid) is
  'Books, for whoever has asked who is calling, once for an id made by the caller. Returns the appointment''s id; refuses as the function of the same name in public says.';

create function private.book_as_member(
  tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean, appointment_id uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  own_hold_id uuid;
  booked uuid;
begin
  perform private.require_member(tenant_id);
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = book_as_member.tenant_id and h.id = book_as_member.hold_id and h.created_by = auth.uid();
  booked := private.book_appointment(tenant_id, fields, own_hold_id, overbook, outside_hours, appointment_id => book_as_member.appointment_id);
  return private.appointment_json(tenant_id, booked);
end;
$$;
comment on function private.book_as_member(uuid, jsonb, uuid, boolean, boolean, uuid) is 'Books for a member, with a hold of the member''s own; returns the appointment.';
create function public.book_appointment(
  tenant_id uuid, fields jsonb, hold_id uuid default null, overbook boolean default false, outside_hours boolean default false,
  appointment_id uuid default null)
returns jsonb language sql set search_path = ''
return private.book_as_member(tenant_id, fields, hold_id, overbook, outside_hours, appointment_id);
comment on function public.book_appointment(uuid, jsonb, uuid, boolean, boolean, uuid) is
  'Member: books { client_id, service_id, provider_id, resource_ids, starts_at, ends_at, note }, in place of a hold of one''s own; returns the appointment. overbook: over what is there; outside_hours: when nobody is there. With an appointment_id made by the caller, a second call books nothing and answers with the appointment. 403 overbooking_not_permitted; 404 clinic_not_found; 409 slot_taken, outside_hours (detail: what is in the way); 422 client_unknown, client_archived, service_unknown, service_archived, provider_unknown, provider_archived, resource_unknown, resource_archived, place_required, starts_at_invalid, duration_invalid, note_too_long, values_invalid.';

-- changing ---------------------------------------------------------------------------------------------------------

create or replace function private.change_appointment(
  tenant_id uuid, appointment_id uuid, fields jsonb, seen_revision integer, hold_id uuid, overbook boolean, outside_hours boolean)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  old public.appointments;
  new public.appointments;
  old_resource_ids uuid[];
  resource_ids uuid[];
  own_hold_id uuid;
  plan private.planned_allocation[];
  is_over boolean := false;
begin
  perform private.require_member(tenant_id);
  perform private.require_appointment_fields(fields);
  select * into old from public.appointments v where v.tenant_id = change_appointment.tenant_id and v.id = appointment_id;
  if old.id is null then
    perform private.refuse(404, 'appointment_not_found', 'There is no such appointment.');
  end if;
  new := jsonb_populate_record(old, fields - 'resource_ids');
  new.note := btrim(coalesce(new.note, ''));
  old_resource_ids := array(
    select distinct a.resource_id from public.allocations a
    where a.tenant_id = old.tenant_id and a.appointment_id = old.id and a.resource_id is not null order by 1);
  resource_ids := case when fields ? 'resource_ids' then private.resources_in(fields) else old_resource_ids end;
  perform private.require_place(tenant_id, new.service_id, new.provider_id, resource_ids, new.starts_at, new.ends_at);
  if new.client_id is distinct from old.client_id then
    perform private.require_client(tenant_id, new.client_id);
  end if;
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = change_appointment.tenant_id and h.id = change_appointment.hold_id and h.created_by = auth.uid();
  plan := private.plan_allocations(tenant_id, new.service_id, new.provider_id, resource_ids, new.starts_at, new.ends_at);
  perform private.lock_times(tenant_id, plan, appointment_id, own_hold_id);
  perform private.require_current(
    tenant_id, new.service_id, new.provider_id, resource_ids, old_resource_ids || array[old.service_id, old.provider_id]);
  perform from public.appointments v
  where v.tenant_id = old.tenant_id and v.id = old.id and v.revision = old.revision and v.revision = coalesce(seen_revision, v.revision)
  for no key update;
  if not found then
    perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this appointment in the meantime.');
  end if;

  if (new.starts_at, new.ends_at, new.provider_id, new.service_id, resource_ids)
    is distinct from (old.starts_at, old.ends_at, old.provider_id, old.service_id, old_resource_ids)
  then
    if old.status in ('completed', 'cancelled', 'no_show') then
      perform private.refuse(409, 'appointment_over', 'This appointment is over. Book it anew instead.');
    end if;
    is_over := private.take_times(
      tenant_id, plan, tstzrange(new.starts_at, new.ends_at), old.id, null, own_hold_id, overbook, outside_hours);
    if is_over then
      perform private.record_event('appointment.overbooked', tenant_id, 'appointment', old.id::text, null,
        after => jsonb_build_object('starts_at', new.starts_at, 'provider_id', new.provider_id, 'resource_ids', to_jsonb(resource_ids)));
    elsif resource_ids <> old_resource_ids then
      perform private.record_event('appointment.moved', tenant_id, 'appointment', old.id::text, null,
        jsonb_build_object('resource_ids', to_jsonb(old_resource_ids)), jsonb_build_object('resource_ids', to_jsonb(resource_ids)));
    end if;
    new.is_overbooked := is_over;
    new.is_exception := old.series_id is not null;
  end if;
  update public.appointments v
  set client_id = new.client_id, service_id = new.service_id, provider_id = new.provider_id, starts_at = new.starts_at, ends_at = new.ends_at,
      note = new.note, is_overbooked = new.is_overbooked, is_exception = new.is_exception
  where v.tenant_id = old.tenant_id and v.id = old.id;
  -- Who confirmed has confirmed another time, and who is here today will have to come again. Changes of their own, because they are
  -- events of their own.
  if new.starts_at <> old.starts_at and (old.status = 'confirmed' or old.status in ('arrived', 'in_chair')
    and private.clinic_day(tenant_id, new.starts_at) <> private.clinic_day(tenant_id, old.starts_at))
  then
    if old.status = 'in_chair' then
      perform private.enter_status(old, 'arrived', null, null);
    end if;
    perform private.enter_status(old, 'booked', null, null);
  end if;
  return private.appointment_json(tenant_id, old.id);
end;
$$;
comment on function public.change_appointment(uuid, uuid, jsonb, integer, uuid, boolean, boolean) is
  'Member: moves or changes an appointment by the fields given (those of book_appointment); returns it. Moving to another time takes back a confirmation, moving to another day of the clinic that somebody has arrived or sits in the chair; what the appointment has may have been archived since. 404 clinic_not_found, appointment_not_found; 409 changed_meanwhile, appointment_over; and what book_appointment refuses.';

grant execute on function
  private.book_as_member(uuid, jsonb, uuid, boolean, boolean, uuid), public.book_appointment(uuid, jsonb, uuid, boolean, boolean, uuid),
  private.change_appointment(uuid, uuid, jsonb, integer, uuid, boolean, boolean),
  public.change_appointment(uuid, uuid, jsonb, integer, uuid, boolean, boolean)
  to authenticated;
