-- What: blocking times, and when during a service whom it needs.
-- Who:  every member of the clinic blocks; owners and members with the permission 'catalogue' change steps.
-- Relies on: booking and hours migrations.

create function private.visits_in_the_way(tenant_id uuid, provider_id uuid, resource_id uuid, starts_at timestamptz, ends_at timestamptz)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', v.id, 'revision', v.revision, 'starts_at', v.starts_at, 'ends_at', v.ends_at, 'status', v.status, 'client_id', v.client_id,
      'first_name', c.first_name, 'last_name', c.last_name, 'phone', c.phone, 'service_id', v.service_id, 'provider_id', v.provider_id)
      order by v.starts_at, v.id)
    from public.appointments v
    join public.clients c on c.tenant_id = v.tenant_id and c.id = v.client_id
    where v.tenant_id = visits_in_the_way.tenant_id and v.status in ('booked', 'confirmed', 'arrived', 'in_chair')
      -- No visit is longer than a day, and no buffer than two hours.
      and v.starts_at > visits_in_the_way.starts_at - interval '26 hours' and v.starts_at < visits_in_the_way.ends_at + interval '2 hours'
      and exists (
        select from public.allocations a
        where a.tenant_id = v.tenant_id and a.appointment_id = v.id
          and a.during && tstzrange(visits_in_the_way.starts_at, visits_in_the_way.ends_at)
          and a.subject_id = coalesce(visits_in_the_way.provider_id, visits_in_the_way.resource_id, a.subject_id))
  ), '[]'::jsonb);
end;
$$;
comment on function private.visits_in_the_way(uuid, uuid, uuid, timestamptz, timestamptz) is
  'Appointments still to come or going on that take time of a provider, a chair, or (both null) anybody between two moments, buffers included: [{ id, revision, starts_at, ends_at, status, client_id, first_name, last_name, phone, service_id, provider_id }].';

create function private.require_blocked_fields(given jsonb) returns void
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
  for field in select e.key, e.value #>> '{}' as content from jsonb_each(given) e loop
    case
      when field.key in ('provider_id', 'resource_id') then
        if field.content !~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' then
          perform private.refuse(422, 'values_invalid', 'This is not an id.', field.key);
        end if;
      when field.key in ('starts_at', 'ends_at') then
        if coalesce(field.content, '') !~ '^20\d\d-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)$' then
          perform private.refuse(422, 'blocked_time_invalid', 'A time is written in ISO 8601 with its offset.', left(coalesce(field.content, ''), 60));
        end if;
        perform field.content::timestamptz;
      when field.key = 'title' then
        if length(field.content) > 120 then
          perform private.refuse(422, 'field_too_long', 'A title has 120 characters at most.', 'title');
        end if;
      else
        perform private.refuse(422, 'values_invalid', 'A blocked time has no such field.', left(field.key, 60));
    end case;
  end loop;
exception when datetime_field_overflow or invalid_datetime_format then
  perform private.refuse(422, 'blocked_time_invalid', 'There is no such time.');
end;
$$;
comment on function private.require_blocked_fields(jsonb) is
  'The values of a form are of their kind: provider_id, resource_id, title, starts_at, ends_at. 422 values_invalid, blocked_time_invalid, field_too_long.';

create function private.block_time(tenant_id uuid, fields jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  blocked public.blocked_times;
begin
  perform private.require_member(tenant_id);
  perform private.require_blocked_fields(fields);
  blocked := jsonb_populate_record(null::public.blocked_times, fields);
  if num_nonnulls(blocked.provider_id, blocked.resource_id) = 2 then
    perform private.refuse(422, 'values_invalid', 'A blocked time is a provider''s or a chair''s, not both.');
  elsif blocked.provider_id is not null and not exists (
    select from public.providers p where p.tenant_id = block_time.tenant_id and p.id = blocked.provider_id)
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif blocked.resource_id is not null and not exists (
    select from public.resources r where r.tenant_id = block_time.tenant_id and r.id = blocked.resource_id)
  then
    perform private.refuse(422, 'resource_unknown', 'There is no such chair or room.');
  elsif blocked.starts_at is null or blocked.ends_at is null or blocked.ends_at <= blocked.starts_at
    or blocked.ends_at > blocked.starts_at + interval '400 days'
  then
    perform private.refuse(422, 'blocked_time_invalid', 'A blocked time ends after it begins, within 400 days.');
  end if;
  -- Whoever is booking finishes first, and is told of; whoever comes later finds the time blocked.
  perform private.lock_subjects(tenant_id, array(
    select p.id from public.providers p
    where p.tenant_id = block_time.tenant_id and p.id = coalesce(blocked.provider_id, blocked.resource_id, p.id)
    union all
    select r.id from public.resources r
    where r.tenant_id = block_time.tenant_id and r.id = coalesce(blocked.provider_id, blocked.resource_id, r.id)));
  insert into public.blocked_times (tenant_id, provider_id, resource_id, title, starts_at, ends_at)
  values (block_time.tenant_id, blocked.provider_id, blocked.resource_id, btrim(coalesce(blocked.title, '')), blocked.starts_at, blocked.ends_at)
  returning * into blocked;
  return jsonb_build_object(
    'blocked', to_jsonb(blocked) - 'tenant_id',
    'in_the_way', private.visits_in_the_way(tenant_id, blocked.provider_id, blocked.resource_id, blocked.starts_at, blocked.ends_at));
end;
$$;
create function public.block_time(tenant_id uuid, fields jsonb) returns jsonb language sql set search_path = ''
return private.block_time(tenant_id, fields);
comment on function public.block_time(uuid, jsonb) is
  'Member: keeps a provider, a chair, or (both null) the whole clinic from being booked: { provider_id, resource_id, title, starts_at, ends_at }. { blocked, in_the_way: the appointments it covers, which stay }. 404 clinic_not_found; 422 blocked_time_invalid, field_too_long, provider_unknown, resource_unknown, values_invalid.';

create function private.unblock_time(tenant_id uuid, blocked_time_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  unblocked integer;
begin
  perform private.require_member(tenant_id);
  delete from public.blocked_times b where b.tenant_id = unblock_time.tenant_id and b.id = unblock_time.blocked_time_id;
  get diagnostics unblocked = row_count;
  return jsonb_build_object('unblocked', unblocked = 1);
end;
$$;
create function public.unblock_time(tenant_id uuid, blocked_time_id uuid) returns jsonb language sql set search_path = ''
return private.unblock_time(tenant_id, blocked_time_id);
comment on function public.unblock_time(uuid, uuid) is
  'Member: a blocked time can be booked again; { unblocked }: false when it was not blocked any more. 404 clinic_not_found.';

-- steps of a service -----------------------------------------------------------------------------------------------

create function private.steps_json(tenant_id uuid, service_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('kind', s.kind, 'offset_minutes', s.offset_minutes, 'duration_minutes', s.duration_minutes)
      order by s.kind, s.offset_minutes)
    from public.service_steps s where s.tenant_id = steps_json.tenant_id and s.service_id = steps_json.service_id
  ), '[]'::jsonb);
