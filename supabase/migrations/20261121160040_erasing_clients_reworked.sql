-- What: erasing what a clinic holds about a client, also from the audit log (docs/erasure.md).
-- Who:  the database's owner alone, from the SQL editor; no API role.
-- Relies on: client_erasure, misspelled_names and file_upkeep migrations, and everything that refers to clients.

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

create or replace function private.erase_client(tenant_id uuid, client_id uuid, reason text) returns jsonb
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
