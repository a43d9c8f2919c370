-- What: one row of an imported file: adding a client, or completing the one it is about.
-- Who:  import_clients alone, after it has checked membership.
-- Relies on: import, saving_clients, client_identifiers and notes migrations.

create function private.add_imported_extras(tenant_id uuid, client_id uuid, "row" jsonb) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  note text := btrim(coalesce("row" ->> 'note', ''), E' \t\r\n');
  tag text;
  tags uuid[] := '{}'::uuid[];
  chosen uuid;
  has_changed boolean;
begin
  for tag in
    select distinct on (lower(btrim(t))) btrim(t) from jsonb_array_elements_text(coalesce("row" -> 'tags', '[]')) t
    where btrim(t) <> '' order by lower(btrim(t)) limit 20
  loop
    select t.id into chosen from public.tags t where t.tenant_id = add_imported_extras.tenant_id and lower(t.name) = lower(tag);
    if chosen is null then
      insert into public.tags (tenant_id, name) values (add_imported_extras.tenant_id, tag) on conflict do nothing returning id into chosen;
      if chosen is null then
        select t.id into chosen from public.tags t where t.tenant_id = add_imported_extras.tenant_id and lower(t.name) = lower(tag);
      end if;
    end if;
    tags := tags || chosen;
  end loop;
  if cardinality(tags) > 0 then
    insert into public.client_tags (tenant_id, client_id, tag_id)
    select add_imported_extras.tenant_id, add_imported_extras.client_id, t from unnest(tags) t on conflict do nothing;
    has_changed := found;
  end if;
  if note <> '' and not exists (
    select from public.client_notes n
    where n.tenant_id = add_imported_extras.tenant_id and n.client_id = add_imported_extras.client_id and n.body = note)
  then
    insert into public.client_notes (tenant_id, client_id, body) values (add_imported_extras.tenant_id, add_imported_extras.client_id, note);
    has_changed := true;
  end if;
  return coalesce(has_changed, false);
end;
$$;
comment on function private.add_imported_extras(uuid, uuid, jsonb) is
  'Gives the client the row''s tags, new ones are made, and its note unless it is there already. Returns whether anything was added.';

