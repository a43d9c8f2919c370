-- What: bringing clients in from a file: the list of imports, what a row says, and whom it is about.
-- Who:  every member of the clinic sees the list; the functions are called by import_clients alone.
-- Relies on: client_details, client_identifiers, saving_clients and notes migrations, search_key of platform_search.
--
-- The browser reads the file and sends it slice by slice, in order. Each slice is a transaction and each row in it stands alone:
-- a bad row is reported and the others are kept. Sending a slice once more, or the whole file, finds the clients that are there.

create table public.client_imports (
  id uuid primary key default gen_random_uuid(),
  tenant_id uuid not null references public.tenants (id),
  file_name text not null check (file_name = btrim(file_name) and length(file_name) between 1 and 255),
  row_count integer not null check (row_count between 1 and 10000),
  mapping jsonb not null default '{}' check (jsonb_typeof(mapping) = 'object' and length(mapping::text) <= 20000),
  added integer not null default 0,
  updated integer not null default 0,
  unchanged integer not null default 0,
  failed integer not null default 0,
  last_row integer not null default 0,
  status text not null default 'running' check (status in ('running', 'finished', 'cancelled')),
  created_at timestamptz not null default now(),
  created_by uuid default auth.uid(),
  finished_at timestamptz,
  unique (tenant_id, id),
  foreign key (tenant_id, created_by) references public.memberships (tenant_id, user_id),
  check ((status = 'running') = (finished_at is null))
);
comment on table public.client_imports is 'Files from which clients were brought in, with what became of their rows.';
comment on column public.client_imports.mapping is 'Which column of the file went into which field.';
comment on column public.client_imports.last_row is 'Number of the last row counted: a slice that comes a second time is not counted twice.';
comment on column public.client_imports.status is 'running until the browser says that it is done; one whose browser was closed stays so.';
create index client_imports_newest_idx on public.client_imports (tenant_id, created_at desc, id desc);
create index client_imports_created_by_idx on public.client_imports (tenant_id, created_by);

alter table public.client_imports enable row level security;
create policy "members read their clinic's imports" on public.client_imports for select to authenticated
  using (tenant_id = any ((select private.tenant_ids())::uuid[]));
grant select on public.client_imports to authenticated;
grant select, insert, update, delete on public.client_imports to service_role;

-- what a row says --------------------------------------------------------------------------------------------------

create function private.read_import_values(given jsonb, out cleaned jsonb, out errors jsonb)
language plpgsql
immutable
set search_path = ''
as $$
declare
  code text;
  detail text;
  field text;
begin
  errors := '[]';
  -- One field is refused at a time; the rest is asked again without it, so that a row is told everything at once.
  loop
    begin
      cleaned := private.require_client_values(given);
      return;
    exception when sqlstate 'PT422' then
      get stacked diagnostics code = pg_exception_hint, detail = pg_exception_detail;
    end;
    field := case when code in ('field_too_long', 'values_invalid') then detail else regexp_replace(code, '_invalid$', '') end;
    if not given ? field then
      perform private.refuse(422, code, 'A row cannot be read.', detail);
    end if;
    errors := errors || jsonb_build_object('field', field, 'code', code, 'value', left(given ->> field, 60));
    given := given - field;
  end loop;
end;
$$;
comment on function private.read_import_values(jsonb) is
  'The details of a row, checked: those in order, and [{ field, code, value }] for the others.';

create function private.read_import_identifiers("row" jsonb, country text, out identifiers jsonb, out errors jsonb)
language plpgsql
stable
set search_path = ''
as $$
declare
  value text;
begin
  identifiers := '[]';
  errors := '[]';
  for value in select btrim(e) from jsonb_array_elements_text(coalesce("row" -> 'emails', '[]')) e where btrim(e) <> '' limit 10 loop
    begin
      identifiers := identifiers || jsonb_build_object('kind', 'email', 'raw', value, 'normalised', private.require_email(value));
    exception when sqlstate 'PT422' then
      errors := errors || jsonb_build_object('field', 'email', 'code', 'email_invalid', 'value', left(value, 60));
    end;
  end loop;
  for value in select btrim(e) from jsonb_array_elements_text(coalesce("row" -> 'phones', '[]')) e where btrim(e) <> '' limit 10 loop
    if value !~ '^[0-9+()./ -]{3,40}$' or value !~ '[0-9].*[0-9].*[0-9]' then
      errors := errors || jsonb_build_object('field', 'phone', 'code', 'phone_invalid', 'value', left(value, 60));
    else
      identifiers := identifiers || jsonb_build_object('kind', 'phone', 'raw', value, 'normalised', private.normal_phone(value, country));
    end if;
  end loop;
  -- The same number twice, once with and once without the country's code, is one.
  identifiers := coalesce((
    select jsonb_agg(first.e order by first.n)
    from (
      select distinct on (e ->> 'kind', coalesce(e ->> 'normalised', e ->> 'raw')) e, n
      from jsonb_array_elements(identifiers) with ordinality x (e, n)
      order by e ->> 'kind', coalesce(e ->> 'normalised', e ->> 'raw'), n
    ) first), '[]');
