-- What: saving a service with all who and what can do it, in one transaction; links in the audit log.
-- Who:  owners and members with the permission 'catalogue'.
-- Relies on: catalogue migration.

create function private.audit_service_links() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  changed record;
  what text := tg_argv[0];
begin
  for changed in execute format(
    'select s.tenant_id, s.id, s.name, jsonb_agg(x.name order by lower(x.name)) as names
     from changed_links l
     join public.services s on s.tenant_id = l.tenant_id and s.id = l.service_id
     join public.%1$I x on x.tenant_id = l.tenant_id and x.id = l.%2$I
     group by s.tenant_id, s.id, s.name', what, rtrim(what, 's') || '_id')
  loop
    perform private.record_event(
      'service.updated', changed.tenant_id, 'service', changed.id::text, changed.name,
      before => case when tg_op = 'DELETE' then jsonb_build_object(what, changed.names) end,
      after => case when tg_op = 'INSERT' then jsonb_build_object(what, changed.names) end);
  end loop;
  return null;
end;
$$;
comment on function private.audit_service_links() is
  'Trigger: who or what can do a service has changed; one event per service and statement, with names. Argument: the table linked to. A service or provider that was deleted has its own event.';
create trigger audit_new after insert on public.service_providers referencing new table as changed_links
  for each statement execute function private.audit_service_links('providers');
create trigger audit_removed after delete on public.service_providers referencing old table as changed_links
  for each statement execute function private.audit_service_links('providers');
create trigger audit_new after insert on public.service_resources referencing new table as changed_links
  for each statement execute function private.audit_service_links('resources');
create trigger audit_removed after delete on public.service_resources referencing old table as changed_links
  for each statement execute function private.audit_service_links('resources');

create function private.require_catalogue_permission(tenant_id uuid) returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_member(tenant_id);
  if tenant_id <> all (private.permitted_tenant_ids('catalogue')) then
    perform private.refuse(403, 'catalogue_not_permitted', 'Changing the catalogue needs the permission for it.');
  end if;
end;
$$;
comment on function private.require_catalogue_permission(uuid) is
  'Returns for owners and members with the permission; 403 catalogue_not_permitted for other members; 404 clinic_not_found for everybody else.';

create function private.service_json(tenant_id uuid, service_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(s) || jsonb_build_object(
      'provider_ids', array(
        select p.id from public.service_providers x join public.providers p on p.tenant_id = x.tenant_id and p.id = x.provider_id
        where x.tenant_id = s.tenant_id and x.service_id = s.id order by p.sort, lower(p.name), p.id),
      'resource_ids', array(
        select r.id from public.service_resources x join public.resources r on r.tenant_id = x.tenant_id and r.id = x.resource_id
        where x.tenant_id = s.tenant_id and x.service_id = s.id order by lower(r.name), r.id))
    from public.services s where s.tenant_id = service_json.tenant_id and s.id = service_json.service_id
  );
end;
$$;
comment on function private.service_json(uuid, uuid) is 'A service with provider_ids and resource_ids, in the order of their lists.';

create function private.require_service_fields(given jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  field record;
  cleaned jsonb := '{}'::jsonb;
  bounds constant jsonb := '{"duration_minutes": [5, 720], "buffer_before_minutes": [0, 120], "buffer_after_minutes": [0, 120]}'::jsonb;
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  for field in select e.key, btrim(e.value #>> '{}') as content from jsonb_each(given) e loop
    case
      when field.key = 'name' then null;
      when bounds ? field.key then
        if coalesce(field.content, '') !~ '^[0-9]{1,4}$' or field.content::integer not between (bounds #>> array[field.key, '0'])::integer and (bounds #>> array[field.key, '1'])::integer then
          perform private.refuse(422, case field.key when 'duration_minutes' then 'duration_invalid' else 'buffer_invalid' end,
            format('Minutes are whole numbers from %s to %s.', bounds #>> array[field.key, '0'], bounds #>> array[field.key, '1']), field.key);
        end if;
      when field.key = 'price' then
        field.content := nullif(field.content, '');
        if field.content !~ '^[0-9]{1,8}(\.[0-9]{1,2})?$' then
          perform private.refuse(422, 'price_invalid', 'A price is a number of up to eight digits with two decimals.', left(field.content, 60));
        end if;
      when field.key = 'currency' then
        if coalesce(field.content, '') !~ '^[A-Z]{3}$' then
          perform private.refuse(422, 'currency_invalid', 'A currency is a code of three letters.', coalesce(left(field.content, 60), ''));
        end if;
      when field.key = 'colour' then
        if not coalesce(private.is_colour(field.content), false) then
          perform private.refuse(422, 'colour_unknown', 'There is no such colour to choose.', coalesce(left(field.content, 60), ''));
        end if;
      else
        perform private.refuse(422, 'values_invalid', 'A service has no such field.', left(field.key, 60));
    end case;
    cleaned := cleaned || jsonb_build_object(field.key, field.content);
  end loop;
  return cleaned;
end;
$$;
comment on function private.require_service_fields(jsonb) is
  'The form''s values, checked: 422 duration_invalid, buffer_invalid (detail: the field), price_invalid, currency_invalid, colour_unknown, values_invalid. The trigger looks at the name.';

create function private.save_service(
  tenant_id uuid, service_id uuid, fields jsonb, provider_ids uuid[], resource_ids uuid[], seen_updated_at timestamptz)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  given jsonb;
  service public.services;
  wanted public.services;
begin
  perform private.require_catalogue_permission(tenant_id);
  given := private.require_service_fields(fields);
  if service_id is not null then
    select * into service from public.services s where s.tenant_id = save_service.tenant_id and s.id = service_id for no key update;
    if service.id is null then
      perform private.refuse(404, 'service_not_found', 'There is no such service.');
    elsif service.updated_at > seen_updated_at then
      perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this service in the meantime.');
    end if;
  end if;
  wanted := jsonb_populate_record(service, given);
  if service_id is null then
    insert into public.services (tenant_id, name, duration_minutes, buffer_before_minutes, buffer_after_minutes, price, currency, colour)
    values (save_service.tenant_id, wanted.name, coalesce(wanted.duration_minutes, 30), coalesce(wanted.buffer_before_minutes, 0),
      coalesce(wanted.buffer_after_minutes, 0), wanted.price, coalesce(wanted.currency, 'RON'), coalesce(wanted.colour, 'teal'))
    returning * into service;
  else
    -- Always, because updated_at stands for the links as well.
    update public.services s
    set name = wanted.name, duration_minutes = wanted.duration_minutes, buffer_before_minutes = wanted.buffer_before_minutes,
        buffer_after_minutes = wanted.buffer_after_minutes, price = wanted.price, currency = wanted.currency, colour = wanted.colour
    where s.tenant_id = service.tenant_id and s.id = service.id;
  end if;
  if exists (select from unnest(provider_ids) i (id) where not exists (
    select from public.providers p where p.tenant_id = save_service.tenant_id and p.id = i.id))
  then
    perform private.refuse(422, 'provider_unknown', 'There is no such provider.');
  elsif exists (select from unnest(resource_ids) i (id) where not exists (
    select from public.resources r where r.tenant_id = save_service.tenant_id and r.id = i.id))
  then
    perform private.refuse(422, 'resource_unknown', 'There is no such resource.');
  end if;
  delete from public.service_providers x
  where x.tenant_id = service.tenant_id and x.service_id = service.id and x.provider_id <> all (coalesce(provider_ids, '{}'));
  insert into public.service_providers (tenant_id, service_id, provider_id)
  select service.tenant_id, service.id, i.id from unnest(provider_ids) i (id) on conflict do nothing;
  delete from public.service_resources x
  where x.tenant_id = service.tenant_id and x.service_id = service.id and x.resource_id <> all (coalesce(resource_ids, '{}'));
  insert into public.service_resources (tenant_id, service_id, resource_id)
  select service.tenant_id, service.id, i.id from unnest(resource_ids) i (id) on conflict do nothing;
  return private.service_json(tenant_id, service.id);
exception when unique_violation then
  perform private.refuse(409, 'name_taken', 'There is one of this name already.');
  return null;
end;
$$;
create function public.save_service(
  tenant_id uuid, service_id uuid, fields jsonb, provider_ids uuid[] default '{}', resource_ids uuid[] default '{}',
  seen_updated_at timestamptz default null)
returns jsonb language sql set search_path = ''
return private.save_service(tenant_id, service_id, fields, provider_ids, resource_ids, seen_updated_at);
comment on function public.save_service(uuid, uuid, jsonb, uuid[], uuid[], timestamptz) is
  'Member with the permission catalogue: adds a service (service_id null) or changes the fields given, and replaces who and what can do it; returns it with provider_ids and resource_ids. 403 catalogue_not_permitted; 404 clinic_not_found, service_not_found; 409 name_taken, changed_meanwhile; 422 catalogue_name_required, name_too_long, duration_invalid, buffer_invalid, price_invalid, currency_invalid, colour_unknown, provider_unknown, resource_unknown, values_invalid.';
grant execute on function private.save_service(uuid, uuid, jsonb, uuid[], uuid[], timestamptz),
  public.save_service(uuid, uuid, jsonb, uuid[], uuid[], timestamptz) to authenticated;