end;
$$;
comment on function private.steps_json(uuid, uuid) is 'The steps of a service: [{ kind, offset_minutes, duration_minutes }].';

create function private.set_service_steps(tenant_id uuid, service_id uuid, steps jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  service public.services;
  step jsonb;
  old_steps jsonb;
  new_steps jsonb;
begin
  perform private.require_catalogue_permission(tenant_id);
  select * into service from public.services s
  where s.tenant_id = set_service_steps.tenant_id and s.id = set_service_steps.service_id for no key update;
  if service.id is null then
    perform private.refuse(404, 'service_not_found', 'There is no such service.');
  elsif jsonb_typeof(steps) is distinct from 'array' or jsonb_array_length(steps) > 40 then
    perform private.refuse(422, 'steps_invalid', 'Steps are a list.');
  end if;
  for step in select e from jsonb_array_elements(steps) e loop
    if jsonb_typeof(step) <> 'object' or coalesce(step ->> 'kind', '') <> all (array['provider', 'chair', 'room', 'equipment'])
      or coalesce(step ->> 'offset_minutes', '') !~ '^\d{1,3}$' or coalesce(step ->> 'duration_minutes', '') !~ '^\d{1,3}$'
      or (step ->> 'duration_minutes')::integer < 5
      or (step ->> 'offset_minutes')::integer + (step ->> 'duration_minutes')::integer > service.duration_minutes
    then
      perform private.refuse(422, 'steps_invalid', 'A step is of a kind, at least five minutes long, and within the service.', left(step::text, 100));
    end if;
  end loop;
  old_steps := private.steps_json(tenant_id, service_id);
  delete from public.service_steps s where s.tenant_id = service.tenant_id and s.service_id = service.id;
  insert into public.service_steps (tenant_id, service_id, kind, offset_minutes, duration_minutes)
  select service.tenant_id, service.id, s.kind, s.offset_minutes, s.duration_minutes
  from jsonb_to_recordset(steps) s (kind text, offset_minutes integer, duration_minutes integer);
  if exists (
    select from public.service_steps a join public.service_steps b
      on b.tenant_id = a.tenant_id and b.service_id = a.service_id and b.kind = a.kind and b.id > a.id
      and int4range(b.offset_minutes, b.offset_minutes + b.duration_minutes) && int4range(a.offset_minutes, a.offset_minutes + a.duration_minutes)
    where a.tenant_id = service.tenant_id and a.service_id = service.id)
  then
    perform private.refuse(422, 'steps_invalid', 'Two steps of one kind overlap.');
  end if;
  new_steps := private.steps_json(tenant_id, service_id);
  if new_steps <> old_steps then
    perform private.record_event('service.steps_changed', tenant_id, 'service', service.id::text, service.name,
      jsonb_build_object('steps', old_steps), jsonb_build_object('steps', new_steps));
  end if;
  return jsonb_build_object('steps', new_steps);
end;
$$;
create function public.set_service_steps(tenant_id uuid, service_id uuid, steps jsonb) returns jsonb language sql set search_path = ''
return private.set_service_steps(tenant_id, service_id, steps);
comment on function public.set_service_steps(uuid, uuid, jsonb) is
  'Owner or member with the permission catalogue: when during a service its provider, chair, room or equipment is needed, in place of the steps there were: [{ kind, offset_minutes, duration_minutes }]; a kind without steps is needed all the time. Appointments stay as they were booked. { steps }. 403 catalogue_not_permitted; 404 clinic_not_found, service_not_found; 422 steps_invalid.';

grant execute on function
  private.block_time(uuid, jsonb), public.block_time(uuid, jsonb), private.unblock_time(uuid, uuid), public.unblock_time(uuid, uuid),
  private.set_service_steps(uuid, uuid, jsonb), public.set_service_steps(uuid, uuid, jsonb)
  to authenticated;