end;
$$;
comment on function private.read_import_identifiers(jsonb, text) is
  'A row''s addresses and numbers as [{ kind, raw, normalised }], each once, and [{ field, code, value }] for what is none.';

create function private.read_import_texts("row" jsonb, out errors jsonb)
language plpgsql
immutable
set search_path = ''
as $$
begin
  errors := coalesce((
    select jsonb_agg(jsonb_build_object('field', 'tags', 'code', 'field_too_long', 'value', left(t, 60)))
    from jsonb_array_elements_text(coalesce("row" -> 'tags', '[]')) t where length(btrim(t)) > 50), '[]');
  if length("row" ->> 'note') > 20000 then
    errors := errors || jsonb_build_object('field', 'note', 'code', 'field_too_long', 'value', left("row" ->> 'note', 60));
  end if;
end;
$$;
comment on function private.read_import_texts(jsonb) is '[{ field, code, value }] for tags and notes that are too long.';

-- whom it is about -------------------------------------------------------------------------------------------------

create function private.may_be_named(first_name text, last_name text, date_of_birth date, client public.clients) returns boolean
language plpgsql
immutable
set search_path = ''
as $$
declare
  here text := private.search_key(first_name);
  there text := private.search_key((client).first_name);
begin
  if private.search_key(concat_ws(' ', first_name, last_name)) in (
    private.search_key(concat_ws(' ', (client).first_name, (client).last_name)),
    private.search_key(concat_ws(' ', (client).last_name, (client).first_name)))
  then
    return true;
  elsif date_of_birth <> (client).date_of_birth then
    return false;
  elsif here = '' or there = '' or date_of_birth = (client).date_of_birth then
    return true;
  end if;
  -- Ana and Anna are one person who was written down twice; Ana and Radu who share a phone are a family.
  return string_to_array(here, ' ') && string_to_array(there, ' ') or extensions.similarity(here, there) >= 0.45;
end;
$$;
comment on function private.may_be_named(text, text, date, public.clients) is
  'Whether a client reached by the same address or number may be the person of this name, not another one of the family.';

create function private.find_imported_client(tenant_id uuid, given jsonb, identifiers jsonb) returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  called text := coalesce(given ->> 'first_name', '');
  family text := coalesce(given ->> 'last_name', '');
  born date := (given ->> 'date_of_birth')::date;
  sorted_as text := lower(btrim(family || ' ' || called) collate "und-x-icu");
  which text;
  candidates uuid[];
  client uuid;
begin
  -- By address, then by number. Without a name, one that several people share tells nothing.
  foreach which in array array['email', 'phone'] loop
    candidates := array(
      select i.client_id from public.client_identifiers i
      where i.tenant_id = find_imported_client.tenant_id and i.kind = which and (sorted_as <> '' or not i.is_shared)
        and i.normalised = any (array(select e ->> 'normalised' from jsonb_array_elements(identifiers) e where e ->> 'kind' = which)));
    continue when candidates = '{}';
    select c.id into client from public.clients c
    where c.tenant_id = find_imported_client.tenant_id and c.id = any (candidates) and c.merged_into is null
      and private.may_be_named(called, family, born, c)
    order by c.sort_name = sorted_as desc, c.date_of_birth is not distinct from born desc, c.created_at, c.id
    limit 1;
    if client is not null then
      return client;
    end if;
  end loop;
  -- By the end of a number that is written differently, if only one client has it.
  candidates := array(
    select distinct i.client_id from public.client_identifiers i
    where i.tenant_id = find_imported_client.tenant_id and i.suffix = any (array(
      select substring(regexp_replace(coalesce(e ->> 'normalised', e ->> 'raw'), '[^0-9]', '', 'g') from '[0-9]{6,9}$')
      from jsonb_array_elements(identifiers) e where e ->> 'kind' = 'phone')));
  if cardinality(candidates) = 1 then
    select c.id into client from public.clients c
    where c.tenant_id = find_imported_client.tenant_id and c.id = candidates[1] and c.merged_into is null
      and private.may_be_named(called, family, born, c);
  end if;
  if client is not null or sorted_as = '' then
    return client;
  end if;
  -- By the same name and day of birth; with the name alone only when there is nothing else in the row, or the same raw number.
  select c.id into client
  from public.clients c
  where c.tenant_id = find_imported_client.tenant_id and c.sort_name = sorted_as and c.merged_into is null
    and (c.date_of_birth = born
      or (born is null and c.date_of_birth is null and (identifiers = '[]' or exists (
        select from public.client_identifiers i join jsonb_array_elements(identifiers) e on e ->> 'raw' = i.raw
        where i.tenant_id = c.tenant_id and i.client_id = c.id))))
  order by c.created_at, c.id
  limit 1;
  return client;
end;
$$;
comment on function private.find_imported_client(uuid, jsonb, jsonb) is
  'The client a row is about: by e-mail, by phone, by the end of a phone number only one client has, else by exact name and day of birth; null when there is none yet.';
