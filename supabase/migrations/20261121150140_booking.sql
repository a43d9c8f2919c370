-- What: booking, moving and changing appointments, and their statuses.
-- Who:  every member of the clinic; over another appointment only owners and members with the permission 'overbooking'.
-- Relies on: taking_times migration.

create function private.appointment_json(tenant_id uuid, appointment_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(v) || jsonb_build_object(
      'client', jsonb_build_object('id', c.id, 'first_name', c.first_name, 'last_name', c.last_name, 'email', c.email, 'phone', c.phone),
      'service', case when s.id is not null then jsonb_build_object('id', s.id, 'name', s.name, 'colour', s.colour) end,
      'provider', case when p.id is not null then jsonb_build_object('id', p.id, 'name', p.name, 'title', p.title, 'colour', p.colour) end,
      'resource_ids', array(
        select distinct a.resource_id from public.allocations a
        where a.tenant_id = v.tenant_id and a.appointment_id = v.id and a.resource_id is not null order by a.resource_id))
    from public.appointments v
    join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
    left join public.services s on s.tenant_id = v.tenant_id and s.id = v.service_id
    left join public.providers p on p.tenant_id = v.tenant_id and p.id = v.provider_id
    where v.tenant_id = appointment_json.tenant_id and v.id = appointment_json.appointment_id
  );
end;
$$;
comment on function private.appointment_json(uuid, uuid) is 'An appointment with client, service, provider and resource_ids; null when there is none.';

create function private.require_appointment_fields(given jsonb) returns void
language plpgsql
stable
set search_path = ''
as $$
declare
  field record;
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  for field in select e.key, e.value, e.value #>> '{}' as content from jsonb_each(given) e loop
    case
      when field.key in ('client_id', 'service_id', 'provider_id') then
        if field.content is not null and field.content !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
          perform private.refuse(422, 'values_invalid', 'This is not an id.', field.key);
        end if;
      when field.key = 'resource_ids' then
        if field.value = 'null' then
          null;
        elsif jsonb_typeof(field.value) <> 'array' or jsonb_array_length(field.value) > 20
          or field.value @? '$[*] ? (!(@ like_regex "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"))'
        then
          perform private.refuse(422, 'values_invalid', 'This is not a list of ids.', field.key);
        end if;
      when field.key in ('starts_at', 'ends_at') then
        if coalesce(field.content, '') !~ '^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$' then
          perform private.refuse(422, 'starts_at_invalid', 'A time is written in ISO 8601 with its offset.', left(coalesce(field.content, ''), 60));
        end if;
        perform field.content::timestamptz;
      when field.key = 'note' then
        if length(field.content) > 2000 then
          perform private.refuse(422, 'note_too_long', 'A note on an appointment has 2000 characters at most.', '2000');
        end if;
      else
        perform private.refuse(422, 'values_invalid', 'An appointment has no such field.', left(field.key, 60));
    end case;
  end loop;
exception when datetime_field_overflow or invalid_datetime_format then
  perform private.refuse(422, 'starts_at_invalid', 'There is no such time.');
end;
$$;
comment on function private.require_appointment_fields(jsonb) is
  'The values of a form are of their kind: client_id, service_id, provider_id, resource_ids, starts_at, ends_at, note. 422 values_invalid, starts_at_invalid, note_too_long.';

