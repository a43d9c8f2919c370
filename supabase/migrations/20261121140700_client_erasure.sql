-- What: erasing what a clinic holds about a client, also from the audit log (docs/erasure.md).
-- Who:  the database's owner alone, from the SQL editor; no API role.
-- Relies on: everything that refers to clients; merging (client_references), misspelled_names, file_upkeep, audit_upkeep migrations.
--
-- client_erasure_rules says for every column that refers to a client what becomes of the row. A migration that adds such a column
-- adds its rule; without one nothing is erased, and a test fails.

alter table public.clients
  add column erased_at timestamptz,
  add constraint clients_erased_check check (erased_at is null or archived_at is not null);
comment on column public.clients.erased_at is 'When all that was known of the client was erased; the row stays for what refers to it.';

create table private.client_erasure_rules (
  source text not null,
  client_column text not null,
  treatment text not null check (treatment in ('delete', 'empty', 'files', 'client')),
  emptied jsonb check ((emptied is not null) = (treatment = 'empty')),
  primary key (source, client_column)
);
comment on table private.client_erasure_rules is 'What erasing a client does to the rows that refer to it.';
comment on column private.client_erasure_rules.treatment is
  'delete: the rows go; empty: they stay with the values in emptied; files: they stay without name, their contents are removed; client: erased as the client is.';
insert into private.client_erasure_rules (source, client_column, treatment, emptied) values
  ('public.activities', 'client_id', 'empty', '{"summary": "", "details": null}'),
  ('public.client_files', 'client_id', 'files', null),
  ('public.client_identifiers', 'client_id', 'delete', null),
  ('public.client_notes', 'client_id', 'delete', null),
  ('public.client_tags', 'client_id', 'delete', null),
  ('public.clients', 'merged_into', 'client', null),
  ('public.contact_points', 'client_id', 'delete', null),
  ('public.tasks', 'client_id', 'delete', null),
  ('private.duplicate_dismissals', 'client_a', 'delete', null),
  ('private.duplicate_dismissals', 'client_b', 'delete', null);

create function private.refuse_erased_client() returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if coalesce(current_setting('chairside.keep_times', true), '') <> 'on' then
    perform private.refuse(409, 'client_erased', 'What was known of this client has been erased.');
  end if;
  return new;
end;
$$;
comment on function private.refuse_erased_client() is 'Trigger: an erased client is neither changed nor brought back, and nothing new happens with it: 409 client_erased.';
create trigger refuse_erased before update on public.clients for each row
  when (old.erased_at is not null) execute function private.refuse_erased_client();

-- the audit log ----------------------------------------------------------------------------------------------------

create function private.audited_entity(source regclass) returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
    select split_part(encode(t.tgargs, 'escape'), E'\\000', 1) from pg_catalog.pg_trigger t
    where t.tgrelid = source and t.tgfoid = 'private.audit_row_change()'::regprocedure limit 1);
end;
$$;
comment on function private.audited_entity(regclass) is 'As what the audit log names the rows of a table; null for one that it does not watch.';

create function private.erase_audit_of_client(tenant_id uuid, client_ids uuid[], reason text) returns integer
language plpgsql
set search_path = ''
as $$
declare
  clients constant text[] := client_ids::text[];
  merges constant text[] := array(
    select m.id::text from private.client_merges m
    where m.tenant_id = erase_audit_of_client.tenant_id and (m.keep_id = any (client_ids) or m.merge_id = any (client_ids)));
  -- Each as "entity id".
  targets text[] := array(select 'client ' || c from unnest(clients) c);
  reference record;
  found text[];
