-- What: the functions with which an import begins, takes slices of rows, and ends.
-- Who:  every member of the clinic.
-- Relies on: import and import_rows migrations. The browser reads the file and sends it slice by slice, in order.

-- a slice ----------------------------------------------------------------------------------------------------------

create function private.import_rows(tenant_id uuid, "rows" jsonb, options jsonb) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  home text := (select t.country from public.tenants t where t.id = import_rows.tenant_id);
  results jsonb[] := '{}'::jsonb[];
  result jsonb;
  one jsonb;
  state text;
  code text;
  detail text;
begin
  for one in select e from jsonb_array_elements("rows") with ordinality x (e, n) order by n loop
    begin
      result := private.import_client(tenant_id, home, one, options);
    exception when others then
      get stacked diagnostics state = returned_sqlstate, code = pg_exception_hint, detail = pg_exception_detail;
      -- A refusal or a value that fits nowhere is this row's; anything else, such as a deadlock, ends the slice.
      if state !~ '^(PT4|22|23)' then
        raise;
      end if;
      result := jsonb_build_object('outcome', 'failed', 'client_id', null, 'errors', jsonb_build_array(private.import_error(state, code, detail)));
    end;
    results := results || (result || jsonb_build_object('row', one -> 'row'));
  end loop;
  return to_jsonb(results);
end;
$$;
comment on function private.import_rows(uuid, jsonb, jsonb) is 'Brings rows in one after the other; one that fails leaves nothing behind and does not stop the others.';

create function private.import_error(state text, code text, detail text) returns jsonb
language plpgsql
immutable
set search_path = ''
as $$
declare
  whose jsonb;
begin
  if state !~ '^PT4' then
    return jsonb_build_object('field', null, 'code', 'values_invalid', 'value', '');
  elsif code = 'identifier_taken' and detail like '{%' then
    whose := detail::jsonb;
    return jsonb_build_object('field', whose ->> 'kind', 'code', code, 'value', whose ->> 'value',
      'client', jsonb_build_object('id', whose ->> 'client_id', 'name', whose ->> 'name'));
  end if;
  return jsonb_build_object(
    'field', case code when 'field_too_long' then detail when 'date_of_birth_invalid' then 'date_of_birth' when 'client_name_required' then 'last_name' end,
    'code', code, 'value', case when code = 'field_too_long' then '' else left(detail, 60) end);
end;
$$;
comment on function private.import_error(text, text, text) is
  'A refusal as a row''s error { field, code, value }; of identifier_taken also whose it is: client { id, name }.';

-- the functions of the API -----------------------------------------------------------------------------------------

create function private.begin_client_import(tenant_id uuid, file_name text, row_count integer, mapping jsonb) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  import public.client_imports;
  named text := btrim(regexp_replace(coalesce(file_name, ''), '[[:cntrl:]]', '', 'g'));
begin
  perform private.require_member(tenant_id);
  if named = '' or length(named) > 255 then
    perform private.refuse(422, 'file_name_invalid', 'The file needs a name of 255 characters at most.');
  elsif coalesce(row_count, 0) < 1 then
    perform private.refuse(422, 'import_empty', 'The file has no rows.');
  elsif row_count > 10000 then
    perform private.refuse(422, 'too_many_rows', 'A file has 10,000 rows at most.', '10000');
  elsif jsonb_typeof(mapping) is distinct from 'object' or length(mapping::text) > 20000 then
    perform private.refuse(422, 'values_invalid', 'The mapping is not an object.', 'mapping');
  end if;
  insert into public.client_imports (tenant_id, file_name, row_count, mapping)
  values (begin_client_import.tenant_id, named, begin_client_import.row_count, begin_client_import.mapping)
  returning * into import;
  perform private.record_event('clients.import_started', tenant_id, 'client_import', import.id::text, import.file_name,
    details => jsonb_build_object('rows', import.row_count));
  return to_jsonb(import);
end;
$$;
create function public.begin_client_import(tenant_id uuid, file_name text, row_count integer, mapping jsonb default '{}') returns jsonb
language sql set search_path = ''
return private.begin_client_import(tenant_id, file_name, row_count, mapping);
comment on function public.begin_client_import(uuid, text, integer, jsonb) is
  'Member: begins an import of row_count rows and returns it. 404 clinic_not_found; 422 file_name_invalid, import_empty, too_many_rows, values_invalid.';
grant execute on function private.begin_client_import(uuid, text, integer, jsonb), public.begin_client_import(uuid, text, integer, jsonb) to authenticated;

create function private.require_import_slice("rows" jsonb, options jsonb) returns void
language plpgsql
immutable
set search_path = ''
as $$
begin
  if jsonb_typeof("rows") is distinct from 'array' then
    perform private.refuse(422, 'values_invalid', 'The rows are a list.', 'rows');
  elsif jsonb_array_length("rows") > 250 then
    perform private.refuse(422, 'too_many_rows', 'No more than 250 rows at once.', '250');
  elsif exists (
    select from jsonb_array_elements("rows") e
    where jsonb_typeof(e) <> 'object' or jsonb_typeof(e -> 'row') is distinct from 'number' or (e ->> 'row') !~ '^[0-9]{1,6}$'
      or exists (select from unnest(array['emails', 'phones', 'tags']) f where jsonb_typeof(e -> f) not in ('array', 'null')))
  then
    perform private.refuse(422, 'values_invalid', 'Each row has a number; addresses, numbers and tags are lists.', 'rows');
  elsif coalesce(options ->> 'on_match', 'update') not in ('update', 'skip') or coalesce(options ->> 'on_taken', 'refuse') not in ('refuse', 'share') then
    perform private.refuse(422, 'values_invalid', 'on_match is update or skip, on_taken refuse or share.', 'options');
  end if;
