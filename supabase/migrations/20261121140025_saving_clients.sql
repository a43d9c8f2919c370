-- What: saving a client's form as a whole: details and all identifiers in one transaction.
-- Who:  every member of the clinic.
-- Relies on: client_details and client_identifiers migrations.

create function private.client_json(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select to_jsonb(c) - 'search_text' || jsonb_build_object(
      'identifiers', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', i.id, 'kind', i.kind, 'raw', i.raw, 'normalised', i.normalised, 'label', i.label, 'is_primary', i.is_primary, 'is_shared', i.is_shared)
          order by i.kind, i.is_primary desc, i.created_at, i.id)
        from public.client_identifiers i where i.tenant_id = c.tenant_id and i.client_id = c.id), '[]'),
      'tags', coalesce((
        select jsonb_agg(jsonb_build_object('id', t.id, 'name', t.name, 'colour', t.colour) order by lower(t.name))
        from public.client_tags x join public.tags t on t.tenant_id = x.tenant_id and t.id = x.tag_id
        where x.tenant_id = c.tenant_id and x.client_id = c.id), '[]'))
    from public.clients c where c.tenant_id = client_json.tenant_id and c.id = client_json.client_id
  );
end;
$$;
comment on function private.client_json(uuid, uuid) is 'A client with identifiers and tags, as functions of the API answer it.';

create function private.require_client_values(given jsonb) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  field record;
  cleaned jsonb := '{}'::jsonb;
  longest constant jsonb := '{"first_name": 100, "last_name": 100, "address_line1": 200, "address_line2": 200, "postal_code": 20, "city": 100, "region": 100}'::jsonb;