begin
  perform private.require_sealed_audit();
  for reference in
    select r.source, r.client_column, private.audited_entity(r.source) as entity from private.client_references() r
    where private.audited_entity(r.source) is not null
  loop
    execute format('select array(select $2 || '' '' || t.id from %s t where t.%I = any ($1))', reference.source, reference.client_column)
      into found using client_ids, reference.entity;
    targets := targets || found;
  end loop;
  -- Records that are gone by now have left their ids in the log alone.
  targets := targets || array(
    select distinct e.target_type || ' ' || e.target_id from public.audit_events e
    where e.tenant_id = erase_audit_of_client.tenant_id
      and (e.before ->> 'client_id' = any (clients) or e.after ->> 'client_id' = any (clients) or e.details ->> 'client_id' = any (clients)));
  return private.erase_audit_parts(array(
    select row(e.id, e.occurred_at, 'content', e.id)::private.audit_erasures
    from public.audit_events e
    where e.tenant_id = erase_audit_of_client.tenant_id and e.content_salt is not null
      and (e.target_type || ' ' || e.target_id = any (targets)
        or e.after ->> 'merged_into' = any (clients) or e.details ->> 'other_id' = any (clients) or e.details ->> 'merge_id' = any (merges))
      and e.transaction_id <> (pg_current_xact_id()::text)::bigint
  ), jsonb_build_object('target_type', 'client', 'target_id', client_ids[1]), reason);
end;
$$;
comment on function private.erase_audit_of_client(uuid, uuid[], text) is
  'Database owner: removes what the audit log says about clients, their present and former records, and their merges. Returns the number of events. 409 audit_not_sealed.';

-- the records ------------------------------------------------------------------------------------------------------

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

create function private.erase_client(tenant_id uuid, client_id uuid, reason text) returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  client public.clients;
  ids uuid[];
  events integer;
  counts jsonb;
  source regclass;
begin
  reason := private.require_reason(reason);
  -- Clients first, as everybody who writes about a client locks.
  lock table public.clients in share row exclusive mode;
  for source in
    select distinct r.source from private.client_references() r where r.source <> 'public.clients'::regclass order by 1
  loop
    execute format('lock table %s in share row exclusive mode', source);
  end loop;
  select * into client from public.clients c where c.tenant_id = erase_client.tenant_id and c.id = erase_client.client_id;
  if client.id is null then
    perform private.refuse(404, 'client_not_found', 'There is no such client.');
  elsif client.merged_into is not null then
    perform private.refuse(409, 'client_merged', 'This client has been merged into another one: erase that one.', client.merged_into::text);
  elsif client.erased_at is not null then
    perform private.refuse(409, 'client_erased', 'What was known of this client has been erased.');
  end if;
  ids := client.id || array(select c.id from public.clients c where c.tenant_id = client.tenant_id and c.merged_into = client.id);
  events := private.erase_audit_of_client(client.tenant_id, ids, reason);

  -- The events of these changes would hold once more what is being erased; client.erased stands for all of them. Nobody can
  -- write to the tables meanwhile, and no other trigger tells or follows.
  set constraints all immediate;
  perform private.switch_audit_of_clients(false);
  perform set_config('chairside.keep_times', 'on', true);
  counts := private.erase_client_rows(ids);
  perform private.empty_clients(ids);
  perform private.forget_client_words(client.tenant_id);
  update private.client_merges m
  set keep_before = null, keep_after = null, merge_before = null, primaries = null, moved = null, set_aside = null
  where m.tenant_id = client.tenant_id and (m.keep_id = any (ids) or m.merge_id = any (ids));
  perform set_config('chairside.keep_times', '', true);
  perform private.switch_audit_of_clients(true);

  perform private.record_event('client.erased', client.tenant_id, 'client', client.id::text, reason => reason,
    details => jsonb_build_object('events', events, 'clients', cardinality(ids)));
  return jsonb_build_object('client_id', client.id, 'clients', cardinality(ids), 'events', events, 'rows', counts);
end;
$$;
comment on function private.erase_client(uuid, uuid, text) is
  'Database owner: erases what a clinic holds about a client, and about those merged into it, for good: { client_id, clients, events, rows: { table: number } }. The contents of files follow with the next sweep. The reason is kept: it must not name the client. 404 client_not_found; 409 client_merged (detail: whom to erase), client_erased, audit_not_sealed; 422 reason_required.';
