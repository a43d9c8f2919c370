-- What: erasing what a clinic holds about a client, also from the audit log (docs/erasure.md).
-- Who:  the database's owner alone, from the SQL editor; no API role.
-- Relies on: client_erasure, misspelled_names and file_upkeep migrations, and everything that refers to clients.

create function private.switch_audit_of_clients(is_on boolean) returns void
language plpgsql
set search_path = ''
as $$
declare
  watched record;
begin
  for watched in
    select distinct t.tgrelid::regclass as source, t.tgname
    from pg_catalog.pg_trigger t join private.client_references() r on r.source = t.tgrelid
    where t.tgfoid = 'private.audit_row_change()'::regprocedure order by 1, 2
  loop
    execute format('alter table %s %s trigger %I', watched.source, case when is_on then 'enable' else 'disable' end, watched.tgname);
  end loop;
end;
$$;
comment on function private.switch_audit_of_clients(boolean) is
  'Switches the recording of changes to clients and all that refers to them off or on, for the transaction that has locked these tables.';

create function private.erase_client_files(client_ids uuid[]) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  emptied bigint;
begin
  -- The sweep removes the objects and brings the rows to their end; no one brings back what waits for it.
  insert into private.object_removals (object_name, reason)
  select f.object_name, case when f.stored_at is null then 'cancelled' else 'deleted' end
  from public.client_files f where f.client_id = any (client_ids) and f.state <> 'deleted'
  on conflict do nothing;
  update public.client_files f
  set name = '–', description = '', deleted_at = coalesce(f.deleted_at, now()), deleted_by = null,
      state = case when f.state = 'deleted' then 'deleted' else 'deleting' end
  where f.client_id = any (client_ids);
  get diagnostics emptied = row_count;
  return emptied;
end;
$$;
comment on function private.erase_client_files(uuid[]) is 'Empties the names of clients'' files and queues their contents for removal by the next sweep. Returns how many.';

create function private.erase_client_rows(client_ids uuid[]) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  rule record;
  changed bigint;
  counts jsonb := '{}'::jsonb;
begin
  for rule in
    select r.source, r.client_column, e.treatment, e.emptied
    from private.client_references() r
    left join private.client_erasure_rules e on e.source::regclass = r.source and e.client_column = r.client_column
    order by 1, 2
  loop
    case rule.treatment
      when 'client' then continue;
      when 'files' then changed := private.erase_client_files(client_ids);
      when 'delete' then
        execute format('delete from %s t where t.%I = any ($1)', rule.source, rule.client_column) using client_ids;
        get diagnostics changed = row_count;
      when 'empty' then
        execute format('update %s t set %s where t.%I = any ($1)', rule.source, (
          select string_agg(format('%I = %L', v.key, v.value), ', ') from jsonb_each_text(rule.emptied) v), rule.client_column) using client_ids;
        get diagnostics changed = row_count;
      else
        raise exception 'No rule says how %.% is erased: private.client_erasure_rules.', rule.source, rule.client_column;
    end case;
    counts := counts || jsonb_build_object(rule.source::text, coalesce((counts ->> rule.source::text)::bigint, 0) + changed);
  end loop;
  return counts;
end;
$$;
comment on function private.erase_client_rows(uuid[]) is 'Treats all rows that refer to clients by their rules: { table: number }.';

create function private.empty_clients(client_ids uuid[]) returns void
language plpgsql
set search_path = ''
as $$
begin
  -- All columns but those that say nothing about the person: one that is added tomorrow is emptied too.
  execute (
    select 'update public.clients set ' || string_agg(format('%I = default', a.attname), ', ')
      || $set$, last_name = 'erased-' || left(id::text, 8), archived_at = coalesce(archived_at, now()), erased_at = now(), updated_at = now()$set$
      || ' where id = any ($1)'
    from pg_catalog.pg_attribute a
    where a.attrelid = 'public.clients'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
      and a.attname <> all ('{id,tenant_id,last_name,search_text,created_at,created_by,updated_at,archived_at,erased_at,merged_into,merged_at,last_activity_at,last_activity_kind}')
  ) using client_ids;
end;
$$;
comment on function private.empty_clients(uuid[]) is 'Empties clients'' rows; in place of a name they have the beginning of their id.';

create function private.client(clinic text, identifier text) returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  tenant uuid := private.clinic(clinic);
  written constant text := btrim(coalesce(identifier, ''));
  found uuid[];
begin
  found := array(
    select c.id from public.clients c
    where c.tenant_id = tenant and c.merged_into is null and (
      c.id::text = lower(written)
      or exists (
        select from public.client_identifiers i
        where i.tenant_id = c.tenant_id and i.client_id = c.id
          and i.normalised in (lower(written), private.normal_phone(written, (select t.country from public.tenants t where t.id = tenant)))))
    order by c.id);
  if cardinality(found) = 1 then
    return found[1];
  end if;
  perform private.refuse(
    case when found = '{}' then 404 else 409 end, case when found = '{}' then 'client_not_found' else 'client_ambiguous' end,
    format(case when found = '{}' then 'There is no client "%s" at this clinic.' else 'Several clients have "%s": give the id.' end, written),
    array_to_string(found, ', '));
  return null;