create function private.book_appointment(
  tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean, source text default 'staff',
  series_id uuid default null, occurrence_at timestamptz default null)
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
  resource_ids := array(select distinct e::uuid from jsonb_array_elements_text(coalesce(nullif(fields -> 'resource_ids', 'null'), '[]')) e);
  perform private.require_place(tenant_id, wanted.service_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  if not exists (
    select from public.clients c where c.tenant_id = book_appointment.tenant_id and c.id = wanted.client_id and c.merged_into is null and c.erased_at is null)
  then
    perform private.refuse(422, 'client_unknown', 'There is no such client.');
  end if;
  plan := private.plan_allocations(tenant_id, wanted.service_id, wanted.provider_id, resource_ids, wanted.starts_at, wanted.ends_at);
  perform private.lock_times(tenant_id, plan, null, hold_id);
  insert into public.appointments (tenant_id, client_id, service_id, provider_id, starts_at, ends_at, note, source, series_id, occurrence_at)
  values (book_appointment.tenant_id, wanted.client_id, wanted.service_id, wanted.provider_id, wanted.starts_at, wanted.ends_at,
    btrim(coalesce(wanted.note, '')), book_appointment.source, book_appointment.series_id, book_appointment.occurrence_at)
  returning id into booked;
  is_over := private.take_times(tenant_id, plan, tstzrange(wanted.starts_at, wanted.ends_at), booked, null, hold_id, overbook, outside_hours);
  if is_over then
    update public.appointments v set is_overbooked = true where v.tenant_id = book_appointment.tenant_id and v.id = booked;
    perform private.record_event('appointment.overbooked', tenant_id, 'appointment', booked::text, null,
      after => jsonb_build_object('starts_at', wanted.starts_at, 'provider_id', wanted.provider_id, 'resource_ids', to_jsonb(resource_ids)));
  end if;
  return booked;
end;
$$;
comment on function private.book_appointment(uuid, jsonb, uuid, boolean, boolean, text, uuid, timestamptz) is
  'Books, for whoever has asked who is calling. Returns the appointment''s id; refuses as the function of the same name in public says.';

create function private.book_as_member(tenant_id uuid, fields jsonb, hold_id uuid, overbook boolean, outside_hours boolean) returns jsonb
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
  booked := private.book_appointment(tenant_id, fields, own_hold_id, overbook, outside_hours);
  return private.appointment_json(tenant_id, booked);
end;
$$;
comment on function private.book_as_member(uuid, jsonb, uuid, boolean, boolean) is 'Books for a member, with a hold of the member''s own; returns the appointment.';
create function public.book_appointment(
  tenant_id uuid, fields jsonb, hold_id uuid default null, overbook boolean default false, outside_hours boolean default false)
returns jsonb language sql set search_path = ''
return private.book_as_member(tenant_id, fields, hold_id, overbook, outside_hours);
comment on function public.book_appointment(uuid, jsonb, uuid, boolean, boolean) is
  'Member: books { client_id, service_id, provider_id, resource_ids, starts_at, ends_at, note }, in place of a hold of one''s own; returns the appointment. overbook: over what is there; outside_hours: when nobody is there. 403 overbooking_not_permitted; 404 clinic_not_found; 409 slot_taken, outside_hours (detail: what is in the way); 422 client_unknown, service_unknown, provider_unknown, resource_unknown, place_required, starts_at_invalid, duration_invalid, note_too_long, values_invalid.';

-- changing ---------------------------------------------------------------------------------------------------------

create function private.change_appointment(
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
  resource_ids := case when fields ? 'resource_ids'
    then array(select distinct e::uuid from jsonb_array_elements_text(coalesce(nullif(fields -> 'resource_ids', 'null'), '[]')) e order by 1) else old_resource_ids end;
  perform private.require_place(tenant_id, new.service_id, new.provider_id, resource_ids, new.starts_at, new.ends_at);
  if new.client_id is distinct from old.client_id and not exists (
    select from public.clients c where c.tenant_id = old.tenant_id and c.id = new.client_id and c.merged_into is null and c.erased_at is null)
  then
    perform private.refuse(422, 'client_unknown', 'There is no such client.');
  end if;
  select h.id into own_hold_id from public.holds h
  where h.tenant_id = change_appointment.tenant_id and h.id = change_appointment.hold_id and h.created_by = auth.uid();
  plan := private.plan_allocations(tenant_id, new.service_id, new.provider_id, resource_ids, new.starts_at, new.ends_at);
  perform private.lock_times(tenant_id, plan, appointment_id, own_hold_id);
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
  -- Who confirmed has confirmed another time. A change of its own, because it is an event of its own.
  if old.status = 'confirmed' and new.starts_at <> old.starts_at then
    perform private.enter_status(old, 'booked', null, null);
  end if;
  return private.appointment_json(tenant_id, old.id);
end;
$$;
create function public.change_appointment(
  tenant_id uuid, appointment_id uuid, fields jsonb, seen_revision integer default null, hold_id uuid default null,
  overbook boolean default false, outside_hours boolean default false)
returns jsonb language sql set search_path = ''
return private.change_appointment(tenant_id, appointment_id, fields, seen_revision, hold_id, overbook, outside_hours);
comment on function public.change_appointment(uuid, uuid, jsonb, integer, uuid, boolean, boolean) is
  'Member: moves or changes an appointment by the fields given (those of book_appointment); returns it. Moving takes back a confirmation. 404 clinic_not_found, appointment_not_found; 409 changed_meanwhile, appointment_over; and what book_appointment refuses.';

-- statuses ---------------------------------------------------------------------------------------------------------

create function private.enter_status(appointment public.appointments, status text, reason text, cancelled_by text) returns void
language plpgsql
security definer
set search_path = ''
as $$
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
    update public.allocations a set blocking = false, is_overbooked = false
    where a.tenant_id = appointment.tenant_id and a.appointment_id = appointment.id;
  end if;
end;
$$;
comment on function private.enter_status(public.appointments, text, text, text) is
  'Puts an appointment, locked with its times, into a status with what belongs to it: moments, who cancelled, the times given up.';

create function private.set_appointment_status(
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
create function public.set_appointment_status(
  tenant_id uuid, appointment_id uuid, status text, reason text default null, cancelled_by text default 'client', seen_revision integer default null)
returns jsonb language sql set search_path = ''
return private.set_appointment_status(tenant_id, appointment_id, status, reason, cancelled_by, seen_revision);
comment on function public.set_appointment_status(uuid, uuid, text, text, text, integer) is
  'Member: puts an appointment into a status, once however often it is called; returns it. cancelled_by: client or clinic. 404 clinic_not_found, appointment_not_found; 409 transition_not_allowed, changed_meanwhile, not_begun, slot_taken (when it was cancelled or missed, and its time is taken now); 422 status_unknown, field_too_long, values_invalid.';

grant execute on function
  private.book_as_member(uuid, jsonb, uuid, boolean, boolean), public.book_appointment(uuid, jsonb, uuid, boolean, boolean),
  private.change_appointment(uuid, uuid, jsonb, integer, uuid, boolean, boolean),
  public.change_appointment(uuid, uuid, jsonb, integer, uuid, boolean, boolean),
  private.set_appointment_status(uuid, uuid, text, text, text, integer), public.set_appointment_status(uuid, uuid, text, text, text, integer)
  to authenticated;