create function private.share_identifiers(tenant_id uuid, client_id uuid, identifiers jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  shared text[];
begin
  with others as (
    select distinct i.id, i.kind || ' ' || i.normalised as value, i.is_shared
    from public.client_identifiers i
    join jsonb_array_elements(identifiers) e on i.kind = e ->> 'kind' and i.normalised = e ->> 'normalised'
    where i.tenant_id = share_identifiers.tenant_id and i.client_id is distinct from share_identifiers.client_id
  ), marked as (
    update public.client_identifiers i set is_shared = true from others o where i.id = o.id and not o.is_shared
  )
  select array_agg(value) into shared from others;
  return (
    select coalesce(jsonb_agg(case when e ->> 'kind' || ' ' || (e ->> 'normalised') = any (shared) then e || '{"is_shared": true}' else e end order by n), '[]')
    from jsonb_array_elements(identifiers) with ordinality x (e, n));
end;
$$;
comment on function private.share_identifiers(uuid, uuid, jsonb) is
  'Marks what other clients have too as shared, with them and in the list it returns.';

create function private.add_imported_client(tenant_id uuid, given jsonb, identifiers jsonb) returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted public.clients := jsonb_populate_record(null::public.clients, given);
  client uuid;
begin
  -- The client follows once, at the end, instead of at every step.
  perform set_config('chairside.many_identifiers', 'on', true);
  insert into public.clients (
    tenant_id, first_name, last_name, date_of_birth, address_line1, address_line2, postal_code, city, region, country,
    preferred_channel, consent_reminders, consent_marketing, email, phone)
  values (
    add_imported_client.tenant_id, coalesce(wanted.first_name, ''), coalesce(wanted.last_name, ''), wanted.date_of_birth,
    coalesce(wanted.address_line1, ''), coalesce(wanted.address_line2, ''), coalesce(wanted.postal_code, ''), coalesce(wanted.city, ''),
    coalesce(wanted.region, ''), wanted.country, wanted.preferred_channel,
    coalesce(wanted.consent_reminders, false), coalesce(wanted.consent_marketing, false),
    jsonb_path_query_first(identifiers, '$[*] ? (@.kind == "email").normalised') #>> '{}',
    jsonb_path_query_first(identifiers, '$[*] ? (@.kind == "phone").raw') #>> '{}')
  returning id into client;
  insert into public.client_identifiers (tenant_id, client_id, kind, raw, is_shared, is_primary)
  select add_imported_client.tenant_id, client, e ->> 'kind', e ->> 'raw', coalesce((e ->> 'is_shared')::boolean, false),
    n = min(n) over (partition by e ->> 'kind')
  from jsonb_array_elements(identifiers) with ordinality x (e, n)
  order by n;
  if identifiers <> '[]' then
    perform private.refresh_identified_client(tenant_id, client);
  end if;
  perform set_config('chairside.many_identifiers', '', true);
  return client;
end;
$$;
comment on function private.add_imported_client(uuid, jsonb, jsonb) is
  'Adds a client with addresses and numbers, the first of each kind as the one to use. What save_client does, for details already checked.';

create function private.update_imported_client(tenant_id uuid, client_id uuid, given jsonb, identifiers jsonb) returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  current jsonb;
  changed jsonb;
  added integer;
begin
  select to_jsonb(c) into current from public.clients c
  where c.tenant_id = update_imported_client.tenant_id and c.id = update_imported_client.client_id for no key update;
  select coalesce(jsonb_object_agg(g.key, g.value) filter (where g.value is distinct from current -> g.key), '{}') into changed from jsonb_each(given) g;
  if changed <> '{}' then
    perform private.save_client(tenant_id, client_id, changed, null, null);
  end if;
  insert into public.client_identifiers (tenant_id, client_id, kind, raw, is_shared)
  select update_imported_client.tenant_id, update_imported_client.client_id, e ->> 'kind', e ->> 'raw', coalesce((e ->> 'is_shared')::boolean, false)
  from jsonb_array_elements(identifiers) with ordinality x (e, n)
  where not exists (
    select from public.client_identifiers i
    where i.tenant_id = update_imported_client.tenant_id and i.client_id = update_imported_client.client_id and i.kind = e ->> 'kind'
      and (i.normalised = e ->> 'normalised' or i.raw = e ->> 'raw'))
  order by n;
  get diagnostics added = row_count;
  return changed <> '{}' or added > 0;
end;
$$;
comment on function private.update_imported_client(uuid, uuid, jsonb, jsonb) is
  'Fills in and changes what the row gives and adds its addresses and numbers; nothing is ever cleared. Returns whether anything changed.';

create function private.import_client(tenant_id uuid, country text, "row" jsonb, options jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  given jsonb;
  identifiers jsonb;
  client uuid;
  outcome text;
  has_changed boolean;
  errors jsonb;
  more_errors jsonb;
begin
  -- What is empty in the file says nothing.
  select coalesce(jsonb_object_agg(e.key, e.value) filter (where btrim(e.value #>> '{}') <> ''), '{}') into given
  from jsonb_each("row" - array['row', 'emails', 'phones', 'tags', 'note']) e;
  select v.cleaned, v.errors into given, errors from private.read_import_values(given) v;
  select i.identifiers, i.errors into identifiers, more_errors from private.read_import_identifiers("row", coalesce(given ->> 'country', country)) i;
  errors := errors || more_errors || private.read_import_texts("row");
  if errors = '[]' then
    client := private.find_imported_client(tenant_id, given, identifiers);
  end if;
  if client is null and not ("row" ? 'first_name' and btrim("row" ->> 'first_name') <> '' or "row" ? 'last_name' and btrim("row" ->> 'last_name') <> '') then
    errors := errors || '{"field": "last_name", "code": "client_name_required", "value": ""}'::jsonb;
  end if;
  if errors <> '[]' then
    return jsonb_build_object('outcome', 'failed', 'client_id', null, 'errors', errors);
  end if;

  if client is not null and options ->> 'on_match' = 'skip' then
    return jsonb_build_object('outcome', 'unchanged', 'client_id', client, 'errors', errors);
  elsif options ->> 'on_taken' = 'share' then
    identifiers := private.share_identifiers(tenant_id, client, identifiers);
  end if;
  if client is null then
    client := private.add_imported_client(tenant_id, given, identifiers);
    outcome := 'added';
    -- That the client came is one event of the timeline, not three; each would write the client and all its indexes anew.
    perform set_config('chairside.keep_times', 'on', true);
    perform private.add_imported_extras(tenant_id, client, "row");
    perform set_config('chairside.keep_times', '', true);
  else
    has_changed := private.update_imported_client(tenant_id, client, given, identifiers);
    has_changed := private.add_imported_extras(tenant_id, client, "row") or has_changed;
    outcome := case when has_changed then 'updated' else 'unchanged' end;
  end if;
  return jsonb_build_object('outcome', outcome, 'client_id', client, 'errors', errors);
end;
$$;
comment on function private.import_client(uuid, text, jsonb, jsonb) is
  'Brings one row in: { outcome, client_id, errors }. What its reading does not find is raised, such as 409 identifier_taken.';