end;
$$;
comment on function private.client(text, text) is
  'For the SQL editor: the id of a clinic''s client by e-mail address, phone number or id. 404 clinic_not_found, client_not_found; 409 client_ambiguous (detail: the ids).';

create function private.clients_to_erase(tenant_id uuid, client_id uuid) returns uuid[]
language plpgsql
stable
set search_path = ''
as $$
declare
  client public.clients;
begin
  select * into client from public.clients c where c.tenant_id = clients_to_erase.tenant_id and c.id = clients_to_erase.client_id;
  if client.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  elsif client.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one: erase that one.', client.merged_into::text);
  elsif client.erased_at is not null then
    perform private.refuse(409, 'client_erased', 'What was known of this client has been erased.');
  end if;
  return client.id || array(select c.id from public.clients c where c.tenant_id = client.tenant_id and c.merged_into = client.id order by c.id);
end;
$$;
comment on function private.clients_to_erase(uuid, uuid) is
  'The client and those merged into it. 404 client_not_found; 409 client_merged (detail: whom to erase), client_erased.';

create function private.lock_client_tables() returns void
language plpgsql
set search_path = ''
as $$
declare
  old_lock_timeout constant text := current_setting('lock_timeout');
  source regclass;
begin
  for attempt in 1..60 loop
    begin
      -- Who books has appointments and then wants the client, who merges the other way round: in no order would nobody be waited
      -- for who waits for this. So the tables are given back before anybody is told of a deadlock.
      perform set_config('lock_timeout', '300ms', true);
      for source in select distinct r.source from private.client_references() r union select 'public.clients' order by 1 loop
        execute format('lock table %s in share row exclusive mode', source);
      end loop;
      perform set_config('lock_timeout', old_lock_timeout, true);
      return;
    exception when lock_not_available or deadlock_detected then
      perform pg_sleep(0.05 + random() * 0.1);
    end;
  end loop;
  perform private.refuse(409, 'records_busy', 'Others are writing to the records of clients all the time. Please try again.');
end;
$$;
comment on function private.lock_client_tables() is
  'From here on nobody else writes to clients or to anything that refers to them, at any clinic, until the end of the transaction. 409 records_busy.';

create function private.erase_client(tenant_id uuid, client_id uuid, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  ids uuid[];
  events integer;
  counts jsonb;
  step private.client_erasure_steps;
begin
  reason := private.require_reason(reason);
  ids := private.clients_to_erase(tenant_id, client_id);
  -- Before the tables are locked: these wait for rows that others have, who may be waiting for the tables.
  for step in select * from private.client_erasure_steps s order by s.name loop
    execute format('select private.%I($1, $2)', step.worker) using tenant_id, ids;
  end loop;
  perform private.lock_client_tables();
  if ids <> private.clients_to_erase(tenant_id, client_id) then
    perform private.refuse(409, 'changed_meanwhile', 'This client has just been merged with another one. Please try again.');
  end if;
  events := private.erase_audit_of_client(tenant_id, ids, reason);

  -- The events of these changes would hold once more what is being erased; client.erased stands for all of them. Nobody can
  -- write to the tables meanwhile, and no other trigger tells or follows.
  set constraints all immediate;
  perform private.switch_audit_of_clients(false);
  perform set_config('chairside.keep_times', 'on', true);
  counts := private.erase_client_rows(ids);
  perform private.empty_clients(ids);
  perform private.forget_client_words(tenant_id);
  update private.client_merges m
  set keep_before = null, keep_after = null, merge_before = null, primaries = null, moved = null, set_aside = null
  where m.tenant_id = erase_client.tenant_id and (m.keep_id = any (ids) or m.merge_id = any (ids));
  perform set_config('chairside.keep_times', '', true);
  perform private.switch_audit_of_clients(true);

  perform private.record_event('client.erased', tenant_id, 'client', client_id::text, reason => reason,
    details => jsonb_build_object('events', events, 'clients', cardinality(ids)));
  return jsonb_build_object('client_id', client_id, 'clients', cardinality(ids), 'events', events, 'rows', counts);
end;
$$;
comment on function private.erase_client(uuid, uuid, text) is
  'Database owner: erases what a clinic holds about a client, and about those merged into it, for good: { client_id, clients, events, rows: { table: number } }. What is still to come ends first, by the steps in private.client_erasure_steps: visits are cancelled and their times free, the client is off the waiting list, no reminder goes out. The contents of files follow with the next sweep. The reason is kept: it must not name the client. 404 client_not_found; 409 client_merged (detail: whom to erase), client_erased, changed_meanwhile, records_busy, audit_not_sealed; 422 reason_required.';