end;
$$;
comment on function private.require_import_slice(jsonb, jsonb) is 'Refuses (422 values_invalid, too_many_rows) what is no slice of rows.';

create function private.import_clients(tenant_id uuid, import_id uuid, "rows" jsonb, options jsonb, dry_run boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
-- A clinic that is being filled is not in the statistics yet: plans made for it by name would read all it has for each row.
set plan_cache_mode = force_generic_plan
as $$
declare
  import public.client_imports;
  results jsonb;
begin
  perform private.require_member(tenant_id);
  perform private.require_import_slice("rows", options);
  if not dry_run then
    select * into import from public.client_imports i where i.tenant_id = import_clients.tenant_id and i.id = import_id for no key update;
    if import.id is null then
      perform private.refuse(404, 'import_not_found', 'There is no such import.');
    elsif import.status <> 'running' then
      perform private.refuse(409, 'import_over', 'This import is over.');
    end if;
  end if;
  -- A trial is the real thing, taken back at the end.
  begin
    -- Two files at once would lock each other's clients in any order.
    perform pg_advisory_xact_lock(hashtextextended('client_import ' || import_clients.tenant_id, 0));
    results := private.import_rows(tenant_id, "rows", options);
    if dry_run then
      raise exception using errcode = 'CHDRY', message = 'trial';
    end if;
  exception when sqlstate 'CHDRY' then
    null;
  end;
  if not dry_run then
    update public.client_imports i
    set added = i.added + c.added, updated = i.updated + c.updated, unchanged = i.unchanged + c.unchanged, failed = i.failed + c.failed,
        last_row = greatest(i.last_row, c.last_row)
    from (
      select count(*) filter (where r.outcome = 'added') as added, count(*) filter (where r.outcome = 'updated') as updated,
        count(*) filter (where r.outcome = 'unchanged') as unchanged, count(*) filter (where r.outcome = 'failed') as failed,
        coalesce(max(r.row), 0) as last_row
      from jsonb_to_recordset(results) r ("row" integer, outcome text) where r.row > import.last_row
    ) c
    where i.id = import.id;
  end if;
  return jsonb_build_object('results', results);
end;
$$;
create function public.import_clients(tenant_id uuid, import_id uuid, "rows" jsonb, options jsonb default '{}', dry_run boolean default false)
returns jsonb language sql set search_path = ''
return private.import_clients(tenant_id, import_id, "rows", options, coalesce(dry_run, false));
comment on function public.import_clients(uuid, uuid, jsonb, jsonb, boolean) is
  'Member: brings in up to 250 rows { row, first_name, last_name, date_of_birth, emails, phones, address_line1 …, tags, note }; with dry_run nothing is kept and import_id may be null. options { on_match: update | skip, on_taken: refuse | share }. { results: [{ row, outcome: added | updated | unchanged | failed, client_id, errors: [{ field, code, value, client? }] }] }. The same rows once more are unchanged. 404 clinic_not_found, import_not_found; 409 import_over; 422 values_invalid, too_many_rows.';
grant execute on function private.import_clients(uuid, uuid, jsonb, jsonb, boolean), public.import_clients(uuid, uuid, jsonb, jsonb, boolean) to authenticated;

create function private.finish_client_import(tenant_id uuid, import_id uuid, cancelled boolean) returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  import public.client_imports;
  wanted text := case when cancelled then 'cancelled' else 'finished' end;
begin
  perform private.require_member(tenant_id);
  -- Waits for a slice that is under way: slices are kept whole.
  select * into import from public.client_imports i where i.tenant_id = finish_client_import.tenant_id and i.id = import_id for no key update;
  if import.id is null then
    perform private.refuse(404, 'import_not_found', 'There is no such import.');
  elsif import.status = wanted then
    return to_jsonb(import);
  elsif import.status <> 'running' then
    perform private.refuse(409, 'import_over', 'This import is over.');
  end if;
  update public.client_imports i set status = wanted, finished_at = now() where i.id = import.id returning * into import;
  perform private.record_event('clients.import_' || wanted, tenant_id, 'client_import', import.id::text, import.file_name,
    details => jsonb_build_object('rows', import.row_count, 'added', import.added, 'updated', import.updated,
      'unchanged', import.unchanged, 'failed', import.failed));
  return to_jsonb(import);
end;
$$;
create function public.finish_client_import(tenant_id uuid, import_id uuid, cancelled boolean default false) returns jsonb
language sql set search_path = ''
return private.finish_client_import(tenant_id, import_id, coalesce(cancelled, false));
comment on function public.finish_client_import(uuid, uuid, boolean) is
  'Member: ends an import, or cancels it, keeping what was brought in, and returns it with its counts. 404 clinic_not_found, import_not_found; 409 import_over.';
grant execute on function private.finish_client_import(uuid, uuid, boolean), public.finish_client_import(uuid, uuid, boolean) to authenticated;