begin
  if jsonb_typeof(given) is distinct from 'object' then
    perform private.refuse(422, 'values_invalid', 'The values are not an object.');
  end if;
  for field in select e.key, e.value, btrim(e.value #>> '{}') as content from jsonb_each(given) e loop
    case
      when longest ? field.key then
        if length(field.content) > (longest ->> field.key)::integer then
          perform private.refuse(422, 'field_too_long', format('This field has %s characters at most.', longest ->> field.key), field.key);
        end if;
        cleaned := cleaned || jsonb_build_object(field.key, coalesce(field.content, ''));
      when field.key in ('date_of_birth', 'country', 'preferred_channel') then
        if field.content = '' or field.content is null then
          cleaned := cleaned || jsonb_build_object(field.key, null);
        elsif (case field.key
          when 'date_of_birth' then not private.is_date(field.content) or field.content not between '1880-01-01' and '2199-12-31'
          when 'country' then field.content !~ '^[A-Z]{2}$'
          else field.content not in ('email', 'phone', 'sms') end)
        then
          perform private.refuse(422, field.key || '_invalid', format('This is not a value for %s.', field.key), left(field.content, 60));
        else
          cleaned := cleaned || jsonb_build_object(field.key, field.content);
        end if;
      when field.key in ('consent_reminders', 'consent_marketing') then
        if jsonb_typeof(field.value) <> 'boolean' then
          perform private.refuse(422, 'values_invalid', 'Consent is true or false.', field.key);
        end if;
        cleaned := cleaned || jsonb_build_object(field.key, field.value);
      else
        perform private.refuse(422, 'values_invalid', 'A client has no such field.', left(field.key, 60));
    end case;
  end loop;
  return cleaned;
end;
$$;
comment on function private.require_client_values(jsonb) is
  'The form''s values, trimmed and checked: 422 field_too_long (detail: the field), date_of_birth_invalid, country_invalid, preferred_channel_invalid, values_invalid.';

create function private.is_date(value text) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
begin
  return value ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' and to_char(value::date, 'YYYY-MM-DD') = value;
exception when datetime_field_overflow or invalid_datetime_format then
  return false;
end;
$$;
comment on function private.is_date(text) is 'Whether it is a day that exists, as YYYY-MM-DD.';

create function private.save_identifiers(tenant_id uuid, client_id uuid, identifiers jsonb) returns void
language plpgsql
set search_path = ''
as $$
declare
  wanted record;
  kept uuid[];
begin
  if jsonb_typeof(identifiers) is distinct from 'array' or jsonb_array_length(identifiers) > 20 then
    perform private.refuse(422, 'values_invalid', 'Identifiers are a list of 20 at most.', 'identifiers');
  end if;
  kept := array(select (e ->> 'id')::uuid from jsonb_array_elements(identifiers) e where e ->> 'id' is not null);
  -- The client follows once, at the end, instead of at every step.
  perform set_config('chairside.many_identifiers', 'on', true);
  delete from public.client_identifiers i
  where i.tenant_id = save_identifiers.tenant_id and i.client_id = save_identifiers.client_id and i.id <> all (kept);
  update public.client_identifiers i set is_primary = false
  where i.tenant_id = save_identifiers.tenant_id and i.client_id = save_identifiers.client_id and i.is_primary;
  for wanted in
    select (e ->> 'id')::uuid as id, e ->> 'kind' as kind, coalesce(e ->> 'raw', '') as raw, btrim(coalesce(e ->> 'label', '')) as label,
      coalesce((e ->> 'is_shared')::boolean, false) as is_shared,
      n = min(n) filter (where coalesce((e ->> 'is_primary')::boolean, false)) over (partition by e ->> 'kind') as is_primary
    from jsonb_array_elements(identifiers) with ordinality x (e, n)
    -- Primaries first, so that none is chosen in their place.
    order by 6 desc nulls last, n
  loop
    if wanted.id is not null then
      update public.client_identifiers i
      set raw = btrim(wanted.raw), label = wanted.label, is_shared = wanted.is_shared, is_primary = coalesce(wanted.is_primary, false)
      where i.tenant_id = save_identifiers.tenant_id and i.client_id = save_identifiers.client_id and i.id = wanted.id;
      continue when found;
    end if;
    insert into public.client_identifiers (tenant_id, client_id, kind, raw, label, is_shared, is_primary)
    values (save_identifiers.tenant_id, save_identifiers.client_id, wanted.kind, btrim(wanted.raw), wanted.label, wanted.is_shared, coalesce(wanted.is_primary, false));
  end loop;
  perform set_config('chairside.many_identifiers', '', true);
  perform private.refresh_identified_client(tenant_id, client_id);
exception
  when unique_violation then
    perform private.refuse(409, 'identifier_taken', 'This client or another one has this address or number already.');
  when check_violation or not_null_violation or invalid_text_representation then
    perform private.refuse(422, 'values_invalid', 'An address or number is not as it should be.', 'identifiers');
end;
$$;
comment on function private.save_identifiers(uuid, uuid, jsonb) is
  'Replaces a client''s identifiers by the list [{ id?, kind, raw, label, is_primary, is_shared }]. 409 identifier_taken; 422 email_invalid, phone_invalid, values_invalid.';

create function private.save_client(tenant_id uuid, client_id uuid, details jsonb, identifiers jsonb, seen_updated_at timestamptz) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  given jsonb;
  client public.clients;
  wanted public.clients;
begin
  perform private.require_member(tenant_id);
  given := private.require_client_values(details);
  if client_id is null then
    client.id := gen_random_uuid();
    client.tenant_id := save_client.tenant_id;
  else
    select * into client from public.clients c where c.tenant_id = save_client.tenant_id and c.id = client_id for no key update;
    if client.id is null then
      perform private.refuse(404, 'client_not_found', 'There is no such client.');
    elsif client.merged_into is not null then
      perform private.refuse(409, 'client_merged', 'This client has been merged into another one.', client.merged_into::text);
    elsif client.updated_at <> seen_updated_at then
      perform private.refuse(409, 'changed_meanwhile', 'Somebody else has changed this client in the meantime.');
    end if;
  end if;
  wanted := jsonb_populate_record(client, given);
  if coalesce(wanted.first_name, '') || coalesce(wanted.last_name, '') = '' then
    perform private.refuse(422, 'client_name_required', 'A client needs a first or a last name.');
  end if;
  if client_id is null then
    insert into public.clients (
      id, tenant_id, first_name, last_name, date_of_birth, address_line1, address_line2, postal_code, city, region, country,
      preferred_channel, consent_reminders, consent_marketing)
    values (
      wanted.id, wanted.tenant_id, coalesce(wanted.first_name, ''), coalesce(wanted.last_name, ''), wanted.date_of_birth,
      coalesce(wanted.address_line1, ''), coalesce(wanted.address_line2, ''), coalesce(wanted.postal_code, ''), coalesce(wanted.city, ''),
      coalesce(wanted.region, ''), wanted.country, wanted.preferred_channel,
      coalesce(wanted.consent_reminders, false), coalesce(wanted.consent_marketing, false));
  elsif wanted is distinct from client then
    update public.clients c
    set first_name = wanted.first_name, last_name = wanted.last_name, date_of_birth = wanted.date_of_birth,
        address_line1 = wanted.address_line1, address_line2 = wanted.address_line2, postal_code = wanted.postal_code, city = wanted.city,
        region = wanted.region, country = wanted.country, preferred_channel = wanted.preferred_channel,
        consent_reminders = wanted.consent_reminders, consent_marketing = wanted.consent_marketing
    where c.id = client.id;
  end if;
  if identifiers is not null then
    perform private.save_identifiers(tenant_id, client.id, identifiers);
  end if;
  return private.client_json(tenant_id, client.id);
end;
$$;
create function public.save_client(
  tenant_id uuid, client_id uuid, details jsonb, identifiers jsonb default null, seen_updated_at timestamptz default null)
returns jsonb language sql set search_path = ''
return private.save_client(tenant_id, client_id, details, identifiers, seen_updated_at);
comment on function public.save_client(uuid, uuid, jsonb, jsonb, timestamptz) is
  'Member: adds a client (client_id null) or changes one, with the whole list of identifiers unless that is null: the client with identifiers and tags. 404 client_not_found; 409 identifier_taken (detail: whose), client_merged, changed_meanwhile; 422 client_name_required, field_too_long, date_of_birth_invalid, email_invalid, phone_invalid, values_invalid.';
grant execute on function private.save_client(uuid, uuid, jsonb, jsonb, timestamptz), public.save_client(uuid, uuid, jsonb, jsonb, timestamptz) to authenticated;

create function private.get_client(tenant_id uuid, client_id uuid) returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  found jsonb;
begin
  perform private.require_member(tenant_id);
  found := private.client_json(tenant_id, client_id);
  if found is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  end if;
  return found;
end;
$$;
create function public.get_client(tenant_id uuid, client_id uuid) returns jsonb language sql stable set search_path = ''
return private.get_client(tenant_id, client_id);
comment on function public.get_client(uuid, uuid) is
  'Member: a client with identifiers [{ id, kind, raw, normalised, label, is_primary, is_shared }] and tags [{ id, name, colour }]. 404 clinic_not_found, client_not_found.';
grant execute on function private.get_client(uuid, uuid), public.get_client(uuid, uuid) to authenticated;

create function private.set_primary_identifier(tenant_id uuid, identifier_id uuid) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  chosen public.client_identifiers;
begin
  perform private.require_member(tenant_id);
  select * into chosen from public.client_identifiers i where i.tenant_id = set_primary_identifier.tenant_id and i.id = identifier_id;
  if chosen.id is null then
    perform private.refuse(404, 'identifier_not_found', 'There is no such address or number.');
  end if;
  perform from public.clients c where c.tenant_id = chosen.tenant_id and c.id = chosen.client_id for no key update;
  perform set_config('chairside.many_identifiers', 'on', true);
  update public.client_identifiers i set is_primary = false
  where i.tenant_id = chosen.tenant_id and i.client_id = chosen.client_id and i.kind = chosen.kind and i.is_primary and i.id <> chosen.id;
  perform set_config('chairside.many_identifiers', '', true);
  update public.client_identifiers i set is_primary = true where i.id = chosen.id;
  return private.client_json(tenant_id, chosen.client_id);
end;
$$;
create function public.set_primary_identifier(tenant_id uuid, identifier_id uuid) returns jsonb language sql set search_path = ''
return private.set_primary_identifier(tenant_id, identifier_id);
comment on function public.set_primary_identifier(uuid, uuid) is
  'Member: makes an address or number the one to use and returns the client. 404 clinic_not_found, identifier_not_found.';
grant execute on function private.set_primary_identifier(uuid, uuid), public.set_primary_identifier(uuid, uuid) to authenticated;
